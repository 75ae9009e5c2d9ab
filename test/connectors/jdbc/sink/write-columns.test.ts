import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Database, ExecuteOptions, Parameter, TableColumn } from '../../../../src/connectors/jdbc/database.ts'
import { quoting } from '../../../../src/connectors/jdbc/dialect.ts'
import { postgres } from '../../../../src/connectors/jdbc/dialects/postgres.ts'
import { confluentJdbcSink } from '../../../../src/connectors/jdbc/sink/jdbc-sinks.ts'
import { columnsWriter } from '../../../../src/connectors/jdbc/sink/write-columns.ts'
import { UTC } from '../../../../src/connectors/jdbc/zone.ts'
import { INT64_SCHEMA, type Schema, STRING_SCHEMA, schemaOf } from '../../../../src/data/schema.ts'
import type { SinkRecord } from '../../../../src/plugin/record.ts'
import { database, whyNoDatabase } from '../../../helpers/databases.ts'
import { openSink, sinkRecord } from '../../../helpers/fake-context.ts'

const ZONES = { date: UTC, timestamp: UTC }

/** A writer of one column, and what it has the database do. */
const writerOf = (typeName: string, schema: Schema) => {
  const done: { parameter: Parameter | undefined; options: ExecuteOptions | undefined }[] = []
  const db = {
    execute: async (_sql: string, [parameter]: readonly Parameter[], options?: ExecuteOptions) => {
      done.push({ parameter: Buffer.isBuffer(parameter) ? Buffer.from(parameter) : (parameter ?? null), options })
      return 1
    },
  } as unknown as Database
  const known: TableColumn = {
    ...{ name: 'v', typeName, jdbcType: 'other', precision: 0, scale: 0, nullable: true, autoIncrement: false },
    ...{ signed: true, primaryKey: false },
  }
  const table = { catalog: null, schema: null, table: 't' }
  const quote = quoting(postgres, 'ALWAYS')
  const statement = postgres.insertByColumns?.(table, { keys: [], others: ['v'] }, [schema], {
    quote,
    columns: [known],
  })
  assert.ok(statement !== undefined)
  const column = { read: (record: SinkRecord) => record.value, bind: postgres.bind(schema, ZONES, known) }
  const write = columnsWriter(statement, [column], [statement.packed?.(0, ZONES)])
  const records = (values: readonly unknown[]): SinkRecord[] => values.map((value) => sinkRecord(value))
  return { done, write: (values: readonly unknown[], isAll = true) => write(db, records(values), isAll) }
}

test('a value that has no binary form makes all of its column text, for this statement', async () => {
  const { done, write } = writerOf('int8', INT64_SCHEMA)
  await write([1n, 2n ** 63n, null, 3n])
  await write([4n, 5n])
  assert.equal(done[0]?.parameter, '{1,9223372036854775808,NULL,3}')
  assert.ok(Buffer.isBuffer(done[1]?.parameter))
  // A column that is like that again and again is not tried any more
  for (let time = 0; time < 2; time++) await write([2n ** 63n, 1n])
  await write([1n, 2n])
  assert.equal(done.at(-1)?.parameter, '{1,2}')
})

test('a statement is told that it is all there is to do, unless there are several', async () => {
  const { done, write } = writerOf('text', STRING_SCHEMA)
  await write(['a', 'b'])
  await write(['a', 'b'], false)
  const large = 'x'.repeat(1_000_000)
  await write(Array.from({ length: 20 }, () => large))
  assert.deepEqual(
    done.map(({ options }) => options?.isAll),
    [true, false, ...Array(done.length - 2).fill(false)],
  )
  assert.ok(done.length >= 4)
})

const ROW = schemaOf({ type: 'struct', fields: [{ name: 'id', schema: INT64_SCHEMA }] })

test('postgres: constraints that are checked at the end hold for lists of one statement, too', async (t) => {
  const missing = await whyNoDatabase('postgres-18')
  if (missing !== undefined) {
    if (process.env['CI'] === 'true') throw new Error(missing)
    return t.skip(missing)
  }
  const server = await database('postgres-18')
  const { url, user, run, query } = await server.newDatabase('deferred')
  await run('CREATE TABLE rows (id int8 UNIQUE DEFERRABLE INITIALLY DEFERRED)')
  const sink = await openSink(
    confluentJdbcSink,
    { 'connection.url': url, 'connection.user': user, 'max.retries': '0' },
    { reporter: true, assignment: [{ topic: 'rows', partition: 0 }] },
  )
  t.after(() => sink.stop())
  let offset = 0
  const rows = (...ids: number[]): SinkRecord[] =>
    ids.map((id) => sinkRecord({ id: BigInt(id) }, { topic: 'rows', valueSchema: ROW, offset: offset++ }))
  await sink.task.put(rows(1, 2))
  await sink.task.put(rows(3, 4))
  await sink.task.put(rows(5, 3, 6, 5))
  assert.deepEqual(
    (await query('SELECT id::int FROM rows ORDER BY id')).map(({ id }) => id),
    [1, 2, 3, 4, 5, 6],
  )
  assert.deepEqual(
    sink.reported.map(({ record }) => record.offset),
    [5, 7],
  )
  const open = await query(`SELECT count(*)::int AS n FROM pg_stat_activity WHERE state LIKE 'idle in transaction%'`)
  assert.deepEqual(open, [{ n: 0 }])
})
