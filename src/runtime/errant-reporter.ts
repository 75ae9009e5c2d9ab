import type { ErrantRecordReporter } from '../plugin/connector.ts'
import type { SinkRecord } from '../plugin/record.ts'
import type { WireValue } from './deliver-parts.ts'
import type { ConsumedRecord } from './deserialize.ts'
import type { TaskConverters } from './task-converters.ts'
import type { Tolerance } from './tolerance.ts'

/** Behind `context.errantRecordReporter`: a task reports records that its target does not take. */
export interface ErrantReporter {
  readonly report: ErrantRecordReporter
  /** The fetched record of each sink record of the batch under way. */
  readonly origins: Map<SinkRecord, ConsumedRecord>
  /** Fails the task if a report was not tolerated, even when the task swallowed the error. */
  throwFailure(): void
}

const TASK_CLASS = 'org.apache.kafka.connect.sink.SinkTask'

export const createErrantReporter = (
  converters: TaskConverters,
  tolerance: Tolerance<ConsumedRecord>,
): ErrantReporter => {
  const origins = new Map<SinkRecord, ConsumedRecord>()
  let failure: unknown
  return {
    origins,
    report: async (record, error) => {
      const raw = origins.get(record) ?? convertBack(record, converters)
      try {
        tolerance.failed({ stage: 'TASK_PUT', className: TASK_CLASS, error, raw })
      } catch (fatal) {
        failure ??= fatal
        throw fatal
      }
    },
    throwFailure() {
      if (failure !== undefined) throw failure
    },
  }
}

/** A record that the task made or changed itself has no bytes of its own: it is converted as a source's would be. */
const convertBack = (record: SinkRecord, { key, value, header }: TaskConverters): ConsumedRecord => ({
  topic: record.originalTopic,
  partition: record.originalPartition,
  offset: record.originalOffset,
  timestamp: record.timestamp ?? -1,
  timestampType: record.timestampType,
  key: bytesOf(key.fromConnect(record.topic, record.keySchema, record.key)),
  value: bytesOf(value.fromConnect(record.topic, record.valueSchema, record.value)),
  headers: record.headers.map((entry) => ({
    key: entry.key,
    value: bytesOf(header.fromConnectHeader(record.topic, entry.key, entry.schema, entry.value)),
  })),
})

const bytesOf = (value: WireValue): Buffer | null => {
  if (value === null) return null
  return typeof value === 'string' ? Buffer.from(value) : Buffer.from(value.buffer, value.byteOffset, value.byteLength)
}
