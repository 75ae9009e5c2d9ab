/** Every Connect type into every database: the columns that are created for it, and its values, extremes and nulls included. */
import assert from 'node:assert/strict'
import { after, type TestContext, test } from 'node:test'
import { confluentJdbcSink } from '../../../../src/connectors/jdbc/sink/jdbc-sinks.ts'
import { DATE_SCHEMA, decimalSchema, TIME_SCHEMA, TIMESTAMP_SCHEMA } from '../../../../src/data/logical-types.ts'
import { INT32_SCHEMA, type Schema, type SchemaType, schemaOf, schemaWith } from '../../../../src/data/schema.ts'
import { Decimal } from '../../../../src/data/values.ts'
import { openSink, sinkRecord } from '../../../helpers/fake-context.ts'
import { closeServers, type Family, newTarget, TARGET_KINDS, type Target } from '../targets.ts'

after(closeServers)

const plain = (type: SchemaType): Schema => schemaOf({ type })
const array = (element: SchemaType | Schema): Schema =>
  schemaOf({ type: 'array', valueSchema: typeof element === 'string' ? plain(element) : element })
const dec = (unscaled: bigint, scale: number): Decimal => new Decimal(unscaled, scale)
const day = (text: string): Date => new Date(`${text}T00:00:00Z`)
const at = (text: string): Date => new Date(text)

type Each<T> = Readonly<Record<Family, T>>

/** A value and the text that the database shows for it; an error where it cannot hold it. */
interface Case {
  readonly value: unknown
  readonly postgres: string | RegExp
  readonly mysql: string | RegExp
  readonly sqlite: string | RegExp | null
}

interface Line {
  readonly name: string
  readonly schema: Schema
  /** Of the column that is created; an error where there is none. */
  readonly column: Each<string | RegExp>
  readonly cases: readonly Case[]
}

const same = (value: unknown, text: string, more: Partial<Case> = {}): Case => ({
  value,
  postgres: text,
  mysql: text,
  sqlite: text,
  ...more,
})

const NO_RANGE = /[Oo]ut of range/

const LINES: readonly Line[] = [
  {
    name: 'int8',
    schema: plain('int8'),
    column: { postgres: 'smallint', mysql: 'tinyint', sqlite: 'INTEGER' },
    cases: [same(-128, '-128'), same(127, '127'), same(0, '0')],
  },
  {
    name: 'int16',
    schema: plain('int16'),
    column: { postgres: 'smallint', mysql: 'smallint', sqlite: 'INTEGER' },
    cases: [same(-32_768, '-32768'), same(32_767, '32767')],
  },
  {
    name: 'int32',
    schema: plain('int32'),
    column: { postgres: 'integer', mysql: 'int', sqlite: 'INTEGER' },
    cases: [same(-2_147_483_648, '-2147483648'), same(2_147_483_647, '2147483647')],
  },
  {
    name: 'int64',
    schema: plain('int64'),
    column: { postgres: 'bigint', mysql: 'bigint', sqlite: 'INTEGER' },
    cases: [
      same(-9_223_372_036_854_775_808n, '-9223372036854775808'),
      same(9_223_372_036_854_775_807n, '9223372036854775807'),
      same(9_007_199_254_740_993n, '9007199254740993'),
    ],
  },
  {
    name: 'float32',
    schema: plain('float32'),
    column: { postgres: 'real', mysql: 'float', sqlite: 'REAL' },
    cases: [
      same(Math.fround(1.1), '1.1', { mysql: '1.100000023841858', sqlite: '1.10000002384186' }),
      same(Math.fround(3.4028234663852886e38), '3.4028235e+38', {
        mysql: '3.4028234663852886e38',
        sqlite: '3.40282346638529e+38',
      }),
      same(Math.fround(-1.401298464324817e-45), '-1e-45', {
        mysql: '-1.401298464324817e-45',
        sqlite: '-1.40129846432482e-45',
      }),
      same(0, '0', { sqlite: '0.0' }),
      same(-0, '-0', { mysql: '0', sqlite: '0.0' }),
      same(Number.NaN, 'NaN', { mysql: NO_RANGE, sqlite: null }),
      same(Number.NEGATIVE_INFINITY, '-Infinity', { mysql: NO_RANGE, sqlite: '-Inf' }),
    ],
  },
  {
    name: 'float64',
    schema: plain('float64'),
    column: { postgres: 'double precision', mysql: 'double', sqlite: 'REAL' },
    cases: [
      same(0.1, '0.1'),
      same(0.30000000000000004, '0.30000000000000004', { sqlite: '0.3' }),
      same(1.7976931348623157e308, '1.7976931348623157e+308', {
        mysql: '1.7976931348623157e308',
        sqlite: '1.79769313486232e+308',
      }),
      same(-2.2250738585072014e-308, '-2.2250738585072014e-308', { sqlite: '-2.2250738585072e-308' }),
      same(1e21, '1e+21', { mysql: '1e21', sqlite: '1.0e+21' }),
      same(Number.NaN, 'NaN', { mysql: NO_RANGE, sqlite: null }),
      same(Number.POSITIVE_INFINITY, 'Infinity', { mysql: NO_RANGE, sqlite: 'Inf' }),
    ],
  },
  {
    name: 'boolean',
    schema: plain('boolean'),
    column: { postgres: 'boolean', mysql: 'tinyint', sqlite: 'INTEGER' },
    cases: [same(true, '1', { postgres: 'true' }), same(false, '0', { postgres: 'false' })],
  },
  {
    name: 'string',
    schema: plain('string'),
    column: { postgres: 'text', mysql: 'text', sqlite: 'TEXT' },
    cases: [
      same('', ''),
      same('né 🐘 中 ́', 'né 🐘 中 ́'),
      same(`'"\`\\ \\' %s $1 ? -- ; \r\n\t`, `'"\`\\ \\' %s $1 ? -- ; \r\n\t`),
      same('NULL', 'NULL'),
      same('x'.repeat(60_000), 'x'.repeat(60_000)),
    ],
  },
  {
    name: 'bytes',
    schema: plain('bytes'),
    column: { postgres: 'bytea', mysql: 'varbinary(1024)', sqlite: 'BLOB' },
    cases: [
      same(Buffer.from('00ff80275c', 'hex'), '00FF80275C', { postgres: '\\x00ff80275c' }),
      same(Buffer.alloc(0), '', { postgres: '\\x' }),
      same(new Uint8Array([1, 2, 3]).subarray(1), '0203', { postgres: '\\x0203' }),
      same(Buffer.alloc(1024, 7), '07'.repeat(1024), { postgres: `\\x${'07'.repeat(1024)}` }),
      same(Buffer.alloc(1025, 7), '07'.repeat(1025), { postgres: `\\x${'07'.repeat(1025)}`, mysql: /too long/ }),
    ],
  },
  {
    name: 'Decimal(5)',
    schema: decimalSchema(5),
    column: { postgres: 'numeric', mysql: 'decimal(65,5)', sqlite: 'NUMERIC' },
    cases: [
      same(dec(123_456n, 5), '1.23456'),
      same(dec(-1n, 5), '-0.00001', { sqlite: '-1.0e-05' }),
      same(dec(0n, 5), '0.00000', { sqlite: '0' }),
      // SQLite keeps 64 bits of it, as with the JVM's driver
      same(dec(1_234_567_890_123_456_789_012_345_678n, 5), '12345678901234567890123.45678', {
        sqlite: '1.23456789012346e+22',
      }),
      same(dec(-(10n ** 64n), 5), `-1${'0'.repeat(59)}.00000`, { sqlite: '-1.0e+59' }),
    ],
  },
  {
    name: 'Decimal(0)',
    schema: decimalSchema(0),
    column: { postgres: 'numeric', mysql: 'decimal(65,0)', sqlite: 'NUMERIC' },
    cases: [same(dec(9_007_199_254_740_993n, 0), '9007199254740993'), same(dec(-7n, 0), '-7')],
  },
  {
    name: 'Decimal(-2)',
    schema: decimalSchema(-2),
    column: { postgres: 'numeric', mysql: 'decimal(65,0)', sqlite: 'NUMERIC' },
    cases: [same(dec(123n, -2), '12300')],
  },
  {
    name: 'Date',
    schema: DATE_SCHEMA,
    column: { postgres: 'date', mysql: 'date', sqlite: 'NUMERIC' },
    cases: [
      same(day('2024-02-29'), '2024-02-29', { sqlite: '1709164800000' }),
      same(day('1969-12-31'), '1969-12-31', { sqlite: '-86400000' }),
      same(day('0001-01-01'), '0001-01-01', { sqlite: '-62135596800000' }),
      same(day('9999-12-31'), '9999-12-31', { sqlite: '253402214400000' }),
      same(new Date(-62_135_683_200_000), '0001-12-31 BC', { mysql: /Incorrect date/, sqlite: '-62135683200000' }),
    ],
  },
  {
    name: 'Time',
    schema: TIME_SCHEMA,
    column: { postgres: 'time without time zone', mysql: 'time(3)', sqlite: 'NUMERIC' },
    cases: [
      same(new Date(0), '00:00:00', { mysql: '00:00:00.000', sqlite: '0' }),
      same(new Date(86_399_999), '23:59:59.999', { sqlite: '86399999' }),
    ],
  },
  {
    name: 'Timestamp',
    schema: TIMESTAMP_SCHEMA,
    column: { postgres: 'timestamp without time zone', mysql: 'datetime(3)', sqlite: 'NUMERIC' },
    cases: [
      same(at('2024-02-29T12:34:56.789Z'), '2024-02-29 12:34:56.789', { sqlite: '1709210096789' }),
      same(at('1969-12-31T23:59:59.999Z'), '1969-12-31 23:59:59.999', { sqlite: '-1' }),
      same(at('9999-12-31T23:59:59.999Z'), '9999-12-31 23:59:59.999', { sqlite: '253402300799999' }),
      same(at('1000-01-01T00:00:00Z'), '1000-01-01 00:00:00', {
        mysql: '1000-01-01 00:00:00.000',
        sqlite: '-30610224000000',
      }),
      same(at('+010000-01-01T00:00:00Z'), '10000-01-01 00:00:00', {
        mysql: /Incorrect datetime/,
        sqlite: '253402300800000',
      }),
    ],
  },
  ...(
    [
      ['array<int32>', array('int32'), 'integer[]', [1, null, -2_147_483_648], '{1,NULL,-2147483648}'],
      ['array<int8>', array('int8'), 'smallint[]', [-128, 127], '{-128,127}'],
      ['array<int64>', array('int64'), 'bigint[]', [9_223_372_036_854_775_807n], '{9223372036854775807}'],
      ['array<float32>', array('float32'), 'real[]', [Math.fround(1.1), Number.NaN], '{1.1,NaN}'],
      ['array<float64>', array('float64'), 'double precision[]', [0.1, Number.NEGATIVE_INFINITY], '{0.1,-Infinity}'],
      ['array<boolean>', array('boolean'), 'boolean[]', [true, null, false], '{t,NULL,f}'],
      [
        'array<string>',
        array('string'),
        'text[]',
        ['', 'NULL', `a"\\,{}' ü`, null],
        `{"","NULL","a\\"\\\\,{}' ü",NULL}`,
      ],
      ['array<bytes>', array('bytes'), 'bytea[]', [Buffer.from('00ff', 'hex')], '{"\\\\x00ff"}'],
      ['array<Decimal>', array(decimalSchema(2)), 'numeric[]', [dec(-5n, 2)], '{-0.05}'],
      ['array<Date>', array(DATE_SCHEMA), 'date[]', [day('2024-02-29')], '{2024-02-29}'],
      [
        'array<Timestamp>',
        array(TIMESTAMP_SCHEMA),
        'timestamp without time zone[]',
        [at('2024-02-29T12:34:56.789Z')],
        '{"2024-02-29 12:34:56.789"}',
      ],
    ] as const
  ).map(([name, schema, type, value, text]): Line => {
    const none = /type doesn't have a mapping to the SQL database column type/
    return {
      name,
      schema,
      column: { postgres: type, mysql: none, sqlite: none },
      cases: [same(value, text), same([], '{}')],
    }
  }),
  ...(
    [
      ['array of arrays', array(array('int32')), [[1]]],
      ['map', schemaOf({ type: 'map', keySchema: plain('string'), valueSchema: plain('int32') }), new Map([['a', 1]])],
      ['struct', schemaOf({ type: 'struct', fields: [{ name: 'a', schema: plain('int32') }] }), { a: 1 }],
    ] as const
  ).map(([name, schema, value]): Line => {
    const none = /type doesn't have a mapping to the SQL database column type/
    return { name, schema, column: { postgres: none, mysql: none, sqlite: none }, cases: [same(value, '')] }
  }),
]

/** As the database itself shows a column's values, exact. */
const shown = (family: Family, type: string, column = 'c'): string => {
  if (family === 'postgres') return `${column}::text`
  if (family === 'sqlite') {
    return `CASE WHEN typeof(${column}) = 'blob' OR instr(CAST(${column} AS BLOB), x'00') THEN hex(${column}) WHEN typeof(${column}) = 'real' THEN printf('%!.15g', ${column}) ELSE CAST(${column} AS TEXT) END`
  }
  if (/binary|blob/.test(type)) return `HEX(${column})`
  if (/^bit/.test(type)) return `CAST(${column} + 0 AS CHAR)`
  // A FLOAT alone is shown with six digits
  return type === 'float' ? `CAST(${column} + 0e0 AS CHAR)` : `CAST(${column} AS CHAR)`
}

const columnsOf = async (target: Target, table: string): Promise<Map<string, string>> => {
  const sql = {
    postgres: `SELECT attname, format_type(atttypid, atttypmod) FROM pg_attribute WHERE attrelid = '${table}'::regclass AND attnum > 0`,
    mysql: `SELECT column_name AS name, column_type AS type FROM information_schema.columns WHERE table_schema = database() AND table_name = '${table}'`,
    sqlite: `SELECT name, type FROM pragma_table_info('${table}')`,
  }
  const rows = await target.rows(sql[target.family])
  // MariaDB tells the width at which it would show integers
  return new Map(
    rows.map(([name, type]) => [String(name), String(type).replace(/^((?:tiny|small|medium|big)?int)\(\d+\)/, '$1')]),
  )
}

const open = async (t: TestContext, target: Target, settings: Record<string, string>) => {
  const sink = await openSink(confluentJdbcSink, {
    ...target.connection,
    'connection.attempts': '1',
    'max.retries': '0',
    'pk.mode': 'none',
    'insert.mode': 'insert',
    ...settings,
  })
  t.after(sink.stop)
  return sink
}

const rowSchema = (schema: Schema): Schema =>
  schemaOf({
    type: 'struct',
    fields: [
      { name: 'id', schema: INT32_SCHEMA },
      { name: 'c', schema: schemaWith(schema, { optional: true }) },
    ],
  })

for (const kind of TARGET_KINDS) {
  test(`${kind}: a created column for every Connect type takes each of its values as it is`, async (t) => {
    const target = await newTarget(t, kind)
    if (target === undefined) return
    const { family } = target
    const sink = await open(t, target, { 'auto.create': 'true' })
    for (const [index, { name, schema, column, cases }] of LINES.entries()) {
      const topic = `t${index}`
      const valueSchema = rowSchema(schema)
      const records = [null, ...cases.map(({ value }) => value)].map((c, id) =>
        sinkRecord({ id, c }, { topic, offset: id, valueSchema }),
      )
      const before = sink.reported.length
      const wanted = column[family]
      if (wanted instanceof RegExp) {
        await assert.rejects(async () => sink.task.put(records), wanted, name)
        continue
      }
      await sink.task.put(records)
      const refused = sink.reported.slice(before)
      const expected: (readonly unknown[])[] = [[0, null]]
      for (const [at, one] of cases.entries()) {
        const text = one[family]
        if (!(text instanceof RegExp)) expected.push([at + 1, text])
        else assert.match(refused.find(({ record }) => record.offset === at + 1)?.error.message ?? 'taken', text, name)
      }
      const types = await columnsOf(target, topic)
      assert.equal(types.get('c'), wanted, name)
      const rows = await target.rows(`SELECT id, ${shown(family, wanted)} AS c FROM ${topic} ORDER BY id`)
      assert.deepEqual(
        rows.map(([id, text]) => [Number(id), text]),
        expected,
        name,
      )
    }
  })
}

/** A column that was there before, what is written into it, and what the database then shows. */
type Existing = readonly [declared: string, schema: Schema, values: readonly (readonly [unknown, string | RegExp])[]]

const INT8 = plain('int8')
const INT16 = plain('int16')
const INT32 = plain('int32')
const INT64 = plain('int64')
const FLOAT32 = plain('float32')
const FLOAT64 = plain('float64')
const BOOLEAN = plain('boolean')
const STRING = plain('string')
const BYTES = plain('bytes')
const MOMENT = at('2024-02-29T12:34:56.789Z')
const F11 = Math.fround(1.1)
const BIG = 9_007_199_254_740_993n

const POSTGRES: readonly Existing[] = [
  [
    'smallint',
    INT32,
    [
      [32_767, '32767'],
      [32_768, /out of range/],
    ],
  ],
  ['smallint', INT8, [[-128, '-128']]],
  [
    'integer',
    INT64,
    [
      [-2_147_483_648n, '-2147483648'],
      [BIG, /out of range/],
    ],
  ],
  ['bigint', INT8, [[127, '127']]],
  ['bigint', decimalSchema(0), [[dec(BIG, 0), String(BIG)]]],
  ['oid', INT64, [[4_294_967_295n, '4294967295']]],
  ['numeric(20,5)', decimalSchema(5), [[dec(12_345_678_901_234_567_891n, 5), '123456789012345.67891']]],
  [
    'numeric(12,2)',
    decimalSchema(3),
    [
      [dec(1_005n, 3), '1.01'],
      [dec(10n ** 15n, 3), /overflow/],
    ],
  ],
  ['numeric', INT64, [[BIG, String(BIG)]]],
  [
    'numeric',
    FLOAT32,
    [
      [F11, '1.1'],
      [16_777_216, '16777216'],
    ],
  ],
  [
    'numeric',
    FLOAT64,
    [
      [0.1, '0.1'],
      [1e-7, '0.0000001'],
      [1e21, '1000000000000000000000'],
    ],
  ],
  [
    'real',
    FLOAT64,
    [
      [0.1, '0.1'],
      [1e300, /out of range/],
    ],
  ],
  ['real', INT32, [[7, '7']]],
  [
    'double precision',
    FLOAT32,
    [
      [F11, '1.100000023841858'],
      [Number.NaN, 'NaN'],
    ],
  ],
  ['double precision', decimalSchema(2), [[dec(110n, 2), '1.1']]],
  ['money', decimalSchema(2), [[dec(-123_450n, 2), '-$1,234.50']]],
  [
    'boolean',
    BOOLEAN,
    [
      [true, 'true'],
      [false, 'false'],
    ],
  ],
  [
    'char(4)',
    STRING,
    [
      ['ab', 'ab'],
      ['abcde', /too long/],
    ],
  ],
  [
    'varchar(10)',
    STRING,
    [
      ['né', 'né'],
      ['', ''],
      ['12345678901', /too long/],
    ],
  ],
  ['text', INT64, [[BIG, String(BIG)]]],
  ['text', FLOAT32, [[F11, '1.1']]],
  ['text', FLOAT64, [[0.1, '0.1']]],
  ['text', BOOLEAN, [[true, 'true']]],
  ['text', decimalSchema(3), [[dec(-1_500n, 3), '-1.500']]],
  ['text', STRING, [['a\u0000b', /invalid byte sequence/]]],
  ['bytea', BYTES, [[Buffer.from('00ff', 'hex'), '\\x00ff']]],
  [
    'date',
    DATE_SCHEMA,
    [
      [day('2024-02-29'), '2024-02-29'],
      [day('0001-01-01'), '0001-01-01'],
    ],
  ],
  ['date', TIMESTAMP_SCHEMA, [[MOMENT, '2024-02-29']]],
  [
    'date',
    STRING,
    [
      ['2024-02-29', '2024-02-29'],
      ['no date', /invalid input syntax/],
    ],
  ],
  ['time', TIME_SCHEMA, [[new Date(86_399_999), '23:59:59.999']]],
  ['timetz', TIME_SCHEMA, [[new Date(45_296_789), '12:34:56.789+00']]],
  ['timestamp', TIMESTAMP_SCHEMA, [[MOMENT, '2024-02-29 12:34:56.789']]],
  ['timestamp', DATE_SCHEMA, [[day('2024-02-29'), '2024-02-29 00:00:00']]],
  ['timestamptz', TIMESTAMP_SCHEMA, [[MOMENT, '2024-02-29 12:34:56.789+00']]],
  [
    'json',
    STRING,
    [
      ['{"a": 1}', '{"a": 1}'],
      ['{', /invalid input syntax for type json/],
    ],
  ],
  ['jsonb', STRING, [['{"a":1}', '{"a": 1}']]],
  ['uuid', STRING, [['A0EEBC99-9c0b-4ef8-bb6d-6bb9bd380a11', 'a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11']]],
  ['xml', STRING, [['<a/>', '<a/>']]],
  [
    'mood',
    STRING,
    [
      ['happy', 'happy'],
      ['sad', /invalid input value for enum/],
    ],
  ],
  [
    'positive',
    INT32,
    [
      [1, '1'],
      [-1, /violates check constraint/],
    ],
  ],
  ['inet', STRING, [['10.0.0.1', '10.0.0.1/32']]],
  [
    'integer[]',
    array('int32'),
    [
      [[1, null], '{1,NULL}'],
      [[], '{}'],
    ],
  ],
  ['varchar(3)[]', array('string'), [[['a', '"'], '{a,"\\""}']]],
  [
    'text',
    schemaOf({ type: 'map', keySchema: STRING, valueSchema: STRING }),
    [[new Map(), /Unsupported source data type: MAP/]],
  ],
]

const MYSQL: readonly Existing[] = [
  [
    'tinyint',
    INT32,
    [
      [127, '127'],
      [128, /Out of range/],
    ],
  ],
  [
    'tinyint unsigned',
    INT16,
    [
      [255, '255'],
      [-1, /Out of range/],
    ],
  ],
  [
    'tinyint(1)',
    BOOLEAN,
    [
      [true, '1'],
      [false, '0'],
    ],
  ],
  ['smallint', INT8, [[-128, '-128']]],
  ['mediumint', INT32, [[8_388_607, '8388607']]],
  ['int unsigned', INT64, [[4_294_967_295n, '4294967295']]],
  ['bigint', INT8, [[127, '127']]],
  ['bigint', decimalSchema(0), [[dec(BIG, 0), String(BIG)]]],
  ['bigint unsigned', decimalSchema(0), [[dec(18_446_744_073_709_551_615n, 0), '18446744073709551615']]],
  [
    'float',
    FLOAT64,
    [
      [0.5, '0.5'],
      [1e300, /Out of range/],
    ],
  ],
  ['double', FLOAT32, [[F11, '1.1']]],
  ['double', decimalSchema(2), [[dec(110n, 2), '1.1']]],
  ['decimal(20,5)', decimalSchema(5), [[dec(12_345_678_901_234_567_891n, 5), '123456789012345.67891']]],
  ['decimal(20,5)', FLOAT32, [[F11, '1.10000']]],
  ['decimal(20,5)', FLOAT64, [[0.1, '0.10000']]],
  ['decimal(20,0)', INT64, [[BIG, String(BIG)]]],
  [
    'bit(1)',
    BOOLEAN,
    [
      [true, '1'],
      [false, '0'],
    ],
  ],
  [
    'bit(8)',
    INT8,
    [
      [5, '5'],
      [127, '127'],
    ],
  ],
  [
    'bit(8)',
    INT64,
    [
      [5n, '5'],
      [255n, '255'],
      [256n, /too long|Out of range/],
    ],
  ],
  [
    'bit(64)',
    INT64,
    [
      [BIG, String(BIG)],
      [0n, '0'],
    ],
  ],
  ['bit(12)', BYTES, [[Buffer.from('0f0f', 'hex'), '3855']]],
  [
    'char(4)',
    STRING,
    [
      ['ab', 'ab'],
      ['abcde', /too long/],
    ],
  ],
  [
    'varchar(30)',
    STRING,
    [
      ['né', 'né'],
      ['', ''],
    ],
  ],
  ['varchar(30)', INT64, [[1_000_000_000_000_000n, '1000000000000000']]],
  ['varchar(30)', INT32, [[-2_147_483_648, '-2147483648']]],
  ['varchar(30)', FLOAT32, [[F11, '1.1']]],
  ['varchar(30)', BOOLEAN, [[true, '1']]],
  ['varchar(30)', decimalSchema(3), [[dec(-1_500n, 3), '-1.500']]],
  ['text', STRING, [['🐬', '🐬']]],
  ['longtext', STRING, [['y'.repeat(70_000), 'y'.repeat(70_000)]]],
  [
    "enum('a,b','c')",
    STRING,
    [
      ['a,b', 'a,b'],
      ['d', /Data truncated/],
    ],
  ],
  ["set('x','y')", STRING, [['x,y', 'x,y']]],
  ['binary(3)', BYTES, [[Buffer.from('0102', 'hex'), '010200']]],
  [
    'varbinary(10)',
    BYTES,
    [
      [Buffer.from('00ff', 'hex'), '00FF'],
      [Buffer.alloc(0), ''],
    ],
  ],
  ['longblob', BYTES, [[Buffer.alloc(70_000, 200), 'C8'.repeat(70_000)]]],
  [
    'date',
    DATE_SCHEMA,
    [
      [day('2024-02-29'), '2024-02-29'],
      [day('9999-12-31'), '9999-12-31'],
    ],
  ],
  [
    'date',
    STRING,
    [
      ['2024-02-29', '2024-02-29'],
      ['no date', /Incorrect date/],
    ],
  ],
  ['time(3)', TIME_SCHEMA, [[new Date(45_296_789), '12:34:56.789']]],
  ['datetime(6)', TIMESTAMP_SCHEMA, [[MOMENT, '2024-02-29 12:34:56.789000']]],
  ['datetime', TIMESTAMP_SCHEMA, [[at('2024-02-29T12:34:56Z'), '2024-02-29 12:34:56']]],
  ['datetime(3)', DATE_SCHEMA, [[day('2024-02-29'), '2024-02-29 00:00:00.000']]],
  [
    'timestamp(6) NULL',
    TIMESTAMP_SCHEMA,
    [
      [MOMENT, '2024-02-29 12:34:56.789000'],
      [at('1960-01-01T00:00:00Z'), /Incorrect datetime/],
    ],
  ],
  ['year', INT32, [[2024, '2024']]],
  ['year', INT64, [[2024n, '2024']]],
  [
    'json',
    STRING,
    [
      ['{"a": 1}', '{"a": 1}'],
      ['{', /[Ii]nvalid JSON|CONSTRAINT/],
    ],
  ],
  ['text', array('int32'), [[[1], /Unsupported source data type: ARRAY/]]],
]

const SQLITE: readonly Existing[] = [
  ['TINYINT', INT8, [[-128, '-128']]],
  ['INTEGER', INT64, [[9_223_372_036_854_775_807n, '9223372036854775807']]],
  ['BIGINT', decimalSchema(0), [[dec(BIG, 0), String(BIG)]]],
  [
    'BOOLEAN',
    BOOLEAN,
    [
      [true, '1'],
      [false, '0'],
    ],
  ],
  ['REAL', INT32, [[7, '7.0']]],
  ['DOUBLE', FLOAT64, [[0.1, '0.1']]],
  [
    'DECIMAL(10,2)',
    decimalSchema(2),
    [
      [dec(1_234n, 2), '12.34'],
      [dec(500n, 2), '5'],
    ],
  ],
  ['NUMERIC(18,0)', INT64, [[123_456_789_012_345_678n, '123456789012345678']]],
  [
    'VARCHAR(10)',
    STRING,
    [
      ['né', 'né'],
      ['', ''],
    ],
  ],
  ['TEXT', INT64, [[BIG, String(BIG)]]],
  [
    'TEXT',
    STRING,
    [
      ['🪶', '🪶'],
      ['a\u0000b', '610062'],
    ],
  ],
  ['TEXT', decimalSchema(30), [[dec(-1n, 30), '-1E-30']]],
  ['CLOB', STRING, [['long', 'long']]],
  ['BLOB', BYTES, [[Buffer.from('00ff', 'hex'), '00FF']]],
  ['DATE', DATE_SCHEMA, [[day('2024-02-29'), '1709164800000']]],
  ['TIME', TIME_SCHEMA, [[new Date(45_296_789), '45296789']]],
  ['DATETIME', TIMESTAMP_SCHEMA, [[MOMENT, '1709210096789']]],
  ['TIMESTAMP', STRING, [['2024-02-29 12:34:56', '2024-02-29 12:34:56']]],
  ['', STRING, [['no type', 'no type']]],
  ['TEXT', array('int32'), [[[1], /Unsupported source data type: ARRAY/]]],
]

const EXISTING: Each<readonly Existing[]> = { postgres: POSTGRES, mysql: MYSQL, sqlite: SQLITE }

for (const kind of TARGET_KINDS) {
  test(`${kind}: columns of every type that were there before take what fits them, and refuse the rest`, async (t) => {
    const target = await newTarget(t, kind)
    if (target === undefined) return
    const { family } = target
    if (family === 'postgres') {
      await target.run(`CREATE TYPE mood AS ENUM ('happy'); CREATE DOMAIN positive AS int CHECK (value > 0)`)
    }
    const sink = await open(t, target, {})
    const wrong: string[] = []
    for (const [index, [declared, schema, values]] of EXISTING[family].entries()) {
      const topic = `t${index}`
      await target.run(`CREATE TABLE ${topic} (id integer NOT NULL, c ${declared})`)
      const valueSchema = rowSchema(schema)
      const records = [null, ...values.map(([value]) => value)].map((c, id) =>
        sinkRecord({ id, c }, { topic, offset: id, valueSchema }),
      )
      const before = sink.reported.length
      let thrown = ''
      try {
        await sink.task.put(records)
      } catch (error) {
        thrown = String(error)
      }
      const refused = new Map(sink.reported.slice(before).map(({ record, error }) => [record.offset, error.message]))
      const rows = await target.rows(`SELECT id, ${shown(family, declared)} AS c FROM ${topic} ORDER BY id`)
      const found = new Map(rows.map(([id, text]) => [Number(id), text]))
      for (const [at, [value, text]] of values.entries()) {
        const got = found.has(at + 1) ? found.get(at + 1) : `refused: ${refused.get(at + 1) ?? thrown}`
        const fits = typeof text === 'string' ? got === text : text.test(String(got))
        if (!fits) wrong.push(`${String(value)} (${schema.name ?? schema.type}) in ${declared}: ${got}, not ${text}`)
      }
      if (thrown === '' && found.get(0) !== null) wrong.push(`null in ${declared}: ${found.get(0)}`)
    }
    assert.deepEqual(wrong, [])
  })
}

/** Two values of a key that are neighbours. */
const KEYS: readonly (readonly [schema: Schema, one: unknown, other: unknown])[] = [
  [INT8, -128, 127],
  [INT16, 1, -1],
  [INT32, 2_147_483_647, 2_147_483_646],
  [INT64, 9_223_372_036_854_775_807n, 9_223_372_036_854_775_806n],
  [INT64, BIG, BIG - 1n],
  [FLOAT64, 0.1, 0.2],
  [BOOLEAN, true, false],
  [STRING, "it's", 'it"s'],
  [STRING, 'a', 'á'],
  [BYTES, Buffer.from('00', 'hex'), Buffer.from('0000', 'hex')],
  [decimalSchema(2), dec(1_234_567_890_123n, 2), dec(1_234_567_890_124n, 2)],
  [DATE_SCHEMA, day('2024-02-28'), day('2024-02-29')],
  [TIME_SCHEMA, new Date(1), new Date(2)],
  [TIMESTAMP_SCHEMA, at('2024-02-29T12:34:56.789Z'), at('2024-02-29T12:34:56.790Z')],
]

for (const kind of TARGET_KINDS) {
  test(`${kind}: rows are found again by keys of every type, to be replaced, updated and deleted`, async (t) => {
    const target = await newTarget(t, kind)
    if (target === undefined) return
    const settings = { 'pk.mode': 'record_key', 'pk.fields': 'k', 'auto.create': 'true' }
    const upsert = await open(t, target, { ...settings, 'insert.mode': 'upsert', 'delete.enabled': 'true' })
    const update = await open(t, target, { ...settings, 'insert.mode': 'update' })
    const valueSchema = schemaOf({ type: 'struct', fields: [{ name: 'v', schema: STRING }] })
    for (const [index, [keySchema, one, other]] of KEYS.entries()) {
      const topic = `k${index}`
      // TEXT cannot be a key of MySQL's, and a collation may take such keys for equal
      if (target.family === 'mysql' && keySchema.type === 'string') {
        await target.run(
          `CREATE TABLE ${topic} (k VARCHAR(100) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin PRIMARY KEY, v TEXT NOT NULL)`,
        )
      }
      const record = (key: unknown, v: string | null) =>
        sinkRecord(v === null ? null : { v }, {
          topic,
          keySchema,
          key,
          valueSchema: v === null ? null : valueSchema,
        })
      const values = async (): Promise<unknown[]> =>
        (await target.rows(`SELECT v FROM ${topic} ORDER BY v`)).map(([v]) => v)
      await upsert.task.put([record(one, 'one'), record(other, 'other'), record(one, 'one again')])
      await upsert.task.put([record(other, 'other again')])
      assert.deepEqual(await values(), ['one again', 'other again'], topic)
      await update.task.put([record(one, 'one updated'), record(other, 'other updated')])
      assert.deepEqual(await values(), ['one updated', 'other updated'], topic)
      await upsert.task.put([record(one, null)])
      assert.deepEqual(await values(), ['other updated'], topic)
      assert.deepEqual([...upsert.reported, ...update.reported], [])
    }
  })
}

/** What a zone five hours behind UTC shows. */
const LOCAL: readonly (readonly [schema: Schema, column: Each<string>, value: Date, text: Each<string>])[] = [
  [
    TIMESTAMP_SCHEMA,
    { postgres: 'timestamp', mysql: 'datetime(3)', sqlite: 'NUMERIC' },
    MOMENT,
    { postgres: '2024-02-29 07:34:56.789', mysql: '2024-02-29 07:34:56.789', sqlite: '1709210096789' },
  ],
  [
    TIMESTAMP_SCHEMA,
    { postgres: 'timestamptz', mysql: 'timestamp(3) NULL', sqlite: 'DATETIME' },
    MOMENT,
    { postgres: '2024-02-29 12:34:56.789+00', mysql: '2024-02-29 12:34:56.789', sqlite: '1709210096789' },
  ],
  [
    TIME_SCHEMA,
    { postgres: 'time', mysql: 'time(3)', sqlite: 'NUMERIC' },
    new Date(45_296_789),
    { postgres: '07:34:56.789', mysql: '07:34:56.789', sqlite: '45296789' },
  ],
  [
    DATE_SCHEMA,
    { postgres: 'date', mysql: 'date', sqlite: 'NUMERIC' },
    day('2024-02-29'),
    { postgres: '2024-02-28', mysql: '2024-02-28', sqlite: '1709164800000' },
  ],
]

for (const kind of TARGET_KINDS) {
  test(`${kind}: times are written in db.timezone, instants as what they are, dates in date.timezone`, async (t) => {
    const target = await newTarget(t, kind)
    if (target === undefined) return
    const { family } = target
    const zone = { 'db.timezone': 'America/New_York' }
    const sink = await open(t, target, zone)
    const dates = await open(t, target, { ...zone, 'date.timezone': 'UTC' })
    // The client that looks has its own idea of the zone in which MySQL shows instants
    if (family === 'mysql') await target.run(`SET GLOBAL time_zone = '+00:00'`)
    for (const [index, [schema, column, value, text]] of LOCAL.entries()) {
      const topic = `z${index}`
      await target.run(`CREATE TABLE ${topic} (id integer, c ${column[family]})`)
      const record = (id: number) => sinkRecord({ id, c: value }, { topic, valueSchema: rowSchema(schema) })
      await sink.task.put([record(1)])
      await dates.task.put([record(2)])
      const inUtc = { postgres: '2024-02-29', mysql: '2024-02-29', sqlite: '1709164800000' }[family]
      assert.deepEqual(
        await target.rows(`SELECT ${shown(family, column[family])} AS c FROM ${topic} ORDER BY id`),
        [[text[family]], [schema === DATE_SCHEMA ? inUtc : text[family]]],
        column[family],
      )
    }
  })

  test(`${kind}: rows that are megabytes together are written, in as many statements as that takes`, async (t) => {
    const target = await newTarget(t, kind)
    if (target === undefined) return
    const sink = await open(t, target, { 'auto.create': 'true' })
    const valueSchema = schemaOf({
      type: 'struct',
      fields: ['a', 'b', 'c'].map((name) => ({ name, schema: STRING })),
    })
    const large = 'ü'.repeat(20_000)
    const records = Array.from({ length: 400 }, (_, offset) =>
      sinkRecord({ a: large, b: large, c: large }, { topic: 'wide', offset, valueSchema }),
    )
    await sink.task.put(records)
    assert.deepEqual(sink.reported, [])
    const [[rows, length] = []] = await target.rows(
      `SELECT count(*) AS n, min(${target.family === 'mysql' ? 'char_length' : 'length'}(c)) AS m FROM wide`,
    )
    assert.deepEqual([Number(rows), Number(length)], [400, 20_000])
  })
}
