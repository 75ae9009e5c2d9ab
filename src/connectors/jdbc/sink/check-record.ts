/** What a record must have to be written, with the words of the JVM connector where it has not. */
import { javaClassOf } from '../../../data/java-class.ts'
import type { Schema } from '../../../data/schema.ts'
import { ConnectError } from '../../../plugin/errors.ts'
import type { SinkRecord } from '../../../plugin/record.ts'
import type { SinkSettings } from './sink-settings.ts'

/** @throws ConnectError about the first record that cannot be written for lack of a key, a value or a schema */
export type RecordCheck = (record: SinkRecord) => void

export const recordCheck = (settings: SinkSettings, connector: string): RecordCheck => {
  // Debezium's sink passes over what it cannot delete
  if (settings.vendor === 'debezium') return () => undefined
  if (settings.vendor === 'aiven') {
    // Aiven's finds out from the schemas, table by table
    return (record) => {
      if (record.value === null && !settings.deleteEnabled) throw refusal(settings, connector, record, 'value')
    }
  }
  const needsKey = settings.pkMode === 'record_key' || settings.deleteEnabled
  const needsValue = settings.pkMode === 'record_value' || settings.pkMode === 'none' || !settings.deleteEnabled
  const forText = fieldSettings(settings)
  return (record) => {
    if (needsKey && !hasKey(record)) throw refusal(settings, connector, record, 'key')
    if (record.value === null ? needsValue : !hasValue(record)) throw refusal(settings, connector, record, 'value')
    if (forText !== '' && record.valueSchema?.type === 'string') {
      throw new ConnectError(
        `Sink connector '${connector}' is configured with field-level options that are not applicable to String values: ` +
          `${forText}. Remove these options, or have the upstream producer emit Struct values instead.`,
      )
    }
  }
}

const hasKey = ({ key, keySchema }: SinkRecord): boolean =>
  key !== null && keySchema !== null && keySchema.type !== 'array' && keySchema.type !== 'map'

const hasValue = ({ value, valueSchema }: SinkRecord): boolean =>
  value !== null && (valueSchema?.type === 'struct' || valueSchema?.type === 'string')

/** Settings that say something about fields, which a plain text does not have. */
const fieldSettings = ({ keepsField, timestampFields }: SinkSettings): string =>
  [
    ...(keepsField('', '') ? [] : ['fields.whitelist']),
    ...(timestampFields.size === 0 ? [] : ['timestamp.fields.list']),
  ].join(', ')

const refusal = (
  settings: SinkSettings,
  connector: string,
  record: SinkRecord,
  side: 'key' | 'value',
): ConnectError => {
  const wanted =
    side === 'key'
      ? 'records with a non-null key and non-null Struct or primitive key schema'
      : 'records with a non-null Struct or String value and non-null Struct or String schema'
  const { topic, partition, offset, timestamp } = record
  const schema = side === 'key' ? record.keySchema : record.valueSchema
  return new ConnectError(
    `Sink connector '${connector}' is configured with 'delete.enabled=${settings.deleteEnabled}' and 'pk.mode=${settings.pkMode}' ` +
      `and therefore requires ${wanted}, but found record at ` +
      `(topic='${topic}',partition=${partition},offset=${offset},timestamp=${timestamp}) ` +
      `with a ${className(side === 'key' ? record.key : record.value, schema)} ${side} and ${schemaName(schema)} ${side} schema.`,
  )
}

const className = (value: unknown, schema: Schema | null): string =>
  value === null ? 'null' : javaClassOf(value, schema).replace(/^.*\./, '')

const schemaName = (schema: Schema | null): string => {
  if (schema === null) return 'null'
  return schema.type === 'struct' ? 'Struct' : schema.type
}
