/** Random schemas: created, evolved, written by the sink, read by the source, compared value by value. */
import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { confluentJdbcSink } from '../../../../src/connectors/jdbc/sink/jdbc-sinks.ts'
import { confluentJdbcSource } from '../../../../src/connectors/jdbc/source/jdbc-sources.ts'
import { Decimal } from '../../../../src/data/values.ts'
import { openSink, openSource, pollUntil, sinkRecord } from '../../../helpers/fake-context.ts'
import { isSoak } from '../../../helpers/servers-used.ts'
import { closeServers, newTarget, TARGET_KINDS, type Target } from '../targets.ts'
import { type RandomTable, randomTable } from './random-schemas.ts'

after(closeServers)

/** All of them on SQLite, which needs no server; each server gets its own part of them unless there is time. */
const ALL = 1000
const shareOf = (index: number): readonly [from: number, count: number] =>
  isSoak() || TARGET_KINDS[index] === 'sqlite' ? [0, ALL] : [index * 40, 40]

/** Tables that one task writes and one reads. */
const AT_ONCE = 50

const write = async (target: Target, tables: readonly RandomTable[]): Promise<void> => {
  const sink = await openSink(
    confluentJdbcSink,
    {
      ...target.connection,
      'connection.attempts': '1',
      'max.retries': '0',
      'insert.mode': 'upsert',
      'pk.mode': 'record_value',
      'pk.fields': 'id',
      'auto.create': 'true',
      'auto.evolve': 'true',
    },
    { reporter: false },
  )
  try {
    let offset = 0
    const most = Math.max(...tables.map(({ puts }) => puts.length))
    for (let step = 0; step < most; step++) {
      const records = tables.flatMap(({ name, puts }) =>
        (puts[step]?.rows ?? []).map((row) =>
          sinkRecord(row, { topic: name, offset: offset++, valueSchema: puts[step]?.schema ?? null }),
        ),
      )
      await sink.task.put(records)
    }
  } finally {
    await sink.stop()
  }
}

/** Equal, whatever the width of integers; NaN is itself, and 0 is -0. */
const plain = (value: unknown): unknown => {
  if (typeof value === 'bigint' || value instanceof Decimal || value instanceof Date) return String(unwrap(value))
  if (typeof value === 'number') return String(value)
  return value instanceof Uint8Array ? Buffer.from(value).toString('hex') : value
}

const unwrap = (value: bigint | Decimal | Date): unknown => {
  if (value instanceof Decimal) return `${value.unscaled}e${-value.scale}`
  return value instanceof Date ? value.getTime() : value
}

const read = async (target: Target, tables: readonly RandomTable[]): Promise<void> => {
  const source = await openSource(confluentJdbcSource, {
    ...target.connection,
    mode: 'bulk',
    'table.whitelist': tables.map(({ name }) => name).join(','),
    'topic.prefix': '',
    'poll.interval.ms': '600000',
  })
  const wanted = tables.reduce((sum, { expected }) => sum + expected.size, 0)
  const records = await pollUntil(source.task, { records: wanted, within: 60_000 })
  await source.stop()
  assert.equal(
    records.length,
    wanted,
    `of ${target.kind}; ${source.log.messages('error')} ${source.log.messages('warn')}`,
  )
  const byName = new Map(tables.map((table) => [table.name, table]))
  for (const { topic, value, valueSchema } of records) {
    const table = byName.get(topic)
    const found = value as Record<string, unknown>
    const expected = table?.expected.get(BigInt(found['id'] as bigint))
    assert.ok(table !== undefined && expected !== undefined, `${topic}: ${found['id']}`)
    assert.deepEqual(
      valueSchema?.fields.map(({ name }) => name),
      table.columns,
      topic,
    )
    for (const name of table.columns) {
      const own = Object.getOwnPropertyDescriptor(found, name)?.value
      assert.equal(
        plain(own),
        plain(Object.getOwnPropertyDescriptor(expected, name)?.value),
        `${topic}, row ${found['id']}, column ${name} (${target.kind})`,
      )
    }
  }
}

for (const [index, kind] of TARGET_KINDS.entries()) {
  const [from, count] = shareOf(index)
  test(`${kind}: ${count} random schemas, from seed ${from}, come back as they were written`, async (t) => {
    const target = await newTarget(t, kind)
    if (target === undefined) return
    for (let seed = from; seed < from + count; seed += AT_ONCE) {
      const tables = Array.from({ length: Math.min(AT_ONCE, from + count - seed) }, (_, at) =>
        randomTable(seed + at, kind),
      )
      await write(target, tables)
      await read(target, tables)
    }
  })
}
