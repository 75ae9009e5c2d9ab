/** SQLite keeps times as text, integers or Julian days: what is new is found in each, whatever `db.timezone` says. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { confluentJdbcSource } from '../../../../src/connectors/jdbc/source/jdbc-sources.ts'
import type { SourceRecord } from '../../../../src/plugin/record.ts'
import { FakeOffsets, openSource, pollUntil } from '../../../helpers/fake-context.ts'
import { sqliteDatabase } from '../../../helpers/sqlite-database.ts'

const TABLE = 'CREATE TABLE t (id INTEGER NOT NULL PRIMARY KEY, updated DATETIME NOT NULL)'

const config = (url: string, zone: string, mode = 'timestamp') => ({
  'connection.url': url,
  'topic.prefix': 'x-',
  'poll.interval.ms': '10',
  mode,
  'timestamp.column.name': 'updated',
  ...(mode === 'timestamp' ? {} : { 'incrementing.column.name': 'id' }),
  'db.timezone': zone,
})

const times = (records: readonly SourceRecord[]): string[] =>
  records.map(({ value }) => (value as { updated: Date }).updated.toISOString())

const ids = (records: readonly SourceRecord[]): number[] => records.map(({ value }) => (value as { id: number }).id)

/** As the last record's offset is stored: as JSON numbers. */
const store = (offsets: FakeOffsets, records: readonly SourceRecord[]): void => {
  const last = records.at(-1)!
  const fields = Object.entries(last.sourceOffset!).map(([key, value]) => [key, Number(value)])
  offsets.store(last.sourcePartition, Object.fromEntries(fields))
}

for (const [zone, text, instant] of [
  ['Europe/Rome', '2024-07-01 12:00:00', '2024-07-01T10:00:00.000Z'],
  ['Europe/Rome', '2024-01-01 12:00:00.250', '2024-01-01T11:00:00.250Z'],
  ['America/New_York', '2024-07-01 12:00:00', '2024-07-01T16:00:00.000Z'],
  ['Asia/Kolkata', '2024-07-01 12:00:00', '2024-07-01T06:30:00.000Z'],
  ['PST', '2024-07-01 12:00:00', '2024-07-01T19:00:00.000Z'],
] as const) {
  test(`the text ${text} is local time of ${zone}, and no row is lost or read twice`, async (t) => {
    const { db, url } = await sqliteDatabase(t, TABLE, `INSERT INTO t VALUES (1, '${text}')`)
    for (const mode of ['timestamp', 'timestamp+incrementing']) {
      const offsets = new FakeOffsets()
      const source = await openSource(confluentJdbcSource, config(url, zone, mode), { offsets })
      const first = await pollUntil(source.task, { records: 1 })
      assert.deepEqual(times(first), [instant], mode)
      store(offsets, first)
      await source.stop()

      const again = await openSource(confluentJdbcSource, config(url, zone, mode), { offsets })
      assert.deepEqual(await pollUntil(again.task, { records: 1, within: 200 }), [], `${mode}: not twice`)
      await db.execute(`INSERT INTO t VALUES (2, '${text.slice(0, 18)}1')`)
      assert.deepEqual(ids(await pollUntil(again.task, { records: 1 })), [2], `${mode}: the next second is new`)
      await again.stop()
      await db.execute('DELETE FROM t WHERE id = 2')
    }
  })
}

test('the present in local time is read at once, what lies ahead is not', async (t) => {
  const { db, url } = await sqliteDatabase(t, TABLE)
  for (const [zone, hours] of [
    ['+02:00', 2],
    ['-05:00', -5],
  ] as const) {
    const local = (seconds: number) => `strftime('%Y-%m-%d %H:%M:%f', 'now', '${hours} hours', '${seconds} seconds')`
    await db.execute(`INSERT INTO t VALUES (1, ${local(-1)}), (2, ${local(3600)})`)
    const source = await openSource(confluentJdbcSource, config(url, zone))
    const records = await pollUntil(source.task, { records: 1 })
    records.push(...(await pollUntil(source.task, { records: 1, within: 300 })))
    assert.deepEqual(ids(records), [1], zone)
    await source.stop()
    await db.execute('DELETE FROM t')
  }
})

test('integers and Julian days are instants, whatever the zone', async (t) => {
  const { db, url } = await sqliteDatabase(t, TABLE, 'INSERT INTO t VALUES (1, 1719828000000)')
  const offsets = new FakeOffsets()
  const source = await openSource(confluentJdbcSource, config(url, 'America/New_York'), { offsets })
  const first = await pollUntil(source.task, { records: 1 })
  assert.deepEqual(times(first), ['2024-07-01T10:00:00.000Z'])
  await db.execute(`INSERT INTO t VALUES (2, 1719828000001), (3, 2460492.9166666665)`)
  const next = await pollUntil(source.task, { records: 1 })
  next.push(...(await pollUntil(source.task, { records: 1, within: 300 })))
  assert.deepEqual(ids(next), [2], 'one millisecond later is new, the same instant as a Julian day is not')
  await source.stop()
})

test('a text that names its offset is that instant, in comparisons too', async (t) => {
  const texts = [
    '2024-07-01T12:00:00+02:00',
    '2024-07-01 10:00:01Z',
    '2024-07-01 05:00:02.500-0500',
    '2024-07-01 15:00:03+05',
  ]
  const { db, url } = await sqliteDatabase(t, TABLE, `INSERT INTO t VALUES (1, '${texts[0]}')`)
  for (const zone of ['UTC', 'Asia/Tokyo']) {
    const offsets = new FakeOffsets()
    const source = await openSource(confluentJdbcSource, config(url, zone), { offsets })
    assert.deepEqual(times(await pollUntil(source.task, { records: 1 })), ['2024-07-01T10:00:00.000Z'])
    for (const [index, text] of texts.slice(1).entries()) {
      await db.execute(`INSERT INTO t VALUES (${index + 2}, '${text}')`)
      const [record] = await pollUntil(source.task, { records: 1 })
      assert.deepEqual(ids([record!]), [index + 2], `${zone}: ${text} is later than the one before`)
    }
    assert.deepEqual(await pollUntil(source.task, { records: 1, within: 200 }), [])
    await source.stop()
    await db.execute('DELETE FROM t WHERE id > 1')
  }
})
