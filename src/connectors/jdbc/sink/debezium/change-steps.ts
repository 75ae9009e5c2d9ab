import { DataError } from '../../../../plugin/errors.ts'
import type { SinkRecord } from '../../../../plugin/record.ts'
import { type ChangeOptions, changeOf, isSchemaChange } from './unwrap-event.ts'

/** Records to write, after the table of a truncate event was emptied. */
export interface ChangeStep {
  readonly truncated: SinkRecord | undefined
  readonly records: readonly SinkRecord[]
}

/** @throws DataError for records of a schema change topic */
export const changeSteps = (records: readonly SinkRecord[], options: ChangeOptions): ChangeStep[] => {
  let step: { truncated: SinkRecord | undefined; records: SinkRecord[] } = { truncated: undefined, records: [] }
  const steps = [step]
  for (const record of records) {
    if (isSchemaChange(record)) {
      throw new DataError(
        'Schema change records are not supported by JDBC connector. Adjust `topics` or `topics.regex` to exclude schema change topic.',
      )
    }
    const change = changeOf(record, options)
    if (change === null) continue
    if (change === 'truncate') {
      step = { truncated: record, records: [] }
      steps.push(step)
    } else step.records.push(change)
  }
  return steps
}
