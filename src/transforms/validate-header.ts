import { schemaText } from '../data/convert-number.ts'
import { DataError } from '../data/errors.ts'
import type { Schema } from '../data/schema.ts'

/** @throws DataError when a header of a required schema would be null */
export const validateHeader = (schema: Schema, value: unknown): void => {
  if (value !== null || schema.optional) return
  throw new DataError(`A null value requires an optional schema but was ${schemaText(schema)}`)
}
