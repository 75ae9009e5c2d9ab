import assert from 'node:assert/strict'
import { test } from 'node:test'
import { booleanConverter } from '../../src/converters/boolean.ts'
import { byteArrayConverter } from '../../src/converters/byte-array.ts'
import {
  doubleConverter,
  floatConverter,
  integerConverter,
  longConverter,
  shortConverter,
} from '../../src/converters/number.ts'
import {
  FLOAT64_SCHEMA,
  INT8_SCHEMA,
  INT16_SCHEMA,
  INT32_SCHEMA,
  INT64_SCHEMA,
  type Schema,
} from '../../src/data/schema.ts'
import { TypedNumber } from '../../src/data/values.ts'
import type { Converter, ConverterDefinition } from '../../src/plugin/converter.ts'

const open = (definition: ConverterDefinition): Converter => {
  const made = definition.create?.({}, 'value')
  assert.ok(made)
  return made
}

test('numbers of the very type are big-endian bytes, and come back', () => {
  const cases: [ConverterDefinition, Schema | null, unknown, string][] = [
    [shortConverter, INT16_SCHEMA, -2, 'fffe'],
    [integerConverter, INT32_SCHEMA, 5, '00000005'],
    [integerConverter, null, new TypedNumber('int32', 5), '00000005'],
    [longConverter, INT64_SCHEMA, -2n, 'fffffffffffffffe'],
    [longConverter, null, -2, 'fffffffffffffffe'],
    [floatConverter, null, new TypedNumber('float32', 1.5), '3fc00000'],
    [doubleConverter, FLOAT64_SCHEMA, 1, '3ff0000000000000'],
    [doubleConverter, null, 1.5, '3ff8000000000000'],
  ]
  for (const [definition, schema, value, hex] of cases) {
    const bytes = open(definition).fromConnect('t', schema, value)
    assert.equal(Buffer.from(bytes as Uint8Array).toString('hex'), hex)
    const back = open(definition).toConnect('t', Buffer.from(hex, 'hex')).value
    assert.equal(Number(back), Number(value instanceof TypedNumber ? value.value : value))
  }
})

test('a number of another type is refused', () => {
  const cases: [ConverterDefinition, Schema | null, unknown, string][] = [
    [integerConverter, null, 5, 'Failed to serialize to integer (was class java.lang.Long): '],
    [integerConverter, INT16_SCHEMA, 5, 'Failed to serialize to integer (was class java.lang.Short): '],
    [integerConverter, null, true, 'Failed to serialize to integer (was class java.lang.Boolean): '],
    [floatConverter, null, 5.5, 'Failed to serialize to float (was class java.lang.Double): '],
    [booleanConverter, null, 'x', 'BooleanConverter is not compatible with objects of type class java.lang.String'],
    [booleanConverter, INT8_SCHEMA, null, 'Invalid schema type for BooleanConverter: INT8'],
    [byteArrayConverter, INT8_SCHEMA, null, 'Invalid schema type for ByteArrayConverter: INT8'],
  ]
  for (const [definition, schema, value, message] of cases) {
    assert.throws(() => open(definition).fromConnect('t', schema, value), { name: 'DataException', message })
  }
})

test('bytes of another length are refused, with the reason as the cause', () => {
  assert.throws(
    () => open(integerConverter).toConnect('t', Buffer.of(1)),
    (error: Error) => {
      assert.equal(error.message, 'Failed to deserialize integer: ')
      assert.equal((error.cause as Error).message, 'Size of data received by IntegerDeserializer is not 4')
      return true
    },
  )
  assert.throws(() => open(booleanConverter).toConnect('t', Buffer.of(2)), {
    message: 'Failed to deserialize boolean: ',
  })
})

test('a number under the schema of another width is refused', () => {
  assert.throws(() => open(longConverter).fromConnect('t', INT16_SCHEMA, 0), {
    message: 'Failed to serialize to long (was class java.lang.Short): ',
  })
  assert.throws(() => open(integerConverter).fromConnect('t', INT8_SCHEMA, 0), {
    message: 'Failed to serialize to integer (was class java.lang.Byte): ',
  })
})
