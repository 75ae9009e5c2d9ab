import { type Field, type Fields, type FieldsIn, type FieldsOut, makeField, type Versions } from './message-field.ts'
import { readFields, writeFields } from './message-table.ts'
import { ProtocolError } from './protocol-error.ts'

const absent = -1
const present = 1

/** Fields within a field, or null, which is the default: a byte in front says which (-1 or 1). */
export const nullableStruct = <F extends Fields>(
  versions: Versions,
  fields: F,
): Field<FieldsOut<F> | null, FieldsIn<F> | null, true> => {
  const field = makeField<FieldsOut<F>, FieldsIn<F>, Versions, { readonly nullable: Versions }>(
    {
      empty: () => null as never, // not asked for: the default is null
      isEmpty: () => false,
      write: (writer, value, format) => {
        writer.int8(value === null ? absent : present)
        if (value !== null) writeFields(writer, fields, value, format)
      },
      read: (reader, format) => {
        const sign = reader.int8()
        if (sign === absent) return null
        if (sign !== present) throw new ProtocolError(`${sign} where -1 (null) or 1 is expected`)
        return readFields(reader, fields, format)
      },
    },
    versions,
    { nullable: versions },
  )
  return field as Field<FieldsOut<F> | null, FieldsIn<F> | null, true>
}
