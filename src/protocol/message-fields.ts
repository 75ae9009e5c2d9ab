import {
  type Field,
  type FieldOptions,
  type IsOptional,
  makeField,
  type Null,
  type Versions,
  type Wire,
} from './message-field.ts'
import type { Reader } from './reader.ts'
import type { Writer } from './writer.ts'

type FieldOf<T> = <V extends Versions, const O extends FieldOptions<T> = Record<never, never>>(
  versions: V,
  options?: O,
) => Field<T | Null<O>, T | Null<O>, IsOptional<V, O>>

const primitive =
  <T extends number | bigint | boolean | string>(
    empty: T,
    write: (writer: Writer, value: T) => void,
    read: (reader: Reader) => T,
  ): FieldOf<T> =>
  (versions, options) =>
    makeField(
      {
        empty: () => empty,
        write: (w, value: T | null) => write(w, value as T),
        read,
        isEmpty: (value) => value === empty,
      },
      versions,
      options ?? ({} as never),
    )

export const boolean = primitive<boolean>(
  false,
  (w, value) => w.boolean(value),
  (r) => r.boolean(),
)
export const int8 = primitive<number>(
  0,
  (w, value) => w.int8(value),
  (r) => r.int8(),
)
export const int16 = primitive<number>(
  0,
  (w, value) => w.int16(value),
  (r) => r.int16(),
)
export const uint16 = primitive<number>(
  0,
  (w, value) => w.uint16(value),
  (r) => r.uint16(),
)
export const int32 = primitive<number>(
  0,
  (w, value) => w.int32(value),
  (r) => r.int32(),
)
/** As a number: offsets, timestamps and producer ids stay below 2^53, where it is exact. */
export const int64 = primitive<number>(
  0,
  (w, value) => w.int64(value),
  (r) => r.int64(),
)
export const zeroUuid = '00000000-0000-0000-0000-000000000000'
export const uuid = primitive<string>(
  zeroUuid,
  (w, value) => w.uuid(value),
  (r) => r.uuid(),
)

const stringWire: Wire<string, string> = {
  empty: () => '',
  write: (w, value, { flexible }) => (flexible ? w.compactString(value) : w.string(value)),
  read: (r, { flexible }) => (flexible ? r.compactString() : r.string()),
  isEmpty: (value) => value === '',
}
export const string: FieldOf<string> = (versions, options) => makeField(stringWire, versions, options ?? ({} as never))

const noBytes = Buffer.alloc(0)
const bytesWire: Wire<Buffer, Uint8Array> = {
  empty: () => noBytes,
  write: (w, value, { flexible }) => (flexible ? w.compactBytes(value) : w.bytes(value)),
  read: (r, { flexible }) => (flexible ? r.compactBytes() : r.bytes()),
  isEmpty: (value) => value.length === 0,
}
/** Reading gives a view of the message's buffer. */
export const bytes = <V extends Versions, const O extends FieldOptions<Buffer> = Record<never, never>>(
  versions: V,
  options?: O,
): Field<Buffer | Null<O>, Uint8Array | Null<O>, IsOptional<V, O>> =>
  makeField(bytesWire, versions, options ?? ({} as O))
/** Record batches, as bytes: see record-batch-builder.ts and record-batch-reader.ts. */
export const records = bytes
