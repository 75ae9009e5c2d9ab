/** Texts that stand in memory as UTF-8. */
export interface Texts {
  readonly length: number
  readonly bytes: Buffer
  readonly starts: Int32Array
  readonly ends: Int32Array
}

/** What the values of some records have around their texts. */
export interface TextFrame {
  readonly before: Uint8Array
  readonly after: Uint8Array
  readonly writer: TextWriter
}

export interface TextWriter {
  /** Copies a text to `position`. @returns false when it is not written as it is: {@link TextWriter.encode} tells how */
  copy(target: Buffer, position: number, source: Buffer, start: number, end: number): boolean
  /** What stands for the text; valid until the next call. */
  encode(source: Buffer, start: number, end: number): Uint8Array
}
