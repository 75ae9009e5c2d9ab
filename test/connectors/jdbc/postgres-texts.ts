/** Columns of PostgreSQL and texts that it sends of them. */
import type { ReaderOptions } from '../../../src/connectors/jdbc/column-reader.ts'
import type { JdbcType, ResultColumn } from '../../../src/connectors/jdbc/database.ts'
import { UTC, type Zone, zoneNamed } from '../../../src/connectors/jdbc/zone.ts'

export const column = (jdbcType: JdbcType, typeName: string, precision = 0, scale = 0): ResultColumn => ({
  ...{ name: 'c', jdbcType, typeName, precision, scale },
  ...{ nullable: true, autoIncrement: false, signed: true },
})

export const options = (zone: Zone, more: Partial<ReaderOptions> = {}): ReaderOptions => ({
  ...{ flavour: 'confluent', numericMapping: 'none', granularity: 'connect_logical', zone },
  ...more,
})

const INTEGERS = ['0', '-1', '7', '32767', '-32768', '2147483647', '-2147483648']
const DOUBLES = [
  ...['0', '-0', '1', '-1.5', '0.1', '0.125', '123456.789', '1234567890.12345', '12345678901234567', '1e+20', '1e-05'],
  ...['0.30000000000000004', '1.7976931348623157e+308', '5e-324', 'NaN', 'Infinity', '-Infinity', '99999999999999.9'],
]
const TIMES = [
  ...['2026-01-01 00:00:00', '2026-02-28 23:59:59.999999', '1969-12-31 23:59:59.5', '0100-01-01 01:02:03.000001'],
  ...['2024-02-29 12:30:15.1+00', '2026-03-29 02:30:00', '2026-10-25 02:30:00.25', '0044-03-15 10:00:00 BC'],
  ...['12026-01-01 00:00:00', '0001-01-01 00:00:00', '2026-01-01 00:00:00.123456789', '-infinity'],
]

export const CASES: readonly (readonly [ResultColumn, readonly string[], Partial<ReaderOptions>?])[] = [
  [column('smallint', 'int2', 5), ['0', '-1', '32767', '-32768']],
  [column('integer', 'int4', 10), INTEGERS],
  [
    column('bigint', 'int8', 19),
    [...INTEGERS, '999999999999999', '1000000000000000', '9223372036854775807', '-9223372036854775808'],
  ],
  [column('real', 'float4', 8, 8), ['1.1', '-0', '3.4028235e+38', 'NaN']],
  [column('double', 'float8', 17, 17), DOUBLES],
  [column('double', 'money', 0), ['$1,234.50', '-$1.00', '($2.25)']],
  [column('numeric', 'numeric', 12, 2), ['0.00', '-0.01', '1234.50', '9999999999.99', '-9999999999.99']],
  [column('numeric', 'numeric', 38, 0), ['0', '-5', '12345678901234567890123456789012345678']],
  [column('numeric', 'numeric', 40, 20), ['0.00000000000000000001', '-12345.67890123456789012345']],
  [column('numeric', 'numeric'), ['1.5', '-0.001', '100']],
  [column('numeric', 'numeric', 9, 0), ['123456789', '-1'], { numericMapping: 'best_fit' }],
  [column('numeric', 'numeric', 18, 0), ['-999999999999999999', 'NaN'], { numericMapping: 'best_fit' }],
  [column('numeric', 'numeric', 9, 3), ['1.250'], { numericMapping: 'best_fit' }],
  [column('numeric', 'numeric', 2, -3), ['12000', '99000'], { numericMapping: 'best_fit' }],
  [column('numeric', 'numeric', 5, -2), ['12300']],
  [column('bit', 'bool', 1), ['t', 'f']],
  [column('bit', 'bit', 8), ['00000001', '11111111']],
  [column('varchar', 'text'), ['', 'a', 'näme', '€'.repeat(200), 'x'.repeat(1000), '__proto__']],
  [column('binary', 'bytea'), ['\\x', '\\x00ff10']],
  [column('date', 'date'), ['2026-11-23', '1969-12-31', '0001-01-01', '0044-03-15 BC', '12026-01-01', 'infinity']],
  [column('time', 'time'), ['00:00:00', '23:59:59.999999']],
  [column('timestamp', 'timestamp', 0, 6), TIMES],
  [column('timestamp', 'timestamptz', 0, 6), ['2026-11-23 07:00:00.5+00', '2026-11-23 07:00:00+05:30']],
  [column('timestamp', 'timestamp', 0, 6), TIMES.slice(0, 7), { granularity: 'nanos_long' }],
  [column('other', 'jsonb'), ['{"a": 1}']],
]

export const ZONES = [UTC, zoneNamed('Europe/Berlin') as Zone, zoneNamed('+05:45') as Zone]
