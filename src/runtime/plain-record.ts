import { plainValue, RowStruct } from '../data/row-struct.ts'
import type { SourceRecord } from '../plugin/record.ts'

/** The record with a value that everybody knows, and that lasts. */
export const plainRecord = (record: SourceRecord): SourceRecord =>
  record.value instanceof RowStruct ? { ...record, value: plainValue(record.value) } : record
