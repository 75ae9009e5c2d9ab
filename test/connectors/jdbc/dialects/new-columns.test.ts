/** How each database is told of new columns: types, nulls and defaults. */
import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import type { Dialect } from '../../../../src/connectors/jdbc/dialect.ts'
import { mysql } from '../../../../src/connectors/jdbc/dialects/mysql.ts'
import { postgres } from '../../../../src/connectors/jdbc/dialects/postgres.ts'
import { sqlite } from '../../../../src/connectors/jdbc/dialects/sqlite.ts'
import { quoteWith } from '../../../../src/connectors/jdbc/table-id.ts'
import { DATE_SCHEMA, decimalSchema, TIME_SCHEMA, TIMESTAMP_SCHEMA } from '../../../../src/data/logical-types.ts'
import { type Schema, type SchemaType, schemaOf, schemaWith } from '../../../../src/data/schema.ts'
import { Decimal } from '../../../../src/data/values.ts'
import { closeServers, type Family, newTarget, TARGET_KINDS } from '../targets.ts'

after(closeServers)

const TABLE = { catalog: null, schema: 's', table: 't' }
const DIALECTS: Readonly<Record<Family, Dialect>> = { postgres, mysql, sqlite }

const of = (type: SchemaType | Schema, value: unknown): Schema =>
  schemaWith(typeof type === 'string' ? schemaOf({ type }) : type, { default: value })

const NOON = new Date('2024-02-29T12:34:56.789Z')

/** A schema with a default, its literal, and what a row that does not name the column then has. */
const DEFAULTS: readonly (readonly [
  schema: Schema,
  literal: Readonly<Record<Family, string>>,
  value: Readonly<Record<Family, string | null>>,
])[] = (
  [
    [of('int8', -128), '-128', '-128'],
    [of('int64', 9_223_372_036_854_775_807n), '9223372036854775807', '9223372036854775807'],
    [of('float32', Math.fround(1.1)), '1.1', '1.1'],
    [of('float64', 1e21), '1.0E21', { postgres: '1e+21', mysql: '1e21', sqlite: '1.0e+21' }],
    [
      of('float64', Number.NaN),
      { postgres: `'NaN'`, mysql: 'NULL', sqlite: 'NULL' },
      { postgres: 'NaN', mysql: null, sqlite: null },
    ],
    [
      of('float64', Number.NEGATIVE_INFINITY),
      { postgres: `'-Infinity'`, mysql: 'NULL', sqlite: '-9e999' },
      { postgres: '-Infinity', mysql: null, sqlite: '-Inf' },
    ],
    [of('boolean', true), { postgres: 'TRUE', mysql: '1', sqlite: '1' }, { postgres: 'true', mysql: '1', sqlite: '1' }],
    [of('string', "it's"), { postgres: `'it''s'`, mysql: `('it''s')`, sqlite: `'it''s'` }, "it's"],
    [
      of('string', `\\'"\``),
      { postgres: `'\\''"\`'`, mysql: `(CONVERT(X'5c272260' USING utf8mb4))`, sqlite: `'\\''"\`'` },
      `\\'"\``,
    ],
    [of('string', '🐘'), { postgres: `'🐘'`, mysql: `('🐘')`, sqlite: `'🐘'` }, '🐘'],
    [
      of('bytes', Buffer.from('00ff', 'hex')),
      { postgres: `'\\x00ff'`, mysql: `X'00ff'`, sqlite: `X'00ff'` },
      { postgres: '\\x00ff', mysql: '00FF', sqlite: '00FF' },
    ],
    [
      of(decimalSchema(-3), new Decimal(-52_452_134_152_460_394_527_915_187n, -3)),
      '-52452134152460394527915187000',
      {
        postgres: '-52452134152460394527915187000',
        mysql: '-52452134152460394527915187000',
        sqlite: '-5.24521341524604e+28',
      },
    ],
    [
      of(decimalSchema(10), new Decimal(1n, 10)),
      '0.0000000001',
      { postgres: '0.0000000001', mysql: '0.0000000001', sqlite: '1.0e-10' },
    ],
    [of(decimalSchema(2), new Decimal(-5n, 2)), '-0.05', '-0.05'],
    [
      of(DATE_SCHEMA, new Date('2024-02-29T00:00:00Z')),
      { postgres: `'2024-02-29'`, mysql: `'2024-02-29'`, sqlite: '1709164800000' },
      { postgres: '2024-02-29', mysql: '2024-02-29', sqlite: '1709164800000' },
    ],
    [
      of(TIME_SCHEMA, new Date(45_296_789)),
      { postgres: `'12:34:56.789'`, mysql: `'12:34:56.789'`, sqlite: '45296789' },
      { postgres: '12:34:56.789', mysql: '12:34:56.789', sqlite: '45296789' },
    ],
    [
      of(TIMESTAMP_SCHEMA, NOON),
      { postgres: `'2024-02-29 12:34:56.789'`, mysql: `'2024-02-29 12:34:56.789'`, sqlite: '1709210096789' },
      { postgres: '2024-02-29 12:34:56.789', mysql: '2024-02-29 12:34:56.789', sqlite: '1709210096789' },
    ],
  ] as const
).map(([schema, literal, value]) => [schema, each(literal), each(value)])

function each<T>(given: T | Readonly<Record<Family, T>>): Readonly<Record<Family, T>> {
  return typeof given === 'object' && given !== null && 'postgres' in given
    ? (given as Readonly<Record<Family, T>>)
    : { postgres: given as T, mysql: given as T, sqlite: given as T }
}

const column = (name: string, schema: Schema, primaryKey = false) => ({ name, schema, primaryKey })

test('a table is created with a line for each column, and one for the key', () => {
  const columns = [
    column('id', schemaOf({ type: 'int64' }), true),
    column('a"`b', schemaOf({ type: 'string', optional: true })),
    column('n', schemaOf({ type: 'int32' })),
    column('d', schemaOf({ type: 'int32', default: 5 })),
    column('o', schemaOf({ type: 'int32', optional: true, default: null })),
  ]
  assert.equal(
    postgres.createTable(TABLE, columns, quoteWith('"')),
    'CREATE TABLE "s"."t" (\n"id" BIGINT NOT NULL,\n"a""`b" TEXT NULL,\n"n" INT NOT NULL,\n"d" INT DEFAULT 5,\n"o" INT DEFAULT NULL,\nPRIMARY KEY("id"))',
  )
  assert.equal(
    mysql.createTable(TABLE, columns, quoteWith('`')),
    'CREATE TABLE `s`.`t` (\n`id` BIGINT NOT NULL,\n`a"``b` TEXT NULL,\n`n` INT NOT NULL,\n`d` INT DEFAULT 5,\n`o` INT DEFAULT NULL,\nPRIMARY KEY(`id`))',
  )
})

test('columns are added in one statement, but for SQLite, which takes one at a time', () => {
  const columns = [column('a', schemaOf({ type: 'int8', optional: true })), column('b', of('int16', 7))]
  assert.deepEqual(postgres.addColumns(TABLE, columns, quoteWith('"')), [
    'ALTER TABLE "s"."t" \nADD "a" SMALLINT NULL,\nADD "b" SMALLINT DEFAULT 7',
  ])
  assert.deepEqual(mysql.addColumns(TABLE, columns, quoteWith('`')), [
    'ALTER TABLE `s`.`t` \nADD `a` TINYINT NULL,\nADD `b` SMALLINT DEFAULT 7',
  ])
  assert.deepEqual(sqlite.addColumns(TABLE, columns, quoteWith('`')), [
    'ALTER TABLE `s`.`t` ADD `a` INTEGER NULL',
    'ALTER TABLE `s`.`t` ADD `b` INTEGER DEFAULT 7',
  ])
})

test('fields that are to be timestamps get a column for such', () => {
  const wanted = { ...column('at', schemaOf({ type: 'int64' })), asTimestamp: true }
  assert.deepEqual(
    [postgres, mysql, sqlite].map((dialect) => dialect.columnType(wanted)),
    ['TIMESTAMP', 'DATETIME(6)', 'NUMERIC'],
  )
  // Microseconds are no default for them
  const withDefault = { ...column('at', of('int64', 5n)), asTimestamp: true }
  assert.deepEqual(
    [postgres, mysql, sqlite].map(
      (dialect) => dialect.addColumns(TABLE, [withDefault], quoteWith('`'))[0]?.split('ADD ')[1],
    ),
    ['`at` TIMESTAMP NULL', '`at` DATETIME(6) NULL', '`at` NUMERIC NULL'],
  )
})

for (const kind of TARGET_KINDS) {
  test(`${kind}: a column's default is its schema's, for rows that were there before it`, async (t) => {
    const target = await newTarget(t, kind)
    if (target === undefined) return
    const { family } = target
    const dialect = DIALECTS[family]
    const id = { catalog: null, schema: null, table: 'defaults' }
    await target.run('CREATE TABLE defaults (id integer)')
    await target.run('INSERT INTO defaults VALUES (1)')
    for (const [index, [schema, literal, value]] of DEFAULTS.entries()) {
      const name = `c${index}`
      const [sql = ''] = dialect.addColumns(id, [column(name, schema)], (plain) => plain)
      // MySQL cannot always add columns of TEXT with a default: only MariaDB reads it there
      const hidden = family === 'mysql' && schema.type === 'string'
      if (hidden) assert.match(sql, /TEXT NULL \/\*M! DEFAULT \(CONVERT\(X'[0-9a-f]+' USING utf8mb4\)\) \*\/$/)
      else assert.equal(sql.split(' DEFAULT ')[1], literal[family])
      const [line = ''] = dialect
        .createTable(id, [column(name, schema)], (plain) => plain)
        .split('\n')
        .slice(1)
      assert.equal(line.replace(/\)$/, '').split(' DEFAULT ')[1], literal[family])
      await target.run(sql)
      const shown = {
        postgres: `${name}::text`,
        mysql: schema.type === 'bytes' && schema.name === null ? `HEX(${name})` : `CAST(${name} AS CHAR)`,
        sqlite: `CASE typeof(${name}) WHEN 'blob' THEN hex(${name}) WHEN 'real' THEN printf('%!.15g', ${name}) ELSE CAST(${name} AS TEXT) END`,
      }
      assert.deepEqual(
        await target.rows(`SELECT ${shown[family]} AS c FROM defaults`),
        [[hidden && kind === 'mysql-8' ? null : value[family]]],
        sql,
      )
    }
  })
}
