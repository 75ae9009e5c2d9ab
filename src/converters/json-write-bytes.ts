/** Compiles a schema into a function that writes its values as JSON into a buffer: the same as json-write.ts, as bytes. */

import { compileVisitor } from '../data/compile-struct.ts'
import type { Schema } from '../data/schema.ts'
import type { JsonBytesWriter } from './json-bytes-writer.ts'
import { quoteJson } from './json-string.ts'
import { compileWriter, fieldsOf, type JsonWriter, logicalWriter, mismatch, type WriteOptions } from './json-write.ts'

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
  if (logicalWriter(schema, options) !== undefined) return undefined
  if (schema.type === 'string') return stringBytes(schema, before, after)
  return schema.type === 'struct' ? structBytes(schema, options, before, after) : undefined
}

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
  const lastIndex = names.length - 1
  if (lastIndex < 0) return undefined
  const writers = schema.fields.map((field, index) =>
    compileBytes(
      field.schema,
      options,
      `${index === 0 ? `${before}{` : ','}${quoteJson(field.name)}:`,
      index === lastIndex ? `}${after}` : '',
    ),
  )
  const writeFields = compileVisitor(names, writers)
  return (value, out) => writeFields(fieldsOf(schema, value), out)
}
