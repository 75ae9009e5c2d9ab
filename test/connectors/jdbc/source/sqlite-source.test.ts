/** What the source does in each mode, on SQLite: no server is needed. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { RawConfig } from '../../../../src/config/define.ts'
import { confluentJdbcSource } from '../../../../src/connectors/jdbc/source/jdbc-sources.ts'
import type { SourceRecord } from '../../../../src/plugin/record.ts'
import { FakeOffsets, openSource, pollUntil } from '../../../helpers/fake-context.ts'
import { sqliteDatabase } from '../../../helpers/sqlite-database.ts'

const settings = (url: string, more: RawConfig): RawConfig => ({
  'connection.url': url,
  'topic.prefix': 'x-',
  'poll.interval.ms': '10',
  ...more,
})

const ids = (records: readonly SourceRecord[]): unknown[] => records.map(({ value }) => (value as { id: number }).id)

const TIMED = 'CREATE TABLE t (id INTEGER NOT NULL PRIMARY KEY, v TEXT, updated DATETIME NOT NULL)'

test('mode incrementing reads each row once and goes on after the stored offset', async (t) => {
  const { db, url } = await sqliteDatabase(t, 'CREATE TABLE t (id INTEGER NOT NULL PRIMARY KEY, v TEXT)')
  await db.execute(`INSERT INTO t VALUES (1, 'a'), (2, 'b')`)
  const config = settings(url, { mode: 'incrementing', 'incrementing.column.name': 'id' })
  const offsets = new FakeOffsets()
  const first = await openSource(confluentJdbcSource, config, { offsets })
  const records = await pollUntil(first.task, { records: 2 })
  assert.deepEqual(ids(records), [1, 2])
  assert.deepEqual(records[1]?.sourcePartition, { protocol: '1', table: 't' })
  assert.deepEqual(records[1]?.sourceOffset, { incrementing: 2n })
  await first.stop()
  offsets.store(records[1]?.sourcePartition ?? null, { incrementing: 2 })
  await db.execute(`INSERT INTO t VALUES (3, 'c')`)
  const second = await openSource(confluentJdbcSource, config, { offsets })
  assert.deepEqual(ids(await pollUntil(second.task, { records: 1 })), [3])
  await second.stop()
})

test('offsets of the old protocol are found', async (t) => {
  const { db, url } = await sqliteDatabase(t, 'CREATE TABLE t (id INTEGER NOT NULL PRIMARY KEY)')
  await db.execute('INSERT INTO t VALUES (1), (2), (3)')
  const offsets = new FakeOffsets()
  offsets.store({ table: 't' }, { incrementing: 2 })
  const config = settings(url, { mode: 'incrementing', 'incrementing.column.name': 'id' })
  const source = await openSource(confluentJdbcSource, config, { offsets })
  assert.deepEqual(ids(await pollUntil(source.task, { records: 1 })), [3])
  await source.stop()
})

test('in mode timestamp only the last row of equal timestamps moves the offset on, whatever the batch size', async (t) => {
  const { db, url } = await sqliteDatabase(t, TIMED)
  await db.execute(
    `INSERT INTO t VALUES (1, 'a', '2024-01-01 00:00:00'), (2, 'b', '2024-01-01 00:00:01.5'), (3, 'c', '2024-01-01 00:00:01.5'), (4, 'd', '2024-01-01 00:00:02')`,
  )
  const at = (millis: number) => ({ timestamp_nanos: (millis % 1000) * 1e6, timestamp: millis })
  for (const batch of ['1', '2', '100']) {
    const source = await openSource(
      confluentJdbcSource,
      settings(url, { mode: 'timestamp', 'timestamp.column.name': 'updated', 'batch.max.rows': batch }),
    )
    const records = await pollUntil(source.task, { records: 4 })
    assert.deepEqual(ids(records), [1, 2, 3, 4])
    assert.deepEqual(
      records.map(({ sourceOffset }) => sourceOffset),
      [at(1704067200000), at(1704067200000), at(1704067201500), at(1704067202000)],
      `batches of ${batch}`,
    )
    await source.stop()
  }
})

test('in mode timestamp+incrementing changed rows come again, and rows with one timestamp by their id', async (t) => {
  const { db, url } = await sqliteDatabase(t, TIMED)
  await db.execute(`INSERT INTO t VALUES (1, 'a', '2024-01-01 00:00:00'), (2, 'b', 1704067201000)`)
  const source = await openSource(
    confluentJdbcSource,
    settings(url, {
      mode: 'timestamp+incrementing',
      'timestamp.column.name': 'updated',
      'incrementing.column.name': 'id',
    }),
  )
  const first = await pollUntil(source.task, { records: 2 })
  assert.deepEqual(first[1]?.sourceOffset, { timestamp_nanos: 0, incrementing: 2n, timestamp: 1704067201000 })
  await db.execute(`INSERT INTO t VALUES (3, 'same time', '2024-01-01 00:00:01')`)
  await db.execute(`UPDATE t SET v = 'a2', updated = '2024-01-01 00:00:02' WHERE id = 1`)
  assert.deepEqual(ids(await pollUntil(source.task, { records: 2 })), [3, 1])
  await source.stop()
})

test('timestamp.delay.interval.ms holds young rows back', async (t) => {
  const { url } = await sqliteDatabase(
    t,
    TIMED,
    `INSERT INTO t VALUES (1, 'old', '2024-01-01 00:00:00')`,
    `INSERT INTO t VALUES (2, 'young', strftime('%Y-%m-%d %H:%M:%f', 'now'))`,
  )
  const source = await openSource(
    confluentJdbcSource,
    settings(url, { mode: 'timestamp', 'timestamp.column.name': 'updated', 'timestamp.delay.interval.ms': '600000' }),
  )
  const records = await pollUntil(source.task, { records: 1 })
  records.push(...(await pollUntil(source.task, { records: 1, within: 300 })))
  assert.deepEqual(ids(records), [1])
  await source.stop()
})

test('a query is read with its condition appended, under its own partition', async (t) => {
  const { url } = await sqliteDatabase(
    t,
    'CREATE TABLE t (id INTEGER NOT NULL PRIMARY KEY, v TEXT)',
    `INSERT INTO t VALUES (1, 'a'), (2, 'b'), (3, 'c')`,
  )
  const source = await openSource(
    confluentJdbcSource,
    settings(url, {
      mode: 'incrementing',
      'incrementing.column.name': 'id',
      query: 'SELECT * FROM (SELECT id, upper(v) AS big FROM t) q',
      'query.suffix': 'LIMIT 2',
    }),
  )
  const [first, second] = await pollUntil(source.task, { records: 2 })
  assert.deepEqual([first?.topic, first?.valueSchema?.name, first?.sourcePartition], ['x-', null, { query: 'query' }])
  assert.deepEqual(second?.value, { id: 2, big: 'B' })
  await source.stop()
})

test('keys come from the primary key on request, and rows marked as deleted become tombstones', async (t) => {
  const { url } = await sqliteDatabase(
    t,
    'CREATE TABLE t (a TEXT NOT NULL, b INTEGER NOT NULL, gone BOOLEAN, PRIMARY KEY (b, a))',
    `INSERT INTO t VALUES ('x', 1, 0), ('y', 2, 1), ('z', 3, NULL)`,
  )
  const source = await openSource(
    confluentJdbcSource,
    settings(url, { mode: 'bulk', 'key.columns': 'PRIMARY_KEY', 'deleted.column.name': 'gone' }),
  )
  const records = await pollUntil(source.task, { records: 3 })
  await source.stop()
  assert.deepEqual(
    records.map(({ key, value }) => [key, value === null]),
    [
      [{ b: 1, a: 'x' }, false],
      [{ b: 2, a: 'y' }, true],
      [{ b: 3, a: 'z' }, false],
    ],
  )
})

test('hostile names of tables and columns are only names', async (t) => {
  const table = 'we"ird` t; DROP TABLE x --'
  const quoted = `"${table.replaceAll('"', '""')}"`
  const { url } = await sqliteDatabase(
    t,
    `CREATE TABLE ${quoted} ("__proto__" INTEGER NOT NULL PRIMARY KEY, "constructor" TEXT, "a\`b" TEXT)`,
    `INSERT INTO ${quoted} VALUES (7, 'c', 'd')`,
  )
  const source = await openSource(
    confluentJdbcSource,
    settings(url, { mode: 'incrementing', 'incrementing.column.name': '__proto__' }),
  )
  const [record] = await pollUntil(source.task, { records: 1 })
  await source.stop()
  assert.equal(record?.topic, `x-${table}`)
  assert.deepEqual(Object.entries(record?.value as object), [
    ['__proto__', 7],
    ['constructor', 'c'],
    ['a`b', 'd'],
  ])
})

test('an INTEGER beyond 32 bits turns its column into int64 instead of being cut', async (t) => {
  const { url } = await sqliteDatabase(
    t,
    'CREATE TABLE t (id INTEGER NOT NULL PRIMARY KEY)',
    'INSERT INTO t VALUES (1), (9007199254740993)',
  )
  const source = await openSource(confluentJdbcSource, settings(url, { mode: 'bulk' }))
  const records = await pollUntil(source.task, { records: 2 })
  await source.stop()
  assert.deepEqual(
    records.map(({ valueSchema, value }) => [valueSchema?.fields[0]?.schema.type, (value as { id: unknown }).id]),
    [
      ['int32', 1],
      ['int64', 9007199254740993n],
    ],
  )
})

test('incrementing.delay.interval.ms reads only numbers that were reached so long ago', async (t) => {
  const { db, url } = await sqliteDatabase(
    t,
    'CREATE TABLE t (id INTEGER NOT NULL PRIMARY KEY)',
    'INSERT INTO t VALUES (5)',
  )
  const source = await openSource(
    confluentJdbcSource,
    settings(url, {
      mode: 'incrementing',
      'incrementing.column.name': 'id',
      'incrementing.delay.interval.ms': '400',
    }),
  )
  const began = performance.now()
  const polled = pollUntil(source.task, { records: 2 })
  // Taken before 5, visible after it.
  await db.execute('INSERT INTO t VALUES (4)')
  assert.deepEqual(ids(await polled), [4, 5])
  assert.ok(performance.now() - began >= 350)
  await source.stop()
})

test('tables are shared out over the tasks in groups, and a table list survives commas and quotes in names', async (t) => {
  const { url } = await sqliteDatabase(
    t,
    'CREATE TABLE "a,b" (id INTEGER NOT NULL PRIMARY KEY)',
    'CREATE TABLE "c`d" (id INTEGER NOT NULL PRIMARY KEY)',
    'CREATE TABLE e (id INTEGER NOT NULL PRIMARY KEY)',
    'INSERT INTO "a,b" VALUES (1)',
    'INSERT INTO "c`d" VALUES (2)',
    'INSERT INTO e VALUES (3)',
  )
  const topics: string[][] = []
  for (const task of [0, 1]) {
    const source = await openSource(confluentJdbcSource, settings(url, { mode: 'bulk', 'poll.interval.ms': '60000' }), {
      maxTasks: 2,
      task,
    })
    topics.push((await pollUntil(source.task, { records: 2 - task })).map(({ topic }) => topic))
    await source.stop()
  }
  assert.deepEqual(topics, [['x-a,b', 'x-c`d'], ['x-e']])
})
