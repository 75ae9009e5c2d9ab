import assert from 'node:assert/strict'
import { test } from 'node:test'
import { TypedNumber } from '../../src/data/values.ts'
import { insertFieldValue } from '../../src/transforms/insert-field.ts'
import { recordOf, run, USER } from './records.ts'

const all = {
  'topic.field': 't!',
  'partition.field': 'p?',
  'timestamp.field': 'ts',
  'static.field': 's',
  'static.value': 'v',
}

test('fields are added in the order topic, partition, timestamp, static', () => {
  const inserted = run(insertFieldValue, all, recordOf(USER, { id: 1, name: 'Ann', email: null }))
  assert.deepEqual(Object.entries(inserted?.value as object), [
    ['id', 1],
    ['name', 'Ann'],
    ['email', null],
    ['t', 'orders'],
    ['p', 3],
    ['ts', new Date(1_700_000_000_000)],
    ['s', 'v'],
  ])
  assert.deepEqual(
    inserted?.valueSchema?.fields
      .slice(3)
      .map(({ name, schema }) => `${name}:${schema.type}${schema.optional ? '?' : ''}`),
    ['t:string', 'p:int32?', 'ts:int64?', 's:string?'],
  )
})

test('without a schema the partition is an Integer and the timestamp a Long', () => {
  assert.deepEqual(run(insertFieldValue, all, recordOf(null, { a: 1 }))?.value, {
    a: 1,
    t: 'orders',
    p: new TypedNumber('int32', 3),
    ts: 1_700_000_000_000,
    s: 'v',
  })
})

test('a tombstone passes unchanged', () => {
  const tombstone = recordOf(USER, null)
  assert.equal(run(insertFieldValue, all, tombstone), tombstone)
})

test('an offset is only known of sink records', () => {
  const settings = { 'offset.field': 'o' }
  assert.throws(
    () => run(insertFieldValue, settings, recordOf(null, {})),
    /Only SinkRecord supported for \[field insertion\]/,
  )
  const sink = { ...recordOf(null, {}), offset: 42 }
  assert.deepEqual(run(insertFieldValue, settings, sink)?.value, { o: 42 })
})
