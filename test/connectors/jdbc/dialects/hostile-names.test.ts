/** Names of tables and columns that mean something to SQL, to JavaScript or to a limit, through the sink and the source. */
import assert from 'node:assert/strict'
import { after, type TestContext, test } from 'node:test'
import { debeziumJdbcSink } from '../../../../src/connectors/jdbc/sink/debezium/debezium-sink.ts'
import { aivenJdbcSink, confluentJdbcSink } from '../../../../src/connectors/jdbc/sink/jdbc-sinks.ts'
import { confluentJdbcSource } from '../../../../src/connectors/jdbc/source/jdbc-sources.ts'
import { INT64_SCHEMA, OPTIONAL_STRING_SCHEMA, schemaOf } from '../../../../src/data/schema.ts'
import { setOwn } from '../../../../src/data/values.ts'
import type { SinkRecord } from '../../../../src/plugin/record.ts'
import { openSink, openSource, pollUntil, sinkRecord } from '../../../helpers/fake-context.ts'
import { closeServers, newTarget, TARGET_KINDS, type Target } from '../targets.ts'

after(closeServers)

const HOSTILE = [
  'quote"',
  '"',
  '`tick`',
  "it's",
  "x'; DROP TABLE victim; --",
  'x"; DROP TABLE victim; --',
  'x`; DROP TABLE victim; --',
  'back\\slash',
  '\\',
  'dot.ted.name',
  'with space',
  'ünïcödé 漢字',
  '__proto__',
  'constructor',
  'select',
  'ORDER',
  'user',
  '1',
  '?',
  '$1',
  '%s',
  ':name',
  '-- comment',
  '/* comment */',
  'line\nend',
  'a,b',
  'n'.repeat(63),
]

/** What the databases have no such names for. */
const UNFIT: Readonly<Partial<Record<Target['family'], readonly string[]>>> = {}

const struct = (fields: readonly string[]) =>
  schemaOf({
    type: 'struct',
    fields: fields.map((name, index) => ({ name, schema: index === 0 ? INT64_SCHEMA : OPTIONAL_STRING_SCHEMA })),
  })

const row = (names: readonly string[], id: bigint | number, text: string | null): Record<string, unknown> => {
  const value: Record<string, unknown> = {}
  for (const [index, name] of names.entries()) setOwn(value, name, index === 0 ? BigInt(id) : text)
  return value
}

const open = async (
  t: TestContext,
  target: Target,
  settings: Record<string, string>,
  definition = confluentJdbcSink,
) => {
  const sink = await openSink(
    definition,
    { ...target.connection, 'connection.attempts': '1', 'max.retries': '0', 'auto.create': 'true', ...settings },
    { reporter: false },
  )
  t.after(sink.stop)
  return sink
}

const victim = async (target: Target): Promise<void> => {
  await target.run('CREATE TABLE victim (id integer)')
  await target.run('INSERT INTO victim VALUES (1)')
}

for (const kind of TARGET_KINDS) {
  test(`${kind}: hostile names of tables, keys and columns are only names, for writing, deleting and reading`, async (t) => {
    const target = await newTarget(t, kind)
    if (target === undefined) return
    await victim(target)
    const names = HOSTILE.filter((name) => !UNFIT[target.family]?.includes(name))
    for (const name of names) {
      const key = `key ${name}`.slice(0, 60)
      const other = `${name} 2`.slice(-60)
      const sink = await open(t, target, {
        // As a user would write it: in the quotes of the JVM's dialect
        'table.name.format': quoted(target, name),
        'insert.mode': 'upsert',
        'pk.mode': 'record_key',
        'delete.enabled': 'true',
        'auto.evolve': 'true',
      })
      const keySchema = struct([key])
      const record = (id: number, text: string | null, columns: readonly string[]): SinkRecord =>
        sinkRecord(text === null ? null : row(columns, id, text), {
          keySchema,
          key: row([key], id, null),
          valueSchema: text === null ? null : struct(columns),
        })
      await sink.task.put([1, 2, 3].map((id) => record(id, 'first', [key, name])))
      await sink.task.put([record(2, name, [key, name]), record(3, null, [key])])
      await sink.task.put([record(4, 'later', [key, name, other])])
      await sink.stop()
      const found = await target.rows(
        `SELECT ${[key, name, other].map((column, at) => `${target.quote(column)} AS c${at}`).join(', ')} FROM ${target.quote(name)} ORDER BY c0`,
      )
      assert.deepEqual(
        found.map(([id, ...texts]) => [Number(id), ...texts]),
        [
          [1, 'first', null],
          [2, name, null],
          [4, 'later', 'later'],
        ],
        name,
      )
    }
    assert.equal((await target.rows('SELECT id FROM victim')).length, 1)
    const source = await openSource(confluentJdbcSource, {
      ...target.connection,
      mode: 'bulk',
      'topic.prefix': 'from-',
      'poll.interval.ms': '600000',
    })
    const records = await pollUntil(source.task, { records: names.length * 3 + 1, within: 30_000 })
    await source.stop()
    for (const name of names) {
      const read = records.filter(({ topic }) => topic === `from-${name}`).map(({ value }) => value)
      const texts = read.map((value) => Object.getOwnPropertyDescriptor(value, name)?.value)
      assert.deepEqual(texts.sort(), ['first', 'later', name].sort(), name)
    }
  })

  test(`${kind}: hostile topics cannot do anything but name a table`, async (t) => {
    const target = await newTarget(t, kind)
    if (target === undefined) return
    await victim(target)
    const sink = await open(t, target, { 'pk.mode': 'none' })
    for (const topic of ["x'; DROP TABLE victim; --", 'y"; DROP TABLE victim; --', 'z`; DROP TABLE victim; --', '\\']) {
      await sink.task.put([sinkRecord({ a: 1n }, { topic, valueSchema: struct(['a']) })])
    }
    assert.deepEqual((await target.rows('SELECT id FROM victim')).map(Number), [1])
  })

  test(`${kind}: with Debezium's settings, too, words of SQL are only names`, async (t) => {
    const target = await newTarget(t, kind)
    if (target === undefined) return
    const sink = await openDebezium(t, target)
    const fields = ['Id', 'select', 'user', 'a-b', 'quote"`']
    for (const text of ['a', 'b']) {
      await sink.task.put([sinkRecord(row(fields, 1, text), { topic: 'order', valueSchema: struct(fields) })])
    }
    const columns = fields.slice(1).map((name, at) => `${target.quote(name)} AS c${at}`)
    const found = await target.rows(`SELECT ${columns.join(', ')} FROM ${target.quote('order')}`)
    assert.deepEqual(found, [['b', 'b', 'b', 'b']])
  })

  test(`${kind}: a table for offsets may have any name`, async (t) => {
    const target = await newTarget(t, kind)
    if (target === undefined) return
    const name = 'off"s`ets; --'
    const settings = { 'offsets.table': quoted(target, name), 'pk.mode': 'none' }
    const sink = await open(t, target, settings)
    await sink.task.put([sinkRecord({ a: 1n }, { topic: 't', offset: 7, valueSchema: struct(['a']) })])
    const found = await target.rows(`SELECT kafka_topic, next_offset FROM ${target.quote(name)}`)
    assert.deepEqual(
      found.map(([topic, offset]) => [topic, Number(offset)]),
      [['t', 8]],
    )
  })
}

const openDebezium = async (
  t: TestContext,
  { connection: { 'connection.user': user = '', ...connection } }: Target,
) => {
  const sink = await openSink(
    debeziumJdbcSink,
    {
      ...connection,
      'connection.username': user,
      'schema.evolution': 'basic',
      'insert.mode': 'upsert',
      'primary.key.mode': 'record_value',
      'primary.key.fields': 'Id',
    },
    { reporter: false },
  )
  t.after(sink.stop)
  return sink
}

const quoted = ({ family }: Target, name: string): string => {
  const mark = family === 'postgres' ? '"' : '`'
  return mark + name.replaceAll(mark, mark + mark) + mark
}

for (const kind of ['postgres-18', 'postgres-15'] as const) {
  test(`${kind}: names beyond 63 bytes are cut as the server cuts them, between characters`, async (t) => {
    const target = await newTarget(t, kind)
    if (target === undefined) return
    const sink = await open(t, target, {
      'insert.mode': 'upsert',
      'pk.mode': 'record_value',
      'pk.fields': 'id',
      'auto.evolve': 'true',
    })
    for (const [topic, cut] of [
      ['t'.repeat(70), 't'.repeat(63)],
      ['ü'.repeat(40), 'ü'.repeat(31)],
      ['漢'.repeat(30), '漢'.repeat(21)],
    ] as const) {
      const names = ['id', `c${topic}`]
      for (const text of ['a', 'b']) {
        await sink.task.put([sinkRecord(row(names, 1, text), { topic, valueSchema: struct(names) })])
      }
      const more = [...names, `d${topic}`]
      await sink.task.put([sinkRecord(row(more, 2, 'c'), { topic, valueSchema: struct(more) })])
      const found = await target.rows(`SELECT * FROM "${cut}" ORDER BY id`)
      assert.deepEqual(found, [
        ['1', 'b', null],
        ['2', 'c', 'c'],
      ])
    }
  })

  test(`${kind}: names that are not quoted are folded to lower case, and found again`, async (t) => {
    const target = await newTarget(t, kind)
    if (target === undefined) return
    const fields = ['Id', 'SomeText']
    for (const [definition, settings] of [
      [confluentJdbcSink, { 'quote.sql.identifiers': 'NEVER' }],
      [aivenJdbcSink, { 'sql.quote.identifiers': 'false' }],
    ] as const) {
      const topic = `Mixed${definition.className.includes('aiven') ? 'Aiven' : 'Confluent'}`
      for (const text of ['a', 'b']) {
        const sink = await open(
          t,
          target,
          { ...settings, 'insert.mode': 'upsert', 'pk.mode': 'record_value', 'pk.fields': 'Id' },
          definition as typeof confluentJdbcSink,
        )
        await sink.task.put([sinkRecord(row(fields, 1, text), { topic, valueSchema: struct(fields) })])
        await sink.stop()
      }
      assert.deepEqual(await target.rows(`SELECT id, sometext FROM ${topic.toLowerCase()}`), [['1', 'b']])
    }
    const sink = await openDebezium(t, target)
    for (const text of ['a', 'b']) {
      await sink.task.put([sinkRecord(row(fields, 1, text), { topic: 'MixedDebezium', valueSchema: struct(fields) })])
    }
    assert.deepEqual(await target.rows('SELECT id, sometext FROM mixeddebezium'), [['1', 'b']])
  })
}

for (const kind of ['mariadb', 'mysql-8'] as const) {
  test(`${kind}: a name of 64 characters is taken, a longer one refused by its name`, async (t) => {
    const target = await newTarget(t, kind)
    if (target === undefined) return
    const sink = await open(t, target, { 'pk.mode': 'none' })
    const put = (topic: string) => sink.task.put([sinkRecord({ a: 1n }, { topic, valueSchema: struct(['a']) })])
    await put('ü'.repeat(64))
    assert.equal((await target.rows(`SELECT a FROM \`${'ü'.repeat(64)}\``)).length, 1)
    await assert.rejects(async () => put('t'.repeat(65)), /(?:Identifier name|Incorrect table name) 't{65}'/)
  })

  test(`${kind}: tables and topics whose names differ in case or accents alone are different ones`, async (t) => {
    const target = await newTarget(t, kind)
    if (target === undefined) return
    await target.run('CREATE TABLE users (id bigint PRIMARY KEY, other int)')
    const sink = await open(t, target, {
      'insert.mode': 'upsert',
      'pk.mode': 'record_value',
      'pk.fields': 'id',
      'offsets.table': 'offsets',
    })
    const fields = ['id']
    for (const [offset, topic] of ['Users', 'USERS', 'cafe', 'café', 'users'].entries()) {
      await sink.task.put([
        sinkRecord(row(fields, offset, null), { topic, offset, originalOffset: offset, valueSchema: struct(fields) }),
      ])
    }
    for (const [offset, topic] of ['Users', 'USERS', 'cafe', 'café', 'users'].entries()) {
      const found = await target.rows(`SELECT id FROM \`${topic}\``)
      assert.deepEqual(
        found.map(([id]) => Number(id)),
        [offset],
        topic,
      )
    }
    const offsets = await target.rows('SELECT kafka_topic, next_offset FROM offsets ORDER BY next_offset')
    assert.deepEqual(
      offsets.map(([topic, next]) => [topic, Number(next)]),
      [
        ['Users', 1],
        ['USERS', 2],
        ['cafe', 3],
        ['café', 4],
        ['users', 5],
      ],
    )
  })
}
