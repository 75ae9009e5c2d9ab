import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { TableColumn } from '../../../../src/connectors/jdbc/database.ts'
import { quoting } from '../../../../src/connectors/jdbc/dialect.ts'
import { postgres } from '../../../../src/connectors/jdbc/dialects/postgres.ts'
import { decimalSchema, TIMESTAMP_SCHEMA } from '../../../../src/data/logical-types.ts'
import { BYTES_SCHEMA, INT64_SCHEMA, type Schema, STRING_SCHEMA } from '../../../../src/data/schema.ts'
import { database, whyNoDatabase } from '../../../helpers/databases.ts'

const TABLE = { catalog: null, schema: 'public', table: 'my "rows"' }
const quote = quoting(postgres, 'ALWAYS')

const column = (name: string, typeName: string): TableColumn => ({
  ...{ name, typeName, jdbcType: 'other', precision: 0, scale: 0, nullable: true, autoIncrement: false, signed: true },
  primaryKey: false,
})

test('rows go by columns: one parameter for each, whatever the number of rows', () => {
  const columns = [column('id', 'bigserial'), column('at', 'timestamp'), column('Name', 'text')]
  const names = { keys: ['id'], others: ['at', 'name'] }
  const schemas = [INT64_SCHEMA, TIMESTAMP_SCHEMA, STRING_SCHEMA]
  assert.equal(
    postgres.insertByColumns?.(TABLE, names, schemas, { quote, columns })?.sql,
    'INSERT INTO "public"."my ""rows""" ("id","at","name") SELECT * FROM ' +
      'unnest($1::pg_catalog.int8[],$2::pg_catalog.timestamp[],$3::pg_catalog.text[])',
  )
  assert.equal(
    postgres.upsertByColumns?.(TABLE, { keys: ['id'], others: [] }, [INT64_SCHEMA], { quote, columns })?.sql,
    'INSERT INTO "public"."my ""rows""" ("id") SELECT * FROM unnest($1::pg_catalog.int8[]) ON CONFLICT ("id") DO NOTHING',
  )
})

test('a column whose array would read elements in another way keeps rows apart', () => {
  const rows: [type: string, schema: Schema, byColumns: boolean][] = [
    ['text', STRING_SCHEMA, true],
    ['numeric', decimalSchema(2), true],
    ['bytea', BYTES_SCHEMA, true],
    ['text', BYTES_SCHEMA, false],
    ['bytea', STRING_SCHEMA, false],
    ['_text', STRING_SCHEMA, false],
    ['mood', STRING_SCHEMA, false],
    ['char', STRING_SCHEMA, false],
  ]
  for (const [type, schema, byColumns] of rows) {
    const columns = [column('c', type)]
    const found = postgres.insertByColumns?.(TABLE, { keys: [], others: ['c'] }, [schema], { quote, columns })
    assert.equal(found !== undefined, byColumns, type)
  }
  const unknown = postgres.insertByColumns?.(TABLE, { keys: [], others: ['d'] }, [STRING_SCHEMA], { quote })
  assert.equal(unknown, undefined)
})

test('a server reads back what was written by columns', async (t) => {
  const missing = await whyNoDatabase('postgres-18')
  if (missing !== undefined) {
    if (process.env['CI'] === 'true') throw new Error(missing)
    return t.skip(missing)
  }
  const server = await database('postgres-18')
  const { url, user, run, query } = await server.newDatabase('arrays')
  const db = await postgres.open({ url, user, password: null, properties: {} })
  t.after(() => db.close())
  await run('CREATE TABLE t (n int8, s text, b bytea, d numeric(12,2), f float8, o bool, v varchar(5))')
  const found = await postgres.describeTable(db, { catalog: null, schema: null, table: 't' })
  const names = { keys: [], others: ['n', 's', 'b', 'd', 'f', 'o', 'v'] }
  const schemas = [INT64_SCHEMA, STRING_SCHEMA, BYTES_SCHEMA, decimalSchema(2), ...Array(3).fill(STRING_SCHEMA)]
  const statement = postgres.insertByColumns?.({ catalog: null, schema: null, table: 't' }, names, schemas, {
    quote,
    columns: found?.columns ?? [],
  })
  assert.ok(statement !== undefined)
  const texts = ['', 'NULL', 'null', ' a ', '"', '\\', '\\"', '{a,b}', "it's", 'näme €\n\t', '$1', '\u{1f600}', null]
  const { sql, array } = statement
  const values = [
    texts.map((_, index) => BigInt(index) - 5n),
    texts,
    texts.map((text) => (text === null ? null : Buffer.from(text))),
    texts.map((_, index) => (index === 3 ? null : `${index}.456`)),
    texts.map((_, index) => [0.1, Number.NaN, Number.POSITIVE_INFINITY, -0][index % 4] ?? null),
    texts.map((_, index) => [true, false, null][index % 3] ?? null),
    texts.map(() => 'ab'),
  ]
  assert.equal(await db.execute(sql, values.map(array)), texts.length)
  const rows = await query('SELECT n::int, s, b, d::text, f, o FROM t ORDER BY n')
  const expected = texts.map((text, index) => ({
    n: index - 5,
    s: text,
    b: text === null ? null : Buffer.from(text),
    d: index === 3 ? null : `${index}.46`,
    f: [0.1, Number.NaN, Number.POSITIVE_INFINITY, 0][index % 4],
    o: [true, false, null][index % 3],
  }))
  assert.deepEqual(rows, expected)
  const tooLong = values.map((some, index) => array(index === 6 ? ['abcdef'] : some.slice(0, 1)))
  await assert.rejects(db.execute(sql, tooLong), /value too long for type character varying\(5\)/)
})
