import type { Schema } from './schema.ts'

/** A header of a record: a key may occur more than once and order counts. */
export interface Header {
  readonly key: string
  readonly schema: Schema | null
  readonly value: unknown
}

/** Never changed in place: a transform that changes headers makes a new list. */
export type Headers = readonly Header[]

/** The one empty list, so that a record without headers costs nothing. */
export const NO_HEADERS: Headers = Object.freeze([])
