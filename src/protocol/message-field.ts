import { ProtocolError } from './protocol-error.ts'
import type { Reader } from './reader.ts'
import type { Writer } from './writer.ts'

/**
 * A field of Kafka's messages. A table of them is a message's layout, in the order of the wire, to be laid beside the
 * protocol's page:
 *
 *   { topicId: uuid('13+'), partitions: array('0+', { index: int32('0+'), rack: string('11+', { nullable: '11+' }) }) }
 *
 * Versions are written as there: `0+`, `2-7`, `3`.
 */
export type Versions = `${number}` | `${number}+` | `${number}-${number}`

export interface VersionRange {
  readonly from: number
  readonly to: number
}

/** The version that is written or read, and whether it is a flexible one (compact lengths, tagged fields). */
export interface Format {
  readonly version: number
  readonly flexible: boolean
}

/** `Out` is what reading gives, `In` what writing takes; `Optional` fields may be left out when writing. */
export interface Field<Out, In = Out, Optional extends boolean = boolean> {
  readonly versions: VersionRange
  readonly nullable: VersionRange
  /** Set for a tagged field: written only in flexible versions, and only when it is not the default. */
  readonly tag: number | undefined
  /** What the field is when it is left out, or not in the version read. */
  readonly fallback: () => Out
  /** Never set: carries the types. */
  readonly optional?: Optional
  write(writer: Writer, value: In, format: Format): void
  read(reader: Reader, format: Format): Out
  isDefault(value: In): boolean
}

export type AnyField = Field<unknown, unknown, boolean>
export type Fields = Readonly<Record<string, AnyField>>

export type FieldsOut<F extends Fields> = {
  -readonly [K in keyof F]: F[K] extends Field<infer Out, infer _In, boolean> ? Out : never
}
type InOf<F> = F extends Field<infer _Out, infer In, boolean> ? In : never
type OptionalKeys<F extends Fields> = {
  [K in keyof F]: F[K] extends Field<infer _O, infer _I, true> ? K : never
}[keyof F]
export type FieldsIn<F extends Fields> = { readonly [K in Exclude<keyof F, OptionalKeys<F>>]: InOf<F[K]> } & {
  readonly [K in OptionalKeys<F>]?: InOf<F[K]> | undefined
}

export interface FieldOptions<T> {
  /** Versions in which the field may be null. Its default is null then, if no other is given. */
  readonly nullable?: Versions
  readonly default?: T | null
  readonly tag?: number
}

export type Null<O> = O extends { readonly nullable: Versions } ? null : never
/** A field must be given when it is in every version and has no default of its own. */
export type IsOptional<V extends Versions, O> = V extends '0+'
  ? O extends { readonly default: unknown }
    ? true
    : false
  : true

const never: VersionRange = { from: 0, to: -1 }

export const parseVersions = (versions: Versions): VersionRange => {
  const [from, to] = versions.split('-')
  return { from: Number.parseInt(from!, 10), to: versions.endsWith('+') ? Number.MAX_SAFE_INTEGER : Number(to ?? from) }
}

export const inVersions = (range: VersionRange, version: number): boolean =>
  version >= range.from && version <= range.to

export interface Wire<Out, In> {
  readonly empty: () => Out
  write(writer: Writer, value: In | null, format: Format): void
  read(reader: Reader, format: Format): Out | null
  isEmpty(value: In): boolean
}

export const makeField = <Out, In, V extends Versions, O extends FieldOptions<Out>>(
  wire: Wire<Out, In>,
  versions: V,
  options: O,
): Field<Out | Null<O>, In | Null<O>, IsOptional<V, O>> => {
  type Value = Out | Null<O>
  const nullable = options.nullable === undefined ? never : parseVersions(options.nullable)
  const hasDefault = options.default !== undefined
  const fallback = (): Value =>
    hasDefault ? (options.default as Value) : options.nullable === undefined ? wire.empty() : (null as Null<O>)
  return {
    versions: parseVersions(versions),
    nullable,
    tag: options.tag,
    fallback,
    isDefault: (value) =>
      hasDefault || value === null
        ? value === (fallback() as unknown)
        : options.nullable === undefined && wire.isEmpty(value as In),
    write: (writer, value, format) => {
      if (value === null && !inVersions(nullable, format.version)) {
        throw new ProtocolError(`null is not allowed in version ${format.version}`)
      }
      wire.write(writer, value, format)
    },
    read: (reader, format) => {
      const value = wire.read(reader, format)
      if (value === null && !inVersions(nullable, format.version))
        throw new ProtocolError('null where it is not allowed')
      return value as Value
    },
  }
}
