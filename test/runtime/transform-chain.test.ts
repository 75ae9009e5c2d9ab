import assert from 'node:assert/strict'
import { test } from 'node:test'
import { defineConfig } from '../../src/config/define.ts'
import { pluginCatalog } from '../../src/plugin/find-plugins.ts'
import type { ConnectRecord } from '../../src/plugin/record.ts'
import {
  definePredicate,
  defineTransform,
  type PredicateDefinition,
  type TransformDefinition,
} from '../../src/plugin/transform.ts'
import { buildChain } from '../../src/runtime/transform-chain.ts'
import { builtInTransformRows, builtInTransforms } from '../transforms/built-in-transforms.ts'
import { recordOf } from '../transforms/records.ts'

const PACKAGE = 'org.apache.kafka.connect.transforms'
const build = (raw: Record<string, string>) => buildChain(raw, builtInTransforms)

const hoist = { transforms: 'x', 'transforms.x.type': `${PACKAGE}.HoistField$Value`, 'transforms.x.field': 'f' }
const tombstones = { predicates: 'p', 'predicates.p.type': `${PACKAGE}.predicates.RecordIsTombstone` }

test('without transforms there is no chain', async () => {
  assert.equal(await build({}), null)
})

test('transforms run in their order, and classes may be called by their short names', async () => {
  const chain = await build({
    transforms: 'wrap, route',
    'transforms.wrap.type': 'HoistField$Value',
    'transforms.wrap.field': 'line',
    'transforms.route.type': 'RegexRouter',
    'transforms.route.regex': '(.*)',
    'transforms.route.replacement': 'x-$1',
  })
  const record = chain?.apply(recordOf(null, 'hello'))
  assert.deepEqual([record?.topic, record?.value], ['x-orders', { line: 'hello' }])
})

test('a predicate picks the records, negated the others', async () => {
  const filter = {
    transforms: 'd',
    'transforms.d.type': `${PACKAGE}.Filter`,
    'transforms.d.predicate': 'p',
    ...tombstones,
  }
  const dropping = await build(filter)
  assert.equal(dropping?.apply(recordOf(null, null)), null)
  assert.notEqual(dropping?.apply(recordOf(null, 'v')), null)
  const keeping = await build({ ...filter, 'transforms.d.negate': 'true' })
  assert.notEqual(keeping?.apply(recordOf(null, null)), null)
  assert.equal(keeping?.apply(recordOf(null, 'v')), null)
})

test('a chain changes neither the record that it is given nor one that a plug-in has seen', async () => {
  const seen: ConnectRecord[] = []
  const keep = <R extends ConnectRecord>(record: R): R => {
    seen.push(Object.freeze(record))
    return record
  }
  const plugin = { className: 'test.Keep', doc: '', config: defineConfig({}) }
  const transform = defineTransform({ ...plugin, kind: 'transform', create: () => keep })
  const predicate = definePredicate({ ...plugin, kind: 'predicate', create: () => (record) => keep(record) === record })
  const row = { className: plugin.className, version: '1' }
  const catalog = pluginCatalog([
    ...builtInTransformRows,
    { ...row, kind: 'transformation', load: async () => transform as TransformDefinition },
    { ...row, kind: 'predicate', load: async () => predicate as PredicateDefinition },
  ])
  const wrap = (alias: string) => ({
    [`transforms.${alias}.type`]: 'HoistField$Value',
    [`transforms.${alias}.field`]: alias,
  })
  const chain = await buildChain(
    {
      transforms: 'a,b,keep,c,d',
      ...{ ...wrap('a'), ...wrap('b'), ...wrap('c'), ...wrap('d') },
      'transforms.keep.type': 'test.Keep',
      'transforms.d.predicate': 'p',
      predicates: 'p',
      'predicates.p.type': 'test.Keep',
    },
    catalog,
  )
  const record = Object.freeze(recordOf(null, 'v'))
  assert.deepEqual(chain?.apply(record)?.value, { d: { c: { b: { a: 'v' } } } })
  assert.equal(record.value, 'v')
  assert.deepEqual(
    seen.map(({ value }) => value),
    [{ b: { a: 'v' } }, { c: { b: { a: 'v' } } }],
  )
})

test('a chain tells which transform failed', async () => {
  const chain = await build({
    ...hoist,
    transforms: 'x,c',
    'transforms.c.type': `${PACKAGE}.Cast$Value`,
    'transforms.c.spec': 'f:int32',
  })
  assert.throws(() => chain?.apply(recordOf(null, 'abc')), { name: 'DataException' })
  assert.equal(chain?.failedClass(), `${PACKAGE}.Cast$Value`)
})

const failures: [string, Record<string, string>, string, string][] = [
  [
    'an alias twice',
    { transforms: 'x,x' },
    'ConfigException',
    'Invalid value [x, x] for configuration transforms: Duplicate alias provided.',
  ],
  [
    'an alias without a type',
    { transforms: 'x' },
    'ConfigException',
    'Invalid value null for configuration transforms.x.type: Not a Transformation',
  ],
  [
    'an unknown class',
    { transforms: 'x', 'transforms.x.type': 'com.example.Nope' },
    'ConfigException',
    'Invalid value com.example.Nope for configuration transforms.x.type: Class com.example.Nope could not be found.',
  ],
  [
    'the class around $Key and $Value',
    { transforms: 'x', 'transforms.x.type': `${PACKAGE}.HoistField` },
    'ConfigException',
    `This class is abstract and cannot be created. Did you mean ${PACKAGE}.HoistField$Key, ${PACKAGE}.HoistField$Value?`,
  ],
  [
    'a predicate as a transform',
    { transforms: 'x', 'transforms.x.type': `${PACKAGE}.predicates.RecordIsTombstone` },
    'ConfigException',
    `Class class ${PACKAGE}.predicates.RecordIsTombstone does not implement the Transformation interface`,
  ],
  [
    'a missing setting',
    { transforms: 'x', 'transforms.x.type': `${PACKAGE}.HoistField$Value` },
    'ConfigException',
    'Missing required configuration "transforms.x.field" which has no default value.',
  ],
  [
    'a negate without a predicate',
    { ...hoist, 'transforms.x.negate': 'true' },
    'ConfigException',
    "Config 'transforms.x.negate' was provided but there is no config 'transforms.x.predicate' defining a predicate to be negated.",
  ],
  [
    'a bad negate',
    { ...hoist, ...tombstones, 'transforms.x.predicate': 'p', 'transforms.x.negate': 'maybe' },
    'ConfigException',
    'Invalid value maybe for configuration transforms.x.negate: Expected value to be either true or false',
  ],
  [
    'settings that do not go together',
    { transforms: 'x', 'transforms.x.type': `${PACKAGE}.InsertField$Value` },
    'ConnectException',
    'org.apache.kafka.common.config.ConfigException: No field insertion configured',
  ],
]

for (const [what, raw, name, message] of failures) {
  test(`${what} is refused in the JVM's words`, async () => {
    await assert.rejects(build(raw), { name, message })
  })
}

test('of several bad keys of a transform the one is told that the JVM reads first', async () => {
  const type = { transforms: 'x', 'transforms.x.type': `${PACKAGE}.TimestampConverter$Value` }
  const bad = { 'transforms.x.unix.precision': 'x', 'transforms.x.replace.null.with.default': 'x' }
  const told = { message: /^Missing required configuration "transforms\.x\.target\.type"/ }
  await assert.rejects(build({ ...type, ...bad }), told)
  await assert.rejects(build({ ...type, ...bad, 'transforms.x.target.type': 'unix' }), {
    message:
      'Invalid value x for configuration transforms.x.replace.null.with.default: Expected value to be either true or false',
  })
})
