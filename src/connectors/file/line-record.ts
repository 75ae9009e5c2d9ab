import { NO_HEADERS } from '../../data/headers.ts'
import { schemaOf } from '../../data/schema.ts'
import { ConnectError } from '../../plugin/errors.ts'
import type { OffsetFields, SourceRecord } from '../../plugin/record.ts'
import { type FilePlace, parseIdentity } from './file-identity.ts'

const REQUIRED_STRING = schemaOf({ type: 'string' })

/** The record of one line. `timestamp`: when it was read, in milliseconds. */
export const lineRecord = (
  topic: string,
  line: string,
  timestamp: number,
  sourcePartition: OffsetFields,
  sourceOffset: OffsetFields,
): SourceRecord => ({
  topic,
  partition: null,
  keySchema: null,
  key: null,
  valueSchema: REQUIRED_STRING,
  value: line,
  timestamp,
  headers: NO_HEADERS,
  sourcePartition,
  sourceOffset,
})

/**
 * The place that a stored source offset names; its absence is the start.
 * @throws ConnectError for a position that is not an integer
 */
export const placeOf = (offset: OffsetFields | undefined): FilePlace => {
  const position = offset?.['position'] ?? 0
  if (!isInteger(position)) throw new ConnectError('Offset position is the incorrect type')
  return { position: Math.max(0, Number(position)), identity: parseIdentity(offset?.['identity']) }
}

export const isInteger = (value: unknown): value is number | bigint =>
  typeof value === 'bigint' || Number.isInteger(value)
