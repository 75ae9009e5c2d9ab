import assert from 'node:assert/strict'
import { test } from 'node:test'
import { parseVersionSpec } from '../../src/config/version-range.ts'
import { pluginCatalog } from '../../src/plugin/find-plugins.ts'
import { describePlugin } from '../../src/runtime/describe-plugin.ts'
import { oracleCases } from '../conformance/oracle-dir.ts'
import { standInRows } from './stand-in-plugins.ts'

const catalog = pluginCatalog(standInRows)

const recorded = oracleCases<{ name: string; path: string; response: unknown }>('rest').filter(
  ({ path, response }) =>
    /^\/connector-plugins\/[^/]*(Source|Sink)[^/]*\/config$/.test(path) && Array.isArray(response),
)

test('the oracle holds plugins that are described', () => assert.ok(recorded.length >= 2))

for (const { name, path, response } of recorded) {
  test(`a plugin is described as the JVM worker does it: ${name}`, async () => {
    const keys = await describePlugin(catalog, path.split('/')[2]!, null)
    const withoutTexts = keys?.map((key) => ({ ...key, documentation: `\${DOC}` }))
    assert.equal(JSON.stringify(withoutTexts), JSON.stringify(response))
  })
}

test('other plugins have their own settings only', async () => {
  const names = async (plugin: string) => (await describePlugin(catalog, plugin, null))?.map(({ name }) => name)
  assert.deepEqual((await names('Json'))?.slice(0, 2), ['converter.type', 'schemas.enable'])
  assert.deepEqual(await names('Simple'), [])
  assert.deepEqual(await names('HoistField$Value'), ['field'])
  assert.deepEqual(await names('Filter'), [])
})

test('an unknown plugin is not described, and one in another version is refused', async () => {
  assert.equal(await describePlugin(catalog, 'Nope', null), undefined)
  await assert.rejects(describePlugin(catalog, 'FileStreamSink', parseVersionSpec('9.9')), {
    message:
      'Plugin org.apache.kafka.connect.file.FileStreamSinkConnector not found that matches the version range [9.9,9.9], available versions: [4.3.1]',
  })
})
