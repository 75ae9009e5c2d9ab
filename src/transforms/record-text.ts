import { schemaText } from '../data/convert-number.ts'
import { javaToString } from '../data/java-to-string.ts'
import type { Schema } from '../data/schema.ts'
import type { ConnectRecord, SinkRecord, SourceRecord } from '../plugin/record.ts'

const textOf = (schema: Schema | null): string => (schema === null ? 'null' : schemaText(schema))

/** A record as the JVM writes it in messages. */
export const recordText = (record: ConnectRecord): string => {
  const headers = record.headers
    .map(
      ({ key, schema, value }) =>
        `ConnectHeader(key=${key}, value=${javaToString(value, schema)}, schema=${textOf(schema)})`,
    )
    .join(', ')
  const common =
    `ConnectRecord{topic='${record.topic}', kafkaPartition=${record.partition}, ` +
    `key=${javaToString(record.key, record.keySchema)}, keySchema=${textOf(record.keySchema)}, ` +
    `value=${javaToString(record.value, record.valueSchema)}, valueSchema=${textOf(record.valueSchema)}, ` +
    `timestamp=${record.timestamp}, headers=ConnectHeaders(headers=${headers === '' ? '' : `[${headers}]`})}`
  if ('offset' in record) {
    const sink = record as SinkRecord
    return `SinkRecord{kafkaOffset=${sink.offset}, timestampType=${sink.timestampType}, originalTopic=${sink.originalTopic}, originalKafkaPartition=${sink.originalPartition}, originalKafkaOffset=${sink.originalOffset}} ${common}`
  }
  const source = record as SourceRecord
  return `SourceRecord{sourcePartition=${javaToString(source.sourcePartition)}, sourceOffset=${javaToString(source.sourceOffset)}} ${common}`
}
