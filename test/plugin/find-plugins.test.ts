import assert from 'node:assert/strict'
import { test } from 'node:test'
import { parseVersionSpec } from '../../src/config/version-range.ts'
import { pluginCatalog } from '../../src/plugin/find-plugins.ts'
import type { PluginKind, PluginRow } from '../../src/plugin/plugin-row.ts'

const row = (kind: PluginKind, className: string, version = '1.0', aliases: readonly string[] = []): PluginRow =>
  ({
    kind,
    className,
    version,
    aliases,
    load: () => assert.fail('nothing is loaded for looking'),
  }) as unknown as PluginRow

const catalog = pluginCatalog([
  row('source', 'org.x.FileStreamSourceConnector', '4.3.1'),
  row('sink', 'org.x.FileStreamSinkConnector', '4.3.1'),
  row('sink', 'com.acme.JdbcConnector', '1.0', ['acme-jdbc']),
  row('sink', 'com.acme.JdbcConnector', '1.10'),
  row('sink', 'com.acme.JdbcConnector', '1.9'),
  row('source', 'com.a.TwinConnector'),
  row('source', 'com.b.TwinConnector'),
  row('converter', 'org.x.JsonConverter'),
  row('header_converter', 'org.x.JsonConverter'),
  row('header_converter', 'org.x.SimpleHeaderConverter'),
  row('transformation', 'org.x.HoistField$Key'),
  row('transformation', 'org.x.HoistField$Value'),
  row('transformation', 'org.x.TimestampConverter$Value'),
  row('transformation', 'org.x.TimestampConverter$Key'),
  row('transformation', 'org.x.Filter'),
  row('predicate', 'org.x.HasHeaderKey'),
])

const found: readonly [PluginKind, string, string | undefined][] = [
  ['converter', 'org.x.JsonConverter', 'org.x.JsonConverter'],
  ['converter', 'JsonConverter', 'org.x.JsonConverter'],
  ['converter', 'Json', 'org.x.JsonConverter'],
  ['converter', 'json', undefined],
  ['header_converter', 'JsonConverter', 'org.x.JsonConverter'],
  ['header_converter', 'Simple', 'org.x.SimpleHeaderConverter'],
  ['converter', 'Simple', undefined],
  ['transformation', 'Filter', 'org.x.Filter'],
  ['transformation', 'Value', undefined],
  ['transformation', 'Key', undefined],
  ['transformation', 'HoistField', undefined],
  ['transformation', 'HoistField$Value', 'org.x.HoistField$Value'],
  ['predicate', 'HasHeaderKey', 'org.x.HasHeaderKey'],
  ['predicate', 'Filter', undefined],
  ['predicate', '__proto__', undefined],
]
for (const [kind, name, className] of found) {
  test(`${kind} ${name} is ${className ?? 'nothing'}`, () => {
    assert.equal(catalog.find(kind, name)?.className, className)
  })
}

for (const [name, className] of [
  ['FileStreamSource', 'org.x.FileStreamSourceConnector'],
  ['FileStreamSinkConnector', 'org.x.FileStreamSinkConnector'],
  ['org.x.FileStreamSinkConnector', 'org.x.FileStreamSinkConnector'],
  ['acme-jdbc', 'com.acme.JdbcConnector'],
]) {
  test(`connector ${name} is ${className}`, () => assert.equal(catalog.connector(name!).className, className))
}

test('of several versions the newest that fits is taken', () => {
  assert.equal(catalog.connector('Jdbc').version, '1.10')
  assert.equal(catalog.connector('Jdbc', parseVersionSpec('[1.0,1.10)')).version, '1.9')
  assert.equal(catalog.connector('Jdbc', parseVersionSpec('1.0')).version, '1.0')
})

test('a version that is not installed is refused, and those that are are named', () => {
  assert.throws(() => catalog.connector('Jdbc', parseVersionSpec('9.9')), {
    message:
      'Plugin com.acme.JdbcConnector not found that matches the version range [9.9,9.9], available versions: [1.0, 1.9, 1.10]',
  })
})

const TWINS = ['com.a.TwinConnector', 'com.b.TwinConnector']
  .map(
    (name) =>
      `PluginDesc{klass=class ${name}, name='${name}', version='1.0', encodedVersion=1.0, type=source, typeName='source', location='classpath'}`,
  )
  .join(', ')

test('a name that two connectors share is refused', () => {
  assert.throws(() => catalog.connector('Twin'), {
    message: `More than one connector matches alias Twin. Please use full package and class name instead. Classes found: ${TWINS}`,
  })
})

test('an unknown connector is refused with a list of those there are, sinks first', () => {
  const one = pluginCatalog([row('source', 'a.ASource'), row('sink', 'b.BSink', '2')])
  assert.throws(() => one.connector('Nope'), {
    message:
      "Failed to find any class that implements Connector and which name matches Nope, available connectors are: PluginDesc{klass=class b.BSink, name='b.BSink', version='2', encodedVersion=2, type=sink, typeName='sink', location='classpath'}, PluginDesc{klass=class a.ASource, name='a.ASource', version='1.0', encodedVersion=1.0, type=source, typeName='source', location='classpath'}",
  })
})

test('listings go by kind and then by class name, and load nothing', () => {
  assert.deepEqual(
    catalog.list(['source', 'sink', 'header_converter']).map((plugin) => [plugin.type, plugin.class, plugin.version]),
    [
      ['sink', 'com.acme.JdbcConnector', '1.0'],
      ['sink', 'com.acme.JdbcConnector', '1.9'],
      ['sink', 'com.acme.JdbcConnector', '1.10'],
      ['sink', 'org.x.FileStreamSinkConnector', '4.3.1'],
      ['source', 'com.a.TwinConnector', '1.0'],
      ['source', 'com.b.TwinConnector', '1.0'],
      ['source', 'org.x.FileStreamSourceConnector', '4.3.1'],
      ['header_converter', 'org.x.JsonConverter', '1.0'],
      ['header_converter', 'org.x.SimpleHeaderConverter', '1.0'],
    ],
  )
})
