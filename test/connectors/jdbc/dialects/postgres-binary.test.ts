import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { ResultColumn, TableColumn } from '../../../../src/connectors/jdbc/database.ts'
import { quoting } from '../../../../src/connectors/jdbc/dialect.ts'
import { postgres } from '../../../../src/connectors/jdbc/dialects/postgres.ts'
import { packedColumn } from '../../../../src/connectors/jdbc/dialects/postgres-binary.ts'
import { UTC, type Zone, zoneNamed } from '../../../../src/connectors/jdbc/zone.ts'
import { DATE_SCHEMA, decimalSchema, TIMESTAMP_SCHEMA } from '../../../../src/data/logical-types.ts'
import {
  BOOLEAN_SCHEMA,
  BYTES_SCHEMA,
  FLOAT32_SCHEMA,
  FLOAT64_SCHEMA,
  INT8_SCHEMA,
  INT16_SCHEMA,
  INT32_SCHEMA,
  INT64_SCHEMA,
  type Schema,
  STRING_SCHEMA,
} from '../../../../src/data/schema.ts'
import { Decimal } from '../../../../src/data/values.ts'
import { database, whyNoDatabase } from '../../../helpers/databases.ts'

const NEW_YORK = zoneNamed('America/New_York') as Zone
const ZONES = { date: UTC, timestamp: NEW_YORK }
const quote = quoting(postgres, 'ALWAYS')

const INT8S = [0, 1, -1, 127, -128]
const INT16S = [...INT8S, 32767, -32768]
const INT32S = [...INT16S, 65536, 2147483647, -2147483648]
const INT64S = [...INT32S.map(BigInt), 4294967296n, -4294967297n, 9223372036854775807n, -9223372036854775808n]
const FLOATS = [0, -0, 1.5, -2.25, 16777216, Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]
const TEXTS = [
  '',
  'a',
  'näme € \u{1f600}',
  '"\\{}',
  'x'.repeat(64),
  'x'.repeat(65),
  `${'é'.repeat(40)}z`,
  '\ud800',
  ' a ',
]
const UNSCALED = [
  ...[0n, 1n, -1n, 9n, 10n, 99n, 9999n, 10000n, 10001n, -99999999n, 100000000n, 123456789012n, 999999999999999n],
  ...[9007199254740991n, -9007199254740991n],
]
const DECIMALS = [0, 1, 2, 3, 4, 5, 8, 11, 12, 13, 15].flatMap((scale) =>
  UNSCALED.map((unscaled) => new Decimal(unscaled, scale)),
)
const DATES = ['1970-01-01', '1999-12-31', '2000-01-01', '2024-02-29', '1720-03-01', '2280-12-31'].map(
  (day) => new Date(day),
)
const TIMES = [
  ...['1970-01-01T00:00:00Z', '1999-12-31T23:59:59.999Z', '2024-03-10T06:59:59.999Z', '2024-03-10T07:00:00Z'],
  ...['2024-11-03T05:30:00Z', '2024-11-03T06:30:00Z', '1880-01-01T00:00:00.001Z', '2280-01-01T00:00:00Z'],
].map((time) => new Date(time))

const CASES: readonly [type: string, schema: Schema, values: readonly unknown[]][] = [
  ['int2', INT8_SCHEMA, INT8S],
  ['int2', INT16_SCHEMA, INT16S],
  ['int4', INT8_SCHEMA, INT8S],
  ['int4', INT32_SCHEMA, INT32S],
  ['int8', INT16_SCHEMA, INT16S],
  ['int8', INT32_SCHEMA, INT32S],
  ['int8', INT64_SCHEMA, INT64S],
  ['float4', FLOAT32_SCHEMA, [...FLOATS, Math.fround(0.1), Math.fround(3.4e38), Math.fround(1e-45)]],
  ['float8', FLOAT64_SCHEMA, [...FLOATS, 0.1, 1.7976931348623157e308, 5e-324]],
  ['bool', BOOLEAN_SCHEMA, [true, false]],
  ['bytea', BYTES_SCHEMA, [Buffer.alloc(0), Buffer.from([0, 255, 92]), Buffer.alloc(5000, 1)]],
  ['text', STRING_SCHEMA, TEXTS],
  ['varchar', STRING_SCHEMA, TEXTS],
  ['bpchar', STRING_SCHEMA, TEXTS],
  ['numeric', decimalSchema(2), DECIMALS.filter(({ scale, unscaled }) => scale < 13 || unscaled !== 999999999999999n)],
  ['date', DATE_SCHEMA, DATES],
  ['timestamp', TIMESTAMP_SCHEMA, TIMES],
  ['timestamptz', TIMESTAMP_SCHEMA, TIMES],
]

const column = (name: string, typeName: string): TableColumn => ({
  ...{ name, typeName, jdbcType: 'other', precision: 0, scale: 0, nullable: true, autoIncrement: false, signed: true },
  primaryKey: false,
})

test('a server reads the same from the binary form of a column as from its text', async (t) => {
  const missing = await whyNoDatabase('postgres-18')
  if (missing !== undefined) {
    if (process.env['CI'] === 'true') throw new Error(missing)
    return t.skip(missing)
  }
  const server = await database('postgres-18')
  const { url, user, run, query } = await server.newDatabase('binary')
  const db = await postgres.open({ url, user, password: null, properties: {} })
  t.after(() => db.close())
  for (const [index, [type, schema, values]] of CASES.entries()) {
    const table = { catalog: null, schema: null, table: `t${index}` }
    await run(`CREATE TABLE t${index} (n serial, v ${type === 'bpchar' ? 'char(80)' : type})`)
    const statement = postgres.insertByColumns?.(table, { keys: [], others: ['v'] }, [schema], {
      quote,
      columns: [column('v', type)],
    })
    assert.ok(statement !== undefined, type)
    const packed = statement.packed?.(0, ZONES)
    assert.ok(packed !== undefined, type)
    const all = [null, ...values, null]
    for (const value of all) assert.equal(packed.add(value), true, `${type} ${String(value)}`)
    const binary = packed.take()
    const bind = postgres.bind(schema, ZONES, { typeName: type } as ResultColumn)
    assert.equal(await db.execute(statement.sql, [binary]), all.length)
    await db.execute(statement.sql, [statement.array(all.map(bind))])
    const found = (await query(`SELECT v::text FROM t${index} ORDER BY n`)).map(({ v }) => v)
    assert.deepEqual(found.slice(0, all.length), found.slice(all.length), type)
    // Begun anew
    assert.equal(packed.add(values[0]), true)
    assert.equal(await db.execute(statement.sql, [packed.take()]), 1)
  }
})

test('what the binary form has no room for goes as text', () => {
  const refused: [type: string, schema: Schema, values: readonly unknown[]][] = [
    ['int4', INT32_SCHEMA, [1.5, 2 ** 31, '1', 1n, Number.NaN]],
    ['int2', INT16_SCHEMA, [32768]],
    ['int8', INT64_SCHEMA, [2n ** 63n, 2 ** 60, '1']],
    ['float4', FLOAT32_SCHEMA, [0.1]],
    ['text', STRING_SCHEMA, [1, Buffer.from('a')]],
    ['numeric', decimalSchema(2), [new Decimal(1n, -1), new Decimal(1n, 16), new Decimal(2n ** 53n, 0), '1']],
    ['numeric', decimalSchema(2), [new Decimal(999999999999999n, 15), new Decimal(999999999999999n, 13)]],
    ['date', DATE_SCHEMA, [new Date('1700-01-01'), new Date('2300-01-01'), new Date(Number.NaN), 1]],
    ['timestamp', TIMESTAMP_SCHEMA, [new Date('0001-01-01'), new Date('9999-12-31'), 1n]],
  ]
  for (const [type, schema, values] of refused) {
    const packed = packedColumn(type, schema, ZONES)
    for (const value of values) assert.equal(packed?.add(value), false, `${type} ${String(value)}`)
  }
  const never: [type: string, schema: Schema][] = [
    ...(['int2', 'numeric', 'text', 'bool'] as const).map((type): [string, Schema] => [type, INT64_SCHEMA]),
    ['int4', INT64_SCHEMA],
    ['float4', FLOAT64_SCHEMA],
    ['float8', FLOAT32_SCHEMA],
    ['text', BYTES_SCHEMA],
    ['jsonb', STRING_SCHEMA],
    ['uuid', STRING_SCHEMA],
    ['int8', TIMESTAMP_SCHEMA],
    ['timestamp', DATE_SCHEMA],
    ['bytea', decimalSchema(2)],
  ]
  for (const [type, schema] of never) assert.equal(packedColumn(type, schema, ZONES), undefined, type)
})
