import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { RawConfig } from '../../src/config/define.ts'
import { defineConfig } from '../../src/config/define.ts'
import { defineSource } from '../../src/plugin/connector.ts'
import { pluginCatalog } from '../../src/plugin/find-plugins.ts'
import type { PluginRow } from '../../src/plugin/plugin-row.ts'
import { fakeRest } from './fake-rest.ts'

const source = defineSource({
  kind: 'source',
  className: 'org.example.CatSource',
  taskClassName: 'org.example.CatTask',
  version: '1.2',
  doc: 'Cats.',
  config: defineConfig({ cats: { type: 'int', default: 9, importance: 'low', doc: 'How many.' } }),
  openTask: () => ({ poll: async () => null, stop: () => undefined }),
})
const unused = () => Promise.reject(new Error('not to be loaded'))
const rows: readonly PluginRow[] = [
  { kind: 'source', className: 'org.example.CatSource', version: '1.2', load: async () => source },
  { kind: 'sink', className: 'org.example.CatSink', version: '1.2', load: unused },
  { kind: 'converter', className: 'org.example.CatConverter', version: '1.2', load: unused },
  { kind: 'header_converter', className: 'org.example.CatConverter', version: '1.2', load: unused },
]
const catalog = pluginCatalog(rows)

test('connectors are listed, sinks first, and everything with connectorsOnly=false', async () => {
  const { ask } = await fakeRest({ catalog })
  const connectors =
    '{"class":"org.example.CatSink","type":"sink","version":"1.2"},{"class":"org.example.CatSource","type":"source","version":"1.2"}'
  assert.equal((await ask('GET /connector-plugins')).text, `[${connectors}]`)
  assert.equal((await ask('GET /connector-plugins/?connectorsOnly=true')).text, `[${connectors}]`)
  assert.equal(
    (await ask('GET /connector-plugins?connectorsOnly=false')).text,
    `[${connectors},{"class":"org.example.CatConverter","type":"converter","version":"1.2"},{"class":"org.example.CatConverter","type":"header_converter","version":"1.2"}]`,
  )
})

test('the settings of a plug-in begin with its own', async () => {
  const { ask } = await fakeRest({ catalog })
  const [first] = (await ask('GET /connector-plugins/CatSource/config')).json as unknown[]
  assert.deepEqual(first, {
    ...{
      name: 'cats',
      type: 'INT',
      required: false,
      default_value: '9',
      importance: 'LOW',
      documentation: 'How many.',
    },
    ...{ group: null, order_in_group: -1, width: 'NONE', display_name: 'cats', dependents: [] },
  })
})

test('a plug-in that is not there, or not in this version, is told by name', async () => {
  const { ask } = await fakeRest({ catalog })
  assert.deepEqual((await ask('GET /connector-plugins/Dog/config')).json, {
    error_code: 404,
    message: 'Unknown plugin Dog.',
  })
  assert.deepEqual((await ask('GET /connector-plugins/CatSource/config?version=9')).json, {
    error_code: 400,
    message: 'Plugin org.example.CatSource not found that matches the version range [9,9], available versions: [1.2]',
  })
  assert.deepEqual((await ask('GET /connector-plugins/CatSource/config?version=[1')).json, {
    error_code: 400,
    message: 'Invalid version specification: [1',
  })
})

test('validation is asked about the body, when its class is the one in the path', async () => {
  const asked: RawConfig[] = []
  const infos = { name: 'CatSource', error_count: 0, groups: [], configs: [] }
  const { ask } = await fakeRest({
    catalog,
    validate: async (raw) => {
      asked.push(raw)
      return { configInfos: infos, errorCount: 0, messages: [], warnings: [], connector: undefined, resolved: raw }
    },
  })
  const body = { 'connector.class': 'org.example.CatSourceConnector', cats: 3 }
  assert.deepEqual((await ask('PUT /connector-plugins/CatSource/config/validate', body)).json, infos)
  assert.deepEqual(asked, [{ 'connector.class': 'org.example.CatSourceConnector', cats: '3' }])
  assert.deepEqual((await ask('PUT /connector-plugins/DogSource/config/validate', body)).json, {
    error_code: 400,
    message: 'Included connector type org.example.CatSourceConnector does not match request type DogSource',
  })
  assert.deepEqual((await ask('PUT /connector-plugins/CatSource/config/validate', '[1]')).json, {
    error_code: 400,
    message: 'Cannot deserialize value: The body must be a JSON object, and is an array',
  })
})
