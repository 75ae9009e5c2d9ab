/** Every column type of every database: its schema and its values, extremes and nulls included. */
import assert from 'node:assert/strict'
import { rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { chooseDialect } from '../../../../src/connectors/jdbc/choose-dialect.ts'
import { confluentJdbcSource } from '../../../../src/connectors/jdbc/source/jdbc-sources.ts'
import { Decimal } from '../../../../src/data/values.ts'
import { type DatabaseKind, database, whyNoDatabase } from '../../../helpers/databases.ts'
import { openSource, pollUntil } from '../../../helpers/fake-context.ts'
import { uniqueName } from '../../../helpers/kafka-server.ts'
import { serverMissing } from '../../../helpers/servers-used.ts'

/** Declared type, literals, expected schema (`type` or the logical name, `?` optional), expected values. */
type Line = readonly [
  declared: string,
  schema: string,
  values: readonly (readonly [literal: string, expected: unknown])[],
]

const at = (text: string): Date => new Date(text)
const dec = (unscaled: bigint, scale: number): Decimal => new Decimal(unscaled, scale)
const bytes = (hex: string): Buffer => Buffer.from(hex, 'hex')

const POSTGRES: readonly Line[] = [
  [
    'smallint',
    'int16',
    [
      ['-32768', -32768],
      ['32767', 32767],
    ],
  ],
  [
    'integer',
    'int32',
    [
      ['-2147483648', -2147483648],
      ['2147483647', 2147483647],
    ],
  ],
  [
    'bigint',
    'int64',
    [
      ['-9223372036854775808', -9223372036854775808n],
      ['9223372036854775807', 9223372036854775807n],
    ],
  ],
  ['oid', 'int64', [['4294967295', 4294967295n]]],
  [
    'numeric(20,5)',
    'Decimal',
    [
      ['123456789012345.67891', dec(12345678901234567891n, 5)],
      ['-0.00001', dec(-1n, 5)],
    ],
  ],
  [
    'numeric(12,2)',
    'Decimal',
    [
      ['1.5', dec(150n, 2)],
      ['-9999999999.99', dec(-999999999999n, 2)],
    ],
  ],
  ['numeric(5,-2)', 'Decimal', [['12300', dec(123n, -2)]]],
  [
    'real',
    'float32',
    [
      ['1.1', Math.fround(1.1)],
      ["'NaN'", Number.NaN],
      ["'-Infinity'", Number.NEGATIVE_INFINITY],
    ],
  ],
  [
    'double precision',
    'float64',
    [
      ['1e308', 1e308],
      ['0.1', 0.1],
      ["'Infinity'", Number.POSITIVE_INFINITY],
    ],
  ],
  ['money', 'float64', [["'-1234.50'", -1234.5]]],
  [
    'boolean',
    'boolean',
    [
      ['true', true],
      ['false', false],
    ],
  ],
  [
    'bit',
    'boolean',
    [
      ["B'1'", true],
      ["B'0'", false],
    ],
  ],
  ['bit(8)', 'int8', [["B'10000001'", -127]]],
  ['bit(12)', 'bytes', [["B'111100001111'", bytes('0f0f')]]],
  ['char(4)', 'string', [["'ab'", 'ab  ']]],
  [
    'varchar(10)',
    'string',
    [
      ["'né'", 'né'],
      ["''", ''],
    ],
  ],
  ['text', 'string', [["'🐘'", '🐘']]],
  [
    'bytea',
    'bytes',
    [
      ["'\\x00ff'", bytes('00ff')],
      ["''", bytes('')],
    ],
  ],
  [
    'date',
    'Date',
    [
      ["'2024-02-29'", at('2024-02-29T00:00:00Z')],
      ["'0001-01-01'", at('0001-01-01T00:00:00Z')],
      ["'9999-12-31'", at('9999-12-31T00:00:00Z')],
    ],
  ],
  [
    'time',
    'Time',
    [
      ["'23:59:59.999999'", new Date(86_399_999)],
      ["'00:00'", new Date(0)],
    ],
  ],
  ['timetz', 'Time', [["'12:00:00+02'", new Date(36_000_000)]]],
  [
    'timestamp',
    'Timestamp',
    [
      ["'2024-02-29 12:34:56.789012'", at('2024-02-29T12:34:56.789Z')],
      ["'1969-12-31 23:59:59.9999'", at('1969-12-31T23:59:59.999Z')],
    ],
  ],
  ['timestamptz', 'Timestamp', [["'2024-02-29 12:34:56.789+02'", at('2024-02-29T10:34:56.789Z')]]],
  ['json', 'string', [[`'{"a": 1}'`, '{"a": 1}']]],
  ['jsonb', 'string', [[`'{"a":1}'`, '{"a": 1}']]],
  ['uuid', 'string', [["'A0EEBC99-9c0b-4ef8-bb6d-6bb9bd380a11'", 'a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11']]],
  ['xml', 'string', [["'<a/>'", '<a/>']]],
]

const MYSQL: readonly Line[] = [
  [
    'tinyint',
    'int8',
    [
      ['-128', -128],
      ['127', 127],
    ],
  ],
  ['tinyint unsigned', 'int16', [['255', 255]]],
  [
    'tinyint(1)',
    'int8',
    [
      ['1', 1],
      ['0', 0],
    ],
  ],
  ['smallint', 'int16', [['-32768', -32768]]],
  ['smallint unsigned', 'int32', [['65535', 65535]]],
  ['mediumint', 'int32', [['-8388608', -8388608]]],
  [
    'int',
    'int32',
    [
      ['-2147483648', -2147483648],
      ['2147483647', 2147483647],
    ],
  ],
  ['int unsigned', 'int64', [['4294967295', 4294967295n]]],
  [
    'bigint',
    'int64',
    [
      ['-9223372036854775808', -9223372036854775808n],
      ['9223372036854775807', 9223372036854775807n],
    ],
  ],
  ['float', 'float32', [['1.5', 1.5]]],
  [
    'double',
    'float64',
    [
      ['0.1', 0.1],
      ['1e308', 1e308],
    ],
  ],
  [
    'decimal(20,5)',
    'Decimal',
    [
      ['123456789012345.67891', dec(12345678901234567891n, 5)],
      ['-0.00001', dec(-1n, 5)],
    ],
  ],
  ['decimal(10,0)', 'Decimal', [['-9999999999', dec(-9999999999n, 0)]]],
  ['bit(1)', 'int8', [["b'1'", 1]]],
  ['bit(8)', 'int8', [["b'10000001'", -127]]],
  ['bit(12)', 'bytes', [["b'111100001111'", bytes('0f0f')]]],
  ['bit(64)', 'bytes', [["X'ffffffffffffffff'", bytes('ffffffffffffffff')]]],
  ['char(4)', 'string', [["'ab'", 'ab']]],
  [
    'varchar(10)',
    'string',
    [
      ["'né'", 'né'],
      ["''", ''],
    ],
  ],
  ['text', 'string', [["'🐬'", '🐬']]],
  ['longtext', 'string', [["'long'", 'long']]],
  ["enum('a,b','c')", 'string', [["'a,b'", 'a,b']]],
  ["set('x','y')", 'string', [["'x,y'", 'x,y']]],
  ['binary(3)', 'bytes', [["X'0102'", bytes('010200')]]],
  [
    'varbinary(10)',
    'bytes',
    [
      ["X'00ff'", bytes('00ff')],
      ["''", bytes('')],
    ],
  ],
  ['blob', 'bytes', [["X'80'", bytes('80')]]],
  [
    'date',
    'Date',
    [
      ["'2024-02-29'", at('2024-02-29T00:00:00Z')],
      ["'9999-12-31'", at('9999-12-31T00:00:00Z')],
    ],
  ],
  ['time(3)', 'Time', [["'12:34:56.789'", new Date(45_296_789)]]],
  [
    'datetime(6)',
    'Timestamp',
    [
      ["'2024-02-29 12:34:56.789012'", at('2024-02-29T12:34:56.789Z')],
      ["'1000-01-01'", at('1000-01-01T00:00:00Z')],
    ],
  ],
  ['timestamp(6)', 'Timestamp', [["'2024-02-29 12:34:56.5'", at('2024-02-29T12:34:56.500Z')]]],
  ['year', 'Date', [['2024', at('2024-01-01T00:00:00Z')]]],
]

const SQLITE: readonly Line[] = [
  ['tinyint', 'int8', [['-128', -128]]],
  ['smallint', 'int16', [['-32768', -32768]]],
  [
    'integer',
    'int32',
    [
      ['2147483647', 2147483647],
      ['-2147483648', -2147483648],
    ],
  ],
  ['bigint', 'int64', [['9223372036854775807', 9223372036854775807n]]],
  [
    'boolean',
    'boolean',
    [
      ['1', true],
      ['0', false],
    ],
  ],
  ['real', 'float32', [['1.5', 1.5]]],
  ['double', 'float64', [['0.1', 0.1]]],
  ['float', 'float64', [['1e300', 1e300]]],
  [
    'decimal(10,2)',
    'Decimal',
    [
      ['12.34', dec(1234n, 2)],
      ['5', dec(500n, 2)],
    ],
  ],
  ['numeric(18,0)', 'Decimal', [['123456789012345678', dec(123456789012345678n, 0)]]],
  ['char(4)', 'string', [["'ab'", 'ab']]],
  [
    'varchar(10)',
    'string',
    [
      ["'né'", 'né'],
      ["''", ''],
    ],
  ],
  ['text', 'string', [["'🪶'", '🪶']]],
  ['clob', 'string', [["'long'", 'long']]],
  ['blob', 'bytes', [["X'00ff'", bytes('00ff')]]],
  ['date', 'Date', [["'2024-02-29'", at('2024-02-29T00:00:00Z')]]],
  ['time', 'Time', [["'12:34:56.789'", new Date(45_296_789)]]],
  [
    'datetime',
    'Timestamp',
    [
      ["'2024-02-29 12:34:56.789'", at('2024-02-29T12:34:56.789Z')],
      ['1709210096789', at('2024-02-29T12:34:56.789Z')],
    ],
  ],
  ['timestamp', 'Timestamp', [["'2024-02-29 12:34:56'", at('2024-02-29T12:34:56Z')]]],
]

interface Place {
  readonly url: string
  readonly user: string
  run(sql: string): Promise<void>
}

const sqlitePlace = async (): Promise<Place> => {
  const path = join(tmpdir(), `${uniqueName('types')}.db`)
  const url = `jdbc:sqlite:${path}`
  const db = await chooseDialect(url).open({ url, user: null, password: null, properties: {} })
  after(async () => {
    await db.close()
    rmSync(path, { force: true })
  })
  return { url, user: '', run: async (sql) => void (await db.execute(sql)) }
}

const PLACES: readonly (readonly [string, readonly Line[], DatabaseKind | undefined])[] = [
  ['PostgreSQL 18', POSTGRES, 'postgres-18'],
  ['MariaDB', MYSQL, 'mariadb'],
  ['MySQL 8', MYSQL, 'mysql-8'],
  ['SQLite', SQLITE, undefined],
]

after(async () => {
  for (const [, , kind] of PLACES) {
    if (kind !== undefined && (await whyNoDatabase(kind)) === undefined) await (await database(kind)).close()
  }
})

for (const [name, lines, kind] of PLACES) {
  test(`every column type of ${name} becomes the schema and the values that it should`, async (t) => {
    const why = kind === undefined ? undefined : await whyNoDatabase(kind)
    if (why !== undefined) return serverMissing(t, why)
    const place = kind === undefined ? await sqlitePlace() : await (await database(kind)).newDatabase('types')
    const columns = lines.map(
      ([declared], index) => `c${index} ${declared}${kind?.startsWith('postgres') ? '' : ' NULL'}`,
    )
    await place.run(`CREATE TABLE types (id integer NOT NULL PRIMARY KEY, ${columns.join(', ')})`)
    const rows = Math.max(...lines.map(([, , values]) => values.length))
    for (let row = 0; row <= rows; row++) {
      const literals = lines.map(([, , values]) => values[row]?.[0] ?? 'NULL')
      await place.run(`INSERT INTO types VALUES (${row + 1}, ${literals.join(', ')})`)
    }
    const source = await openSource(confluentJdbcSource, {
      'connection.url': place.url,
      'connection.user': place.user,
      mode: 'incrementing',
      'incrementing.column.name': 'id',
      'table.whitelist': 'types',
      'topic.prefix': 'x-',
    })
    const records = await pollUntil(source.task, { records: rows + 1, within: 20_000 })
    await source.stop()
    assert.deepEqual(
      records[0]?.valueSchema?.fields
        .slice(1)
        .map(
          ({ schema }, index) =>
            `${lines[index]?.[0]}: ${(schema.name ?? schema.type).replace(/^.*\./, '')}${schema.optional ? '?' : ''}`,
        ),
      lines.map(([declared, schema]) => `${declared}: ${schema}?`),
    )
    for (const [row, record] of records.entries()) {
      const value = record.value as Record<string, unknown>
      for (const [index, [declared, , values]] of lines.entries()) {
        assert.deepEqual(value[`c${index}`], values[row]?.[1] ?? null, `${declared}, row ${row + 1}`)
      }
    }
  })
}
