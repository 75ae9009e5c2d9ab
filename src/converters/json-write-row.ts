/** Writes rows that no struct was made of: the same bytes as json-write-bytes.ts makes of the struct. */

import { decimalText } from '../data/java-text.ts'
import { type FieldForm, MADE_FIELD, type RowBlock } from '../data/row-struct.ts'
import type { Schema } from '../data/schema.ts'
import { Decimal } from '../data/values.ts'
import type { JsonBytesWriter } from './json-bytes-writer.ts'
import { writeDecimal, writeInteger } from './json-numbers.ts'
import type { WriteOptions } from './json-write.ts'

/** Throws what the writer of the struct throws. */
export type JsonRow = (block: RowBlock, row: number, out: JsonBytesWriter) => void

/** A value that was made, null included. */
type WriteMade = (value: unknown, out: JsonBytesWriter) => void

/** A field's value that is not null, out of its row. `slot`: its place in the block. */
type WriteField = (block: RowBlock, slot: number, out: JsonBytesWriter) => void

const POINT_ZERO = Buffer.from('.0')
const LETTER_T = 0x74

const digits: WriteField = ({ bytes, starts, lengths }, slot, out) => out.copied(bytes, starts[slot]!, lengths[slot]!)

const double: WriteField = (block, slot, out) => {
  digits(block, slot, out)
  if (block.numbers[slot] === 1) out.encoded(POINT_ZERO)
}

const fieldWriter = (schema: Schema, form: FieldForm, { decimals }: WriteOptions): WriteField => {
  switch (form) {
    case 'digits':
      return digits
    case 'double':
      return double
    case 'integer':
      return ({ numbers }, slot, out) => writeInteger(numbers[slot]!, out)
    case 'decimal': {
      if (decimals === 'BASE64') return ({ numbers }, slot, out) => writeDecimal(numbers[slot]!, out)
      const scale = Number(schema.parameters?.get('scale'))
      return ({ numbers }, slot, out) => out.text(decimalText(new Decimal(BigInt(numbers[slot]!), scale)))
    }
    case 'boolean':
      return ({ bytes, starts }, slot, out) => out.boolean(bytes[starts[slot]!] === LETTER_T)
    default:
      return ({ bytes, starts, lengths }, slot, out) => out.quotedBytes(bytes, starts[slot]!, lengths[slot]!)
  }
}

/**
 * `befores`: what stands before each field; `after`: behind the last. `made`: write fields whose
 * values were made, or are null, with all of that.
 */
export const compileRow = (
  schema: Schema,
  options: WriteOptions,
  forms: readonly FieldForm[],
  befores: readonly Buffer[],
  after: Buffer,
  made: readonly WriteMade[],
): JsonRow => {
  const writers = forms.map((form, index) => fieldWriter(schema.fields[index]!.schema, form, options))
  const count = writers.length
  return (block, row, out) => {
    const { lengths } = block
    const from = row * count
    for (let index = 0; index < count; index++) {
      const slot = from + index
      const length = lengths[slot]!
      if (length < 0) made[index]!(length === MADE_FIELD ? block.made[slot] : null, out)
      else {
        out.encoded(befores[index]!)
        writers[index]!(block, slot, out)
      }
    }
    if (lengths[from + count - 1]! >= 0) out.encoded(after)
  }
}
