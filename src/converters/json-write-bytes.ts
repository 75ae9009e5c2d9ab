/** Compiles a schema into a function that writes its values as JSON into a buffer: the same as json-write.ts, as bytes. */

import { compileVisitor } from '../data/compile-struct.ts'
import { DATE_NAME, TIME_NAME } from '../data/logical-types.ts'
import { type FieldForm, RowStruct } from '../data/row-struct.ts'
import type { Schema } from '../data/schema.ts'
import type { JsonBytesWriter } from './json-bytes-writer.ts'
import { quoteJson } from './json-string.ts'
import { compileWriter, fieldsOf, type JsonWriter, logicalWriter, mismatch, type WriteOptions } from './json-write.ts'
import { compileRow, type JsonRow } from './json-write-row.ts'
import { usualWriter, type WriteUsual } from './json-write-usual.ts'

/** Throws what the {@link JsonWriter} of the same schema throws. */
export type JsonBytes = (value: unknown, out: JsonBytesWriter) => void

/** `before` and `after` go with each value: constants are copied in as few pieces as can be. */
export const compileBytes = (schema: Schema, options: WriteOptions, before: string, after: string): JsonBytes => {
  const writeText = compileWriter(schema, options)
  const write = partsWriter(schema, options, before, after) ?? textBytes(writeText, before, after)
  let nothing: Buffer | undefined
  return (value, out) => {
    if (value === null || value === undefined) {
      nothing ??= Buffer.from(`${before}${writeText(null)}${after}`)
      out.encoded(nothing)
    } else write(value, out)
  }
}

const partsWriter = (schema: Schema, options: WriteOptions, before: string, after: string): JsonBytes | undefined => {
  if (LEFT_TO_TEXT.has(schema.name)) return undefined
  const writeUsual = usualWriter(schema, options)
  if (writeUsual !== undefined) return usualBytes(writeUsual, compileWriter(schema, options), before, after)
  if (logicalWriter(schema, options) !== undefined) return undefined
  if (schema.type === 'string') return stringBytes(schema, before, after)
  return schema.type === 'struct' ? structBytes(schema, options, before, after) : undefined
}

/** Written as numbers after a check of each value. */
const LEFT_TO_TEXT: ReadonlySet<string | null> = new Set([DATE_NAME, TIME_NAME])

/** Everything that is short, or that is seldom written. */
const textBytes = (write: JsonWriter, before: string, after: string): JsonBytes => {
  const first = Buffer.from(before)
  const last = Buffer.from(after)
  return (value, out) => {
    const text = write(value)
    out.encoded(first)
    out.text(text)
    out.encoded(last)
  }
}

const usualBytes = (writeUsual: WriteUsual, write: JsonWriter, before: string, after: string): JsonBytes => {
  const first = Buffer.from(before)
  const last = Buffer.from(after)
  return (value, out) => {
    out.encoded(first)
    if (!writeUsual(value, out)) out.text(write(value))
    if (last.length > 0) out.encoded(last)
  }
}

const stringBytes = (schema: Schema, before: string, after: string): JsonBytes => {
  const first = Buffer.from(before)
  const last = Buffer.from(after)
  return (value, out) => {
    if (typeof value !== 'string') throw mismatch(schema, value)
    out.encoded(first)
    out.quoted(value)
    out.encoded(last)
  }
}

const structBytes = (schema: Schema, options: WriteOptions, before: string, after: string): JsonBytes | undefined => {
  const names = schema.fields.map((field) => field.name)
  if (names.length === 0) return undefined
  const last = `}${after}`
  const befores = names.map((name, index) => `${index === 0 ? `${before}{` : ','}${quoteJson(name)}:`)
  const writers = schema.fields.map((field, index) =>
    compileBytes(field.schema, options, befores[index]!, index === names.length - 1 ? last : ''),
  )
  const writeFields = compileVisitor(names, writers)
  const writeRow = rowBytes(schema, options, befores, last, writers)
  return (value, out) => {
    if (value instanceof RowStruct) writeRow(value, out)
    else writeFields(fieldsOf(schema, value), out)
  }
}

/** Compiled with the first row of its columns. */
const rowBytes = (
  schema: Schema,
  options: WriteOptions,
  befores: readonly string[],
  after: string,
  made: readonly JsonBytes[],
): ((struct: RowStruct, out: JsonBytesWriter) => void) => {
  let forms: readonly FieldForm[] | undefined
  let write: JsonRow | undefined
  return ({ block, row }, out) => {
    if (write === undefined || block.forms !== forms) {
      const encoded = befores.map((before) => Buffer.from(before))
      write = compileRow(schema, options, block.forms, encoded, Buffer.from(after), made)
      forms = block.forms
    }
    write(block, row, out)
  }
}
