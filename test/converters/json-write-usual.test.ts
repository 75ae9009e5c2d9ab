import assert from 'node:assert/strict'
import { test } from 'node:test'
import { parseOrThrow } from '../../src/config/parse.ts'
import { jsonConverter } from '../../src/converters/json.ts'
import { DATE_NAME, DECIMAL_NAME, TIME_NAME, TIMESTAMP_NAME } from '../../src/data/logical-types.ts'
import { type Schema, schemaOf } from '../../src/data/schema.ts'
import { Decimal, TypedNumber } from '../../src/data/values.ts'
import { serialise } from '../helpers/serialise.ts'

const decimal = (scale?: string): Schema =>
  schemaOf({
    type: 'bytes',
    name: DECIMAL_NAME,
    ...(scale === undefined ? {} : { parameters: new Map([['scale', scale]]) }),
  })

const SCHEMAS: readonly Schema[] = [
  ...(['int8', 'int16', 'int32', 'int64', 'float32', 'float64', 'boolean'] as const).map((type) => schemaOf({ type })),
  ...[decimal('2'), decimal('0'), decimal('-3'), decimal('+2'), decimal('two'), decimal()],
  ...[TIMESTAMP_NAME, 'my.Long'].map((name) => schemaOf({ type: 'int64', name })),
  ...[DATE_NAME, TIME_NAME, 'my.Int'].map((name) => schemaOf({ type: 'int32', name })),
]

const NUMBERS = [0, -0, 1, 127, 128, -128, -129, 32_767, 32_768, -32_769, 2_147_483_647, 2_147_483_648, -2_147_483_649]
const VALUES: readonly unknown[] = [
  ...[...NUMBERS, 2 ** 53 - 1, 2 ** 53, 1e300, 0.5, -1.5, Number.NaN, Number.NEGATIVE_INFINITY],
  ...[0n, -1n, 2n ** 53n - 1n, 2n ** 53n, -(2n ** 53n), 2n ** 63n - 1n, 2n ** 63n, -(2n ** 63n), -(2n ** 63n) - 1n],
  ...NUMBERS.flatMap((value) => [new Decimal(BigInt(value), 2), new Decimal(BigInt(value), 0)]),
  ...[new Decimal(2n ** 53n, 2), new Decimal(-(2n ** 80n), 2), new Decimal(12n, -3), new Decimal(1n, 1)],
  ...[0, 86_400_000, 1, -1, 1_767_225_600_123, 8.64e15, -8.64e15, Number.NaN].map((millis) => new Date(millis)),
  ...[new TypedNumber('int8', 5), new TypedNumber('int32', 5), new TypedNumber('float64', 5)],
  ...[true, false, 'text', '5', Buffer.of(1), [], {}, null, undefined],
]

test('values of every type, fitting or not, are written into a batch as they are converted, or refused like that', () => {
  let written = 0
  let refused = 0
  for (const decimals of ['BASE64', 'NUMERIC']) {
    const json = jsonConverter.create!(
      parseOrThrow(jsonConverter.config, { 'converter.type': 'value', 'decimal.format': decimals }),
      'value',
    )
    for (const schema of SCHEMAS) {
      const fields = [{ name: 'a', schema }].concat({ name: 'b', schema })
      const struct = schemaOf({ type: 'struct', fields })
      for (const value of VALUES) {
        for (const [of, given] of [
          [schema, value],
          [struct, { a: value, b: value }],
        ] as const) {
          try {
            serialise(json, of, given)
            written++
          } catch (error) {
            if (error instanceof assert.AssertionError) throw error
            refused++
          }
        }
      }
    }
  }
  assert.ok(written > 500 && refused > 2000, `${written} written, ${refused} refused`)
})
