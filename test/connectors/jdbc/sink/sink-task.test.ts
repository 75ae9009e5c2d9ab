import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { openSqliteFile } from '../../../../src/connectors/jdbc/drivers/sqlite-open.ts'
import { confluentJdbcSink } from '../../../../src/connectors/jdbc/sink/jdbc-sinks.ts'
import {
  INT64_SCHEMA,
  OPTIONAL_INT32_SCHEMA,
  OPTIONAL_STRING_SCHEMA,
  type Schema,
  STRING_SCHEMA,
  schemaOf,
} from '../../../../src/data/schema.ts'
import { RetriableError } from '../../../../src/plugin/errors.ts'
import type { SinkRecord } from '../../../../src/plugin/record.ts'
import { openSink, sinkRecord } from '../../../helpers/fake-context.ts'

const USER = schemaOf({
  type: 'struct',
  fields: [
    { name: 'id', schema: INT64_SCHEMA },
    { name: 'name', schema: STRING_SCHEMA },
    { name: 'email', schema: OPTIONAL_STRING_SCHEMA },
  ],
})
const KEY = schemaOf({ type: 'struct', fields: [{ name: 'id', schema: INT64_SCHEMA }] })

let nextOffset = 0
const user = (
  id: number,
  name: string | null,
  email: string | null = null,
  more: Partial<SinkRecord> = {},
): SinkRecord =>
  sinkRecord(name === null ? null : { id: BigInt(id), name, email }, {
    topic: 'users',
    offset: nextOffset++,
    keySchema: KEY,
    key: { id: BigInt(id) },
    valueSchema: name === null ? null : USER,
    ...more,
  })

const UPSERT = { 'insert.mode': 'upsert', 'pk.mode': 'record_key', 'auto.create': 'true', 'auto.evolve': 'true' }

interface Options {
  readonly reporter?: boolean
  readonly file?: string
}

const sqlite = async (t: TestContext, settings: Record<string, string>, { reporter = false, file }: Options = {}) => {
  const folder = mkdtempSync(join(tmpdir(), 'jdbc-sink-'))
  const path = file ?? join(folder, 'target.db')
  const sink = await openSink(
    confluentJdbcSink,
    { 'connection.url': `jdbc:sqlite:${path}`, 'connection.attempts': '1', ...settings },
    { reporter, assignment: [{ topic: 'users', partition: 0 }] },
  )
  const look = await openSqliteFile(path, false)
  t.after(async () => {
    await sink.stop()
    look.close()
    rmSync(folder, { recursive: true, force: true })
  })
  return {
    ...sink,
    path,
    run: (sql: string) => look.exec(sql),
    rows: (sql: string) =>
      look
        .prepare(sql)
        .all([])
        .map((row) => row.map((value) => (typeof value === 'bigint' ? Number(value) : value))),
  }
}

test('upsert keeps the last row of each key, within a list and over several', async (t) => {
  const { task, rows } = await sqlite(t, UPSERT)
  await task.put([user(1, 'a'), user(2, 'b'), user(1, 'c', 'c@x')])
  await task.put([user(2, 'd')])
  assert.deepEqual(rows('SELECT id, name, email FROM users ORDER BY id'), [
    [1, 'c', 'c@x'],
    [2, 'd', null],
  ])
})

test('a row that is deleted and written again is there', async (t) => {
  const { task, rows } = await sqlite(t, { ...UPSERT, 'delete.enabled': 'true' })
  await task.put([user(1, 'a'), user(2, 'b'), user(1, null), user(1, 'again'), user(2, null)])
  assert.deepEqual(rows('SELECT id, name FROM users'), [[1, 'again']])
})

test('columns that are missing are added, and a list whose schema changes halfway is written whole', async (t) => {
  const { task, rows } = await sqlite(t, UPSERT)
  const more: Schema = schemaOf({
    type: 'struct',
    fields: [...USER.fields, { name: 'age', schema: OPTIONAL_INT32_SCHEMA }],
  })
  const older = user(2, 'b', null, { valueSchema: more })
  await task.put([user(1, 'a'), { ...older, value: { ...(older.value as object), age: 7 } }, user(3, 'c')])
  assert.deepEqual(rows('SELECT id, name, age FROM users ORDER BY id'), [
    [1, 'a', null],
    [2, 'b', 7],
    [3, 'c', null],
  ])
})

test('nothing of a list is written when a part of it cannot be', async (t) => {
  const { task, rows, run } = await sqlite(t, { 'insert.mode': 'insert', 'pk.mode': 'record_key', 'max.retries': '0' })
  run('CREATE TABLE users (id INTEGER PRIMARY KEY, name TEXT, email TEXT)')
  await assert.rejects(
    async () => task.put([user(1, 'a'), user(2, 'b'), user(1, 'c')]),
    /UNIQUE constraint failed: users.id/,
  )
  assert.deepEqual(rows('SELECT * FROM users'), [])
})

test('rows that the database will not take are reported one by one, and the rest is written', async (t) => {
  const { task, rows, run, reported } = await sqlite(
    t,
    { 'insert.mode': 'insert', 'pk.mode': 'record_key' },
    { reporter: true },
  )
  run('CREATE TABLE users (id INTEGER PRIMARY KEY, name TEXT CHECK (length(name) < 5), email TEXT)')
  const records = Array.from({ length: 100 }, (_, index) => user(index, index % 40 === 13 ? 'too long' : `n${index}`))
  await task.put(records)
  assert.deepEqual(rows('SELECT count(*), count(DISTINCT id) FROM users'), [[97, 97]])
  assert.deepEqual(
    reported.map(({ record }) => (record.key as { id: bigint }).id),
    [13n, 53n, 93n],
  )
  assert.match(reported[0]?.error.message ?? '', /CHECK constraint failed/)
})

test('a locked database is asked again, max.retries times, with the wait that the user wants', async (t) => {
  const { task, run, asked, rows } = await sqlite(t, {
    ...UPSERT,
    'connection.busy_timeout': '50',
    'max.retries': '2',
    'retry.backoff.ms': '7',
  })
  run('BEGIN IMMEDIATE')
  const records = [user(1, 'a')]
  await assert.rejects(async () => task.put(records), RetriableError)
  await assert.rejects(async () => task.put(records), RetriableError)
  assert.deepEqual(asked, ['timeout 7', 'timeout 7'])
  await assert.rejects(
    async () => task.put(records),
    (error: Error) => !(error instanceof RetriableError) && /database is locked/i.test(error.message),
  )
  run('COMMIT')
  await task.put(records)
  assert.deepEqual(rows('SELECT id, name FROM users'), [[1, 'a']])
})

test('names that mean something to SQL are only names', async (t) => {
  const { task, rows } = await sqlite(t, { ...UPSERT, 'pk.mode': 'none', 'insert.mode': 'insert' })
  const evil = 'x`; DROP TABLE users; --"\''
  const schema = schemaOf({ type: 'struct', fields: [{ name: evil, schema: STRING_SCHEMA }] })
  await task.put([user(1, 'a')])
  await task.put([sinkRecord({ [evil]: evil }, { topic: 'no"w; --\'', valueSchema: schema })])
  assert.deepEqual(
    rows("SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name"),
    [['no"w; --\''], ['users']].sort(),
  )
  assert.deepEqual(rows('SELECT * FROM `no"w; --\'`'), [[evil]])
})

test('a value without a schema is refused with where it came from', async (t) => {
  const { task } = await sqlite(t, { 'auto.create': 'true' })
  await assert.rejects(
    async () => task.put([sinkRecord({ id: 1 }, { topic: 'users', offset: 12 })]),
    /requires records with a non-null Struct or String value .* found record at \(topic='users',partition=0,offset=12,timestamp=0\) with a HashMap value and null value schema/,
  )
})

test('with offsets.table a restarted task goes on behind what is written, and repeats nothing', async (t) => {
  const settings = { 'insert.mode': 'insert', 'auto.create': 'true', 'offsets.table': 'connect_offsets' }
  const first = await sqlite(t, settings)
  const records = [user(1, 'a', null, { offset: 0 }), user(2, 'b', null, { offset: 1 })].map((record) => ({
    ...record,
    originalOffset: record.offset,
  }))
  await first.task.put(records)
  await first.task.stop()
  const second = await sqlite(t, settings, { file: first.path })
  assert.deepEqual(second.asked, ['seek users-0 2'])
  // Redelivered, as after a rebalance
  await second.task.put(records)
  assert.deepEqual(second.rows('SELECT id FROM users ORDER BY id'), [[1], [2]])
  assert.deepEqual(second.rows('SELECT connector, kafka_topic, kafka_partition, next_offset FROM connect_offsets'), [
    ['test', 'users', 0, 2],
  ])
})

test('with offsets.table a task that lost its partition cannot write any more', async (t) => {
  const settings = { 'insert.mode': 'insert', 'auto.create': 'true', 'offsets.table': 'connect_offsets' }
  const old = await sqlite(t, settings)
  await old.task.put([user(1, 'a', null, { offset: 0, originalOffset: 0 })])
  const other = await sqlite(t, settings, { file: old.path })
  await other.task.put([user(2, 'b', null, { offset: 1, originalOffset: 1 })])
  await assert.rejects(
    async () => old.task.put([user(2, 'b', null, { offset: 1, originalOffset: 1 })]),
    /users-0 were written by another task/,
  )
  assert.deepEqual(other.rows('SELECT id FROM users ORDER BY id'), [[1], [2]])
})
