/** A converter's two ways to a value's bytes, which must come to the same. */
import assert from 'node:assert/strict'
import type { Schema } from '../../src/data/schema.ts'
import type { Converter } from '../../src/plugin/converter.ts'

/** More than any test's value takes. */
const TARGET_BYTES = 4 * 1024 * 1024
const START = 3
const target = Buffer.alloc(TARGET_BYTES)

/**
 * What `fromConnect` makes of a value, after a check that the value's writer, if there is one, writes these bytes where it
 * is told to and none before them, and nothing of a value that is refused.
 */
export const serialise = (converter: Converter, schema: Schema | null, value: unknown): Buffer | null => {
  const writer = converter.writerFor?.('topic', schema, value) ?? null
  const end = writer === null ? -1 : writer.write(target, START)
  const written = end < 0 ? undefined : Buffer.from(target.subarray(START, end))
  const expected = outcome(() => converter.fromConnect('topic', schema, value))
  if ('error' in expected) {
    assert.equal(written, undefined, 'a writer wrote what the converter refuses')
    throw expected.error
  }
  const { bytes } = expected
  const serialised = bytes === null ? null : typeof bytes === 'string' ? Buffer.from(bytes) : Buffer.from(bytes)
  if (writer !== null) assert.equal(written?.toString('latin1'), serialised?.toString('latin1'))
  return serialised
}

type Outcome = { readonly bytes: Uint8Array | string | null } | { readonly error: unknown }

const outcome = (convert: () => Uint8Array | string | null): Outcome => {
  try {
    return { bytes: convert() }
  } catch (error) {
    return { error }
  }
}
