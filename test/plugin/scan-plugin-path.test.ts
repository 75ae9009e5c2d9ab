import assert from 'node:assert/strict'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { after, test } from 'node:test'
import { pluginCatalog } from '../../src/plugin/find-plugins.ts'
import { scanPluginPath } from '../../src/plugin/scan-plugin-path.ts'

const folder = await mkdtemp(join(tmpdir(), 'plugin-path-'))
after(() => rm(folder, { recursive: true }))

const write = async (path: string, content: unknown) => {
  await mkdir(dirname(join(folder, path)), { recursive: true })
  await writeFile(join(folder, path), typeof content === 'string' ? content : JSON.stringify(content))
}

const manifest = (plugins: unknown, version = '2.1.0') => ({ version, 'connect-standalone': { plugins } })
const entry = { kind: 'source', class: 'com.acme.AcmeSourceConnector', module: './acme.mjs', export: 'acme' }
const MODULE = `export const acme = { kind: 'source', className: 'com.acme.AcmeSourceConnector', config: {} }
export const other = 7`

test('packages in a folder, in its node_modules and below scopes are found, and loaded only when asked', async () => {
  await write('good/acme/package.json', manifest([entry]))
  await write('good/acme/acme.mjs', MODULE)
  await write('good/node_modules/b/package.json', manifest([{ ...entry, class: 'b.B', kind: 'sink' }], '3'))
  await write('good/node_modules/@c/c/package.json', manifest([{ ...entry, class: 'c.C', kind: 'predicate' }], '4'))
  await write('good/plain/package.json', { version: '1' })
  await write('good/broken/package.json', '{')
  const { rows, warnings } = await scanPluginPath([join(folder, 'good')])
  assert.deepEqual(warnings, [])
  assert.deepEqual(
    rows.map(({ kind, className, version, location }) => [kind, className, version, location]),
    [
      ['source', 'com.acme.AcmeSourceConnector', '2.1.0', join(folder, 'good/acme')],
      ['sink', 'b.B', '3', join(folder, 'good/node_modules/b')],
      ['predicate', 'c.C', '4', join(folder, 'good/node_modules/@c/c')],
    ],
  )
  const connector = pluginCatalog(rows).connector('AcmeSource')
  assert.equal((await connector.load()).className, 'com.acme.AcmeSourceConnector')
})

test('a package can be named itself', async () => {
  await write('single/package.json', manifest([entry]))
  const { rows } = await scanPluginPath([join(folder, 'single')])
  assert.equal(rows.length, 1)
})

test('entries that cannot be used are left out, each with a reason', async () => {
  const bad = [{ ...entry, kind: 'magic' }, { ...entry, module: '../out.mjs' }, { ...entry, export: 1 }, 'text']
  await write('bad/p/package.json', manifest([entry, ...bad]))
  await write('bad/q/package.json', { 'connect-standalone': {} })
  const { rows, warnings } = await scanPluginPath([join(folder, 'bad')])
  assert.equal(rows.length, 1)
  const file = join(folder, 'bad/p/package.json')
  assert.deepEqual(warnings, [
    `${file}: plugin 2 is left out: kind "magic" is none of sink, source, transformation, predicate, converter, header_converter, configprovider, connector_client_config_override_policy, rest_extension`,
    `${file}: plugin 3 is left out: module "../out.mjs" lies outside of the package`,
    `${file}: plugin 4 is left out: "export" must be a text`,
    `${file}: plugin 5 is left out: it must be an object`,
    `${join(folder, 'bad/q/package.json')}: "connect-standalone" must be an object with a list "plugins"`,
  ])
})

test('folders that are not there, or hold JVM plugins, are only worth a warning', async () => {
  await write('jars/kafka-connect-x/x.jar', '')
  const [missing, jars] = [join(folder, 'missing'), join(folder, 'jars')]
  const { rows, warnings } = await scanPluginPath([missing, jars])
  assert.deepEqual(rows, [])
  assert.deepEqual(warnings, [
    `plugin.path: folder ${missing} cannot be read`,
    `plugin.path: no plugins in ${jars}: JVM plugins (.jar) cannot be loaded, only packages with a "connect-standalone" entry in their package.json`,
  ])
})

test('a module that is missing, or exports something else, is named when it is loaded', async () => {
  const file = join(folder, 'wrong/p/acme.mjs')
  await write('wrong/p/acme.mjs', MODULE)
  await write(
    'wrong/p/package.json',
    manifest([
      { ...entry, class: 'a.Gone', module: './gone.mjs' },
      { ...entry, class: 'a.NoExport', export: 'nope' },
      { ...entry, class: 'a.Number', export: 'other' },
      { ...entry, class: 'a.Sink', kind: 'sink' },
    ]),
  )
  const { rows } = await scanPluginPath([join(folder, 'wrong')])
  const [gone, noExport, number, sink] = rows
  await assert.rejects(gone!.load(), /^ConfigException: Plugin a\.Gone cannot be loaded from .*gone\.mjs: /)
  await assert.rejects(noExport!.load(), {
    message: `Plugin a.NoExport: ${file} has no export "nope"; it exports acme, other`,
  })
  await assert.rejects(number!.load(), /Plugin a\.Number: .* has no export "other"/)
  await assert.rejects(sink!.load(), {
    message: `Plugin a.Sink: export "acme" of ${file} is no sink: expected an object with kind "sink" and a config`,
  })
})
