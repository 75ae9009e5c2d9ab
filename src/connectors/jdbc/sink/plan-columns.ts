/** Which columns a record's schemas make, and where each gets its value from. */
import {
  type Field,
  fieldOf,
  INT32_SCHEMA,
  INT64_SCHEMA,
  OPTIONAL_STRING_SCHEMA,
  type Schema,
  STRING_SCHEMA,
} from '../../../data/schema.ts'
import { fieldOrDefault, rawField } from '../../../data/struct.ts'
import { ConnectError } from '../../../plugin/errors.ts'
import type { SinkRecord } from '../../../plugin/record.ts'
import type { SinkSettings } from './sink-settings.ts'

/** Columns that hold where a record came from, unless `pk.fields` renames them. */
export const KAFKA_COLUMNS = ['__connect_topic', '__connect_partition', '__connect_offset'] as const

export interface SinkColumn {
  readonly name: string
  readonly schema: Schema
  readonly primaryKey: boolean
  readonly asTimestamp: boolean
  /** The value as the record has it, defaults put in. */
  readonly read: (record: SinkRecord) => unknown
}

export interface ColumnPlan {
  /** In the order of the configured key. */
  readonly keys: readonly SinkColumn[]
  /** In the order of the value's schema. */
  readonly others: readonly SinkColumn[]
  /** In the order in which a new table gets them. */
  readonly all: readonly SinkColumn[]
}

type Fields = Readonly<Record<string, unknown>>

/** What a plan is made for: schemas of key and value, and the topic that the record came from. */
export interface PlanInput {
  readonly topic: string
  /** For messages. */
  readonly table: string
  readonly keySchema: Schema | null
  readonly valueSchema: Schema | null
}

/** @throws ConnectError in the JVM connector's words when the schemas do not fit the settings */
export const planColumns = (settings: SinkSettings, input: PlanInput): ColumnPlan => {
  const { valueSchema, table } = input
  const takesText = settings.stringColumn !== null
  if (valueSchema !== null && valueSchema.type !== 'struct' && !(takesText && valueSchema.type === 'string')) {
    throw new ConnectError(`Value schema must be of type Struct${takesText ? ' or String' : ''}`)
  }
  const keys = keyColumns(settings, input)
  const others = otherColumns(settings, input, new Set(keys.map(({ name }) => name)))
  if (keys.length + others.length === 0) {
    throw new ConnectError(`No fields found using key and value schemas for table: ${table}`)
  }
  return { keys, others, all: inTableOrder(keys, others, valueSchema) }
}

const keyColumns = (settings: SinkSettings, input: PlanInput): SinkColumn[] => {
  switch (settings.pkMode) {
    case 'none':
      return []
    case 'kafka':
      return kafkaColumns(settings.pkFields, input.table)
    case 'record_key':
      if (settings.vendor === 'debezium' && input.keySchema === null) {
        throw new ConnectError("Configured primary key mode 'record_key' cannot have null schema")
      }
      return recordKeyColumns(settings, input)
    case 'record_value':
      return recordValueColumns(settings, input)
    case 'record_header':
      return headerColumns(settings.pkFields, input.table)
  }
}

const kafkaColumns = (pkFields: readonly string[], table: string): SinkColumn[] => {
  if (pkFields.length !== 0 && pkFields.length !== 3) {
    throw new ConnectError(
      `PK mode for table '${table}' is KAFKA so there should either be no field names defined for defaults ` +
        `${listText(KAFKA_COLUMNS)} to be applicable, or exactly 3, defined fields are: ${listText(pkFields)}`,
    )
  }
  const [topic = '', partition = '', offset = ''] = pkFields.length === 0 ? KAFKA_COLUMNS : pkFields
  return [
    column(topic, STRING_SCHEMA, true, (record) => record.topic),
    column(partition, INT32_SCHEMA, true, (record) => record.partition),
    column(offset, INT64_SCHEMA, true, (record) => BigInt(record.offset)),
  ]
}

const recordKeyColumns = (settings: SinkSettings, { keySchema, table }: PlanInput): SinkColumn[] => {
  const { pkFields } = settings
  if (keySchema === null)
    throw new ConnectError(`PK mode for table '${table}' is RECORD_KEY, but record key schema is missing`)
  if (keySchema.type === 'struct') {
    return structColumns(settings, keySchema, 'key', table, (record) => record.key as Fields)
  }
  if (keySchema.type === 'array' || keySchema.type === 'map') {
    throw new ConnectError(
      `Key schema must be primitive type or Struct, but is of type: ${keySchema.type.toUpperCase()}`,
    )
  }
  const [name] = pkFields
  if (name === undefined || pkFields.length !== 1) {
    throw new ConnectError(
      `Need exactly one PK column defined since the key schema for records is a primitive type, defined columns are: ${listText(pkFields)}`,
    )
  }
  return [column(name, keySchema, true, (record) => record.key)]
}

const recordValueColumns = (settings: SinkSettings, { valueSchema, table }: PlanInput): SinkColumn[] => {
  if (valueSchema === null)
    throw new ConnectError(`PK mode for table '${table}' is RECORD_VALUE, but record value schema is missing`)
  if (valueSchema.type === 'string')
    throw new ConnectError('pk.mode record_value is not supported with String value schemas')
  return structColumns(settings, valueSchema, 'value', table, (record) => record.value as Fields)
}

const structColumns = (
  { pkFields, vendor }: SinkSettings,
  schema: Schema,
  side: 'key' | 'value',
  table: string,
  fieldsOf: (record: SinkRecord) => Fields,
): SinkColumn[] => {
  const names = pkFields.length === 0 ? schema.fields.map(({ name }) => name) : pkFields
  return names.flatMap((name) => {
    const field = fieldOf(schema, name)
    if (field === undefined) {
      // Debezium's takes those that are there
      if (vendor === 'debezium') return []
      throw new ConnectError(
        `PK mode for table '${table}' is RECORD_${side.toUpperCase()} with configured PK fields ${listText(pkFields)}, ` +
          `but record ${side} schema does not contain field: ${name}`,
      )
    }
    const get = fieldReader(field, true)
    return column(name, field.schema, true, (record) => get(fieldsOf(record)))
  })
}

const headerColumns = (pkFields: readonly string[], table: string): SinkColumn[] => {
  if (pkFields.length === 0)
    throw new ConnectError(`PK mode for table '${table}' is RECORD_HEADER, which needs the names of the headers`)
  return pkFields.map((name) =>
    column(
      name,
      OPTIONAL_STRING_SCHEMA,
      true,
      (record) => record.headers.findLast((header) => header.key === name)?.value ?? null,
    ),
  )
}

const otherColumns = (settings: SinkSettings, input: PlanInput, keys: ReadonlySet<string>): SinkColumn[] => {
  const { valueSchema, topic, table } = input
  if (valueSchema === null) return []
  if (valueSchema.type === 'string') {
    const name = settings.stringColumn ?? ''
    if (keys.has(name)) {
      throw new ConnectError(
        `Configured string.output.value.column.name '${name}' conflicts with a primary key column for table '${table}'`,
      )
    }
    return [column(name, OPTIONAL_STRING_SCHEMA, false, (record) => record.value)]
  }
  return valueSchema.fields
    .filter(({ name }) => !keys.has(name) && settings.keepsField(topic, name))
    .map((field) => {
      const get = fieldReader(field, settings.replaceNullWithDefault)
      return {
        ...column(field.name, field.schema, false, (record) => get(record.value as Fields)),
        asTimestamp: settings.timestampFields.has(field.name),
      }
    })
}

/** Reads a field; what every object has from its prototype is looked up with care, everything else directly. */
const fieldReader = (field: Field, defaultForNull: boolean): ((fields: Fields) => unknown) => {
  const { name } = field
  if (name in Object.prototype) {
    return defaultForNull ? (fields) => fieldOrDefault(fields, field) : (fields) => rawField(fields, field)
  }
  const whenNull = defaultForNull ? (field.schema.default ?? null) : null
  return (fields) => fields[name] ?? whenNull
}

const column = (
  name: string,
  schema: Schema,
  primaryKey: boolean,
  read: (record: SinkRecord) => unknown,
): SinkColumn => ({ name, schema, primaryKey, asTimestamp: false, read })

/** Kafka's own names first, then the value's fields in their order, then what is left by name. */
const inTableOrder = (
  keys: readonly SinkColumn[],
  others: readonly SinkColumn[],
  valueSchema: Schema | null,
): SinkColumn[] => {
  const left = new Map([...keys, ...others].map((one) => [one.name, one]))
  const ordered: SinkColumn[] = []
  const take = (name: string): void => {
    const found = left.get(name)
    if (found === undefined) return
    ordered.push(found)
    left.delete(name)
  }
  for (const name of KAFKA_COLUMNS) take(name)
  if (valueSchema?.type === 'string') for (const { name } of others) take(name)
  for (const { name } of valueSchema?.fields ?? []) take(name)
  for (const name of [...left.keys()].sort()) take(name)
  return ordered
}

const listText = (names: readonly string[]): string => `[${names.join(', ')}]`
