import { NO_HEADERS } from '../../src/data/headers.ts'
import type { SourceRecord } from '../../src/plugin/record.ts'

/** A source record without schema; offset `{ at }` in partition `{ part }`. */
export const sourceRecord = (
  value: string,
  at: number,
  part: string | null = 'p',
  more: Partial<SourceRecord> = {},
): SourceRecord => ({
  topic: 't',
  partition: null,
  keySchema: null,
  key: null,
  valueSchema: null,
  value,
  timestamp: null,
  headers: NO_HEADERS,
  sourcePartition: part === null ? null : { part },
  sourceOffset: { at },
  ...more,
})
