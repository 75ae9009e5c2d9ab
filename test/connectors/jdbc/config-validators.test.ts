/** Settings that Confluent's and Aiven's connectors check alike or in words of their own; the sinks, as REST lists it. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { ConfigDef, RawConfig } from '../../../src/config/define.ts'
import { parseOrThrow } from '../../../src/config/parse.ts'
import { checkConfig } from '../../../src/config/validate.ts'
import { dialectName, enumerator, enumerators } from '../../../src/connectors/jdbc/config-validators.ts'
import { debeziumJdbcSink } from '../../../src/connectors/jdbc/sink/debezium/debezium-sink.ts'
import { aivenJdbcSink, confluentJdbcSink } from '../../../src/connectors/jdbc/sink/jdbc-sinks.ts'
import { INT64_SCHEMA, schemaOf } from '../../../src/data/schema.ts'
import type { SinkDefinition } from '../../../src/plugin/connector.ts'
import { openSink, sinkRecord } from '../../helpers/fake-context.ts'

test('a word may be all small or all capital', () => {
  const check = enumerator('best_fit', 'none')
  for (const word of ['best_fit', 'BEST_FIT', 'none', null]) assert.equal(check('k', word), null)
  for (const word of ['Best_fit', '', 'other']) assert.equal(check('k', word), 'Invalid enumerator')
})

test('a list of words names the one that is wrong, and may not be empty', () => {
  const check = enumerators('table', 'view')
  assert.equal(check('k', ['TABLE', 'view']), null)
  assert.deepEqual(check('k', ['TABLE', 'Index']), {
    wholeMessage: 'Invalid value Index for configuration k: Invalid enumerator',
  })
  assert.equal(check('k', []), 'At least one value must be specified. Valid values are: [table, view]')
})

test('dialects that are not there are told from names that are none', () => {
  for (const name of [null, '', 'SqliteDatabaseDialect']) assert.equal(dialectName('k', name), null)
  assert.equal(dialectName('k', 'sqlite'), 'Invalid enumerator')
  assert.match(String(dialectName('k', 'Db2DatabaseDialect')), /^There is no such dialect here; there are PostgreSql/)
})

const problems = async <D extends ConfigDef>(definition: SinkDefinition<D>, more: RawConfig): Promise<string[]> => {
  const raw = { 'connection.url': 'jdbc:sqlite::memory:', topics: 't', ...more }
  const checked = checkConfig(definition.config, raw)
  if ([...checked.values()].every(({ errors }) => errors.length === 0)) {
    const found = (await definition.validate?.(parseOrThrow(definition.config, raw), raw)) ?? []
    for (const { key, message } of found) checked.get(key)?.errors.push(message)
  }
  return [...checked.values()].flatMap(({ name, errors }) => errors.map((message) => `${name}: ${message}`))
}

const wrong = (key: string, value: string, why: string) =>
  `${key}: Invalid value ${value} for configuration ${key}: ${why}`

test('sinks: what is wrong is said in the words of the connector whose settings they are', async () => {
  const confluent = (more: RawConfig) => problems(confluentJdbcSink, more)
  const aiven = (more: RawConfig) => problems(aivenJdbcSink, more)
  const both = [confluent, aiven] as const
  for (const check of both) {
    assert.deepEqual(await check({}), [])
    assert.deepEqual(await check({ 'insert.mode': 'Upsert' }), [wrong('insert.mode', 'Upsert', 'Invalid enumerator')])
    assert.deepEqual(await check({ 'pk.mode': 'key' }), [wrong('pk.mode', 'key', 'Invalid enumerator')])
    assert.deepEqual(await check({ 'batch.size': '-1' }), [wrong('batch.size', '-1', 'Value must be at least 0')])
    assert.deepEqual(await check({ 'max.retries': '-1' }), [wrong('max.retries', '-1', 'Value must be at least 0')])
    assert.deepEqual(await check({ 'table.name.format': '' }), [
      wrong('table.name.format', '', 'String must be non-empty'),
    ])
    assert.deepEqual(await check({ 'dialect.name': 'Postgres' }), [
      wrong('dialect.name', 'Postgres', 'Invalid enumerator'),
    ])
  }
  const link = 'https://docs.oracle.com/javase/8/docs/api/java/time/ZoneId.html#shortIds'
  assert.deepEqual(await confluent({ 'db.timezone': 'Mars' }), [
    wrong('db.timezone', 'Mars', `Invalid time zone. See the list of valid time zones at ${link}`),
  ])
  assert.deepEqual(await aiven({ 'db.timezone': 'Mars' }), [
    wrong('db.timezone', 'Mars', 'Invalid time zone identifier'),
  ])
  assert.deepEqual(await confluent({ 'table.types': 'TABLE,INDEX' }), [
    wrong('table.types', 'INDEX', 'Invalid enumerator'),
  ])
  assert.deepEqual(await confluent({ 'date.calendar.system': 'julian' }), [
    wrong('date.calendar.system', 'julian', 'String must be one of: LEGACY, PROLEPTIC_GREGORIAN'),
  ])
  assert.deepEqual(await confluent({ 'connection.url': 'db' }), [
    'connection.url: Could not connect to database. Not a valid JDBC URL: db',
  ])
  assert.deepEqual(await aiven({ 'connection.url': 'db' }), ['connection.url: Not a valid JDBC URL: db'])
})

test('sinks: deletes need the key of the record', async () => {
  const message = 'Deletes are only supported for pk.mode record_key'
  const deletes = { 'delete.enabled': 'true', 'pk.mode': 'record_value' }
  assert.deepEqual((await problems(confluentJdbcSink, deletes)).sort(), [
    `delete.enabled: ${message}`,
    `pk.mode: ${message}`,
  ])
  assert.deepEqual(await problems(aivenJdbcSink, deletes), [
    'delete.enabled: Delete support only works with pk.mode=record_key',
  ])
  for (const sink of [confluentJdbcSink, aivenJdbcSink] as const) {
    assert.deepEqual(await problems(sink as never, { 'delete.enabled': 'true', 'pk.mode': 'RECORD_KEY' }), [])
  }
})

test("sinks: Aiven's says which fields a key may name", async () => {
  assert.deepEqual(await problems(aivenJdbcSink, { 'pk.mode': 'none', 'pk.fields': 'a' }), [
    "pk.fields: Primary key fields should not be set when pkMode is 'none'.",
  ])
  assert.deepEqual(await problems(aivenJdbcSink, { 'pk.mode': 'kafka', 'pk.fields': 'a,b' }), [
    "pk.fields: Primary key fields must be set with three fields (topic, partition, offset) when pkMode is 'kafka'.",
  ])
  assert.deepEqual(await problems(aivenJdbcSink, { 'pk.mode': 'kafka', 'pk.fields': 'a,b,c' }), [])
})

test("sinks: Debezium's takes an upsert without key columns when the user says so, and its task fails", async () => {
  const upsert = (more: RawConfig) => problems(debeziumJdbcSink, { 'insert.mode': 'upsert', ...more })
  assert.deepEqual(await upsert({}), [
    "primary.key.mode: When using UPSERT, please define 'primary.key.mode' and optionally 'primary.key.fields'.",
  ])
  assert.deepEqual(await upsert({ 'primary.key.mode': 'none' }), [])
  const schema = schemaOf({ type: 'struct', fields: [{ name: 'id', schema: INT64_SCHEMA }] })
  for (const [mode, fields] of [
    ['none', ''],
    ['record_value', 'nope'],
  ] as const) {
    const raw = {
      ...{
        'connection.url': 'jdbc:sqlite::memory:',
        topics: 't',
        'schema.evolution': 'basic',
        'insert.mode': 'upsert',
      },
      ...{ 'primary.key.mode': mode, 'primary.key.fields': fields },
    }
    const sink = await openSink(debeziumJdbcSink, raw)
    try {
      await assert.rejects(
        async () => sink.task.put([sinkRecord({ id: 1n }, { topic: 't', valueSchema: schema })]),
        (error: Error) => {
          const chain = [error, error.cause as Error, (error.cause as Error).cause as Error].map(
            ({ message }) => message,
          )
          assert.deepEqual(chain, [
            'JDBC sink connector failure',
            "Failed to flush records for table 't'",
            'Cannot write to table t with no key fields defined.',
          ])
          return true
        },
      )
    } finally {
      await sink.stop()
    }
  }
})
