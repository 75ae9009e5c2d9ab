import {
  type AnyField,
  type Field,
  type FieldOptions,
  type Fields,
  type FieldsIn,
  type FieldsOut,
  type Format,
  type IsOptional,
  inVersions,
  makeField,
  type Null,
  type Versions,
  type Wire,
} from './message-field.ts'
import { ProtocolError } from './protocol-error.ts'
import { Reader } from './reader.ts'
import { Writer } from './writer.ts'

type ElementOut<E> = E extends Field<infer Out, infer _In, boolean> ? Out : E extends Fields ? FieldsOut<E> : never
type ElementIn<E> = E extends Field<infer _Out, infer In, boolean> ? In : E extends Fields ? FieldsIn<E> : never

const isField = (element: AnyField | Fields): element is AnyField => typeof element['read'] === 'function'

/** `element` is a table of fields, or one field for a list of plain values. */
export const array = <
  V extends Versions,
  E extends AnyField | Fields,
  const O extends FieldOptions<ElementOut<E>[]> = Record<never, never>,
>(
  versions: V,
  element: E,
  options?: O,
): Field<ElementOut<E>[] | Null<O>, readonly ElementIn<E>[] | Null<O>, IsOptional<V, O>> => {
  const item: AnyField = isField(element) ? element : struct(versions, element)
  const wire: Wire<ElementOut<E>[], readonly ElementIn<E>[]> = {
    empty: () => [],
    isEmpty: (value) => value.length === 0,
    write: (writer, value, format) => {
      writer.arrayLength(value === null ? null : value.length, format.flexible)
      if (value !== null) for (const one of value) item.write(writer, one, format)
    },
    read: (reader, format) => {
      const length = reader.arrayLength(format.flexible)
      if (length === null) return null
      const list: ElementOut<E>[] = []
      for (let i = 0; i < length; i++) list.push(item.read(reader, format) as ElementOut<E>)
      return list
    },
  }
  return makeField(wire, versions, options ?? ({} as O))
}

/** Fields within a field. */
export const struct = <
  V extends Versions,
  F extends Fields,
  const O extends FieldOptions<FieldsOut<F>> = Record<never, never>,
>(
  versions: V,
  fields: F,
  options?: O,
): Field<FieldsOut<F>, FieldsIn<F>, IsOptional<V, O>> => {
  const entries = Object.entries(fields)
  const field = makeField<FieldsOut<F>, FieldsIn<F>, V, FieldOptions<never>>(
    {
      empty: () => defaultsOf(fields),
      isEmpty: (value) => {
        const given = value as Readonly<Record<string, unknown>>
        return entries.every(([name, one]) => given[name] === undefined || one.isDefault(given[name]))
      },
      write: (writer, value, format) => writeFields(writer, fields, value as FieldsIn<F>, format),
      read: (reader, format) => readFields(reader, fields, format),
    },
    versions,
    options?.tag === undefined ? {} : { tag: options.tag },
  )
  return field as unknown as Field<FieldsOut<F>, FieldsIn<F>, IsOptional<V, O>>
}

const defaultsOf = <F extends Fields>(fields: F): FieldsOut<F> =>
  Object.fromEntries(Object.entries(fields).map(([name, field]) => [name, field.fallback()])) as FieldsOut<F>

/** A field's name in front of what is wrong with it, so that the whole path is named in the end. */
const within = (name: string, error: unknown): unknown =>
  error instanceof ProtocolError ? new ProtocolError(`${name}: ${error.message}`, { cause: error }) : error

export const writeFields = <F extends Fields>(writer: Writer, fields: F, values: FieldsIn<F>, format: Format): void => {
  const given = values as Readonly<Record<string, unknown>>
  for (const name in fields) {
    const field = fields[name]!
    if (field.tag !== undefined || !inVersions(field.versions, format.version)) continue
    const value = given[name]
    try {
      field.write(writer, value === undefined ? field.fallback() : value, format)
    } catch (error) {
      throw within(name, error)
    }
  }
  if (format.flexible) writeTagged(writer, fields, given, format)
}

/** Count, then for each field in the order of the tags: tag, size, value. The first three are uvarints. */
const writeTagged = (
  writer: Writer,
  fields: Fields,
  given: Readonly<Record<string, unknown>>,
  format: Format,
): void => {
  const tagged = Object.entries(fields)
    .filter(
      ([name, { tag, versions }]) =>
        tag !== undefined && inVersions(versions, format.version) && given[name] !== undefined,
    )
    .filter(([name, field]) => !field.isDefault(given[name]))
    .sort(([, a], [, b]) => a.tag! - b.tag!)
  writer.uvarint(tagged.length)
  for (const [name, field] of tagged) {
    const content = new Writer(64)
    field.write(content, given[name], format)
    writer.uvarint(field.tag!)
    writer.uvarint(content.position)
    writer.raw(content.written())
  }
}

export const readFields = <F extends Fields>(reader: Reader, fields: F, format: Format): FieldsOut<F> => {
  const out: Record<string, unknown> = {}
  for (const name in fields) {
    const field = fields[name]!
    const onWire = field.tag === undefined && inVersions(field.versions, format.version)
    try {
      out[name] = onWire ? field.read(reader, format) : field.fallback()
    } catch (error) {
      throw within(name, error)
    }
  }
  if (format.flexible) readTagged(reader, fields, out, format)
  return out as FieldsOut<F>
}

/** Tags that the table does not know are passed over: newer brokers may send them. */
const readTagged = (reader: Reader, fields: Fields, out: Record<string, unknown>, format: Format): void => {
  const count = reader.uvarint()
  for (let i = 0; i < count; i++) {
    const tag = reader.uvarint()
    const size = reader.uvarint()
    const start = reader.take(size)
    for (const name in fields) {
      const field = fields[name]!
      if (field.tag !== tag || !inVersions(field.versions, format.version)) continue
      out[name] = field.read(new Reader(reader.buffer, start, start + size), format)
    }
  }
}
