import type { ConfigDef, ConfigOf } from '../config/define.ts'
import type { Schema, SchemaAndValue } from '../data/schema.ts'

/**
 * Turns values into the bytes of a record's key or value and back. Called once per record: no promise, no log line, and
 * whatever depends only on schema or config is compiled once and kept.
 */
export interface Converter {
  /**
   * @returns bytes, or text that is written as UTF-8 straight into the record batch, or null for a null key or a tombstone
   * @throws DataError when value and schema do not fit
   */
  fromConnect(topic: string, schema: Schema | null, value: unknown): Uint8Array | string | null
  /**
   * A faster way to the bytes that `fromConnect` makes: what writes them straight into the record batch. Optional, and only
   * asked for values. The same object may be returned each time: it stands for this value until the next call.
   *
   * @returns null when `fromConnect` is to be asked
   */
  writerFor?(topic: string, schema: Schema | null, value: unknown): ValueWriter | null
  /** Whether `writerFor` writes values that are rows, too: see `data/row-struct.ts`. */
  readonly takesRows?: boolean
  /**
   * How `fromConnect` writes a text (a value of type string), alone or anywhere in a value: with another text there, all that
   * is around it stays the same. Optional. Texts are then taken from where they are to where they go: see `text-block.ts`.
   */
  readonly texts?: TextWriter
  /** `bytes` is a view on a larger buffer that lives on while the view does: copy what is kept longer than the record. */
  toConnect(topic: string, bytes: Buffer | null): SchemaAndValue
  /** Whether `toConnect` reads the bytes at once: nothing that it gives or keeps is a view on them. Their memory can be used again then. */
  readonly readsAtOnce?: boolean
  /**
   * A faster way to what `toConnect` makes, for a converter of text: what the bytes are in UTF-8, where U+FFFD may stand for
   * what is none. Optional.
   *
   * @returns null when `toConnect` is to be asked
   */
  toConnectText?(topic: string, text: string | null): SchemaAndValue | null
  close?(): void
}

/** Writes a record's value. */
export interface ValueWriter {
  /**
   * Writes at `position`, which is within `target`; more than what is written may be changed.
   *
   * @returns the position after it; -1 when there is too little room or anything else is wrong: then `fromConnect` is
   * asked, and tells what. Never throws.
   */
  write(target: Buffer, position: number): number
}

/** Writes texts that are UTF-8 already. */
export interface TextWriter {
  /**
   * Copies a text to `position`, where it has room.
   *
   * @returns false when the text is not written as it is: then {@link TextWriter.encode} is asked
   */
  copy(target: Buffer, position: number, source: Buffer, start: number, end: number): boolean
  /** What stands for the text; valid until the next call. */
  encode(source: Buffer, start: number, end: number): Uint8Array
}

export interface HeaderConverter {
  fromConnectHeader(topic: string, key: string, schema: Schema | null, value: unknown): Uint8Array | string | null
  /** Null stands for a header with neither schema nor value, as on the JVM. */
  toConnectHeader(topic: string, key: string, bytes: Buffer | null): SchemaAndValue | null
  close?(): void
}

export type ConverterRole = 'key' | 'value' | 'header'

/** What a converter module exports. */
export interface ConverterDefinition<D extends ConfigDef = ConfigDef> {
  readonly kind: 'converter'
  /** The JVM class that this stands for, for example `org.apache.kafka.connect.json.JsonConverter`. */
  readonly className: string
  readonly doc: string
  readonly config: D
  /** Absent: cannot be used as key or value converter (SimpleHeaderConverter). */
  create?(settings: ConfigOf<D>, role: 'key' | 'value'): Converter
  /** Absent: cannot be used for headers. */
  createHeader?(settings: ConfigOf<D>): HeaderConverter
}

export const defineConverter = <const D extends ConfigDef>(
  definition: ConverterDefinition<D>,
): ConverterDefinition<D> => definition
