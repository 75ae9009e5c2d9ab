/** What our own code makes of a case. */
import { builtins } from '../../src/cli/builtins.ts'
import { parseOrThrow } from '../../src/config/parse.ts'
import { convertNumber, type NumericType } from '../../src/data/convert-number.ts'
import { toBoolean, toDecimal, toTemporal } from '../../src/data/convert-value.ts'
import type { Headers } from '../../src/data/headers.ts'
import { DATE_NAME, TIME_NAME, TIMESTAMP_NAME } from '../../src/data/logical-types.ts'
import { projectValue } from '../../src/data/project-schema.ts'
import { type Schema, type SchemaAndValue, schemaOf } from '../../src/data/schema.ts'
import { toSchemaless } from '../../src/data/schemaless.ts'
import { decodeSchema, decodeSide } from '../../src/data/tagged-json-read.ts'
import { encodeSide } from '../../src/data/tagged-json-write.ts'
import { Struct } from '../../src/data/values.ts'
import { valueText } from '../../src/data/values-text.ts'
import { jvmClassOf } from '../../src/plugin/errors.ts'
import { pluginCatalog } from '../../src/plugin/find-plugins.ts'
import type { PluginRow } from '../../src/plugin/plugin-row.ts'
import type { ConnectRecord } from '../../src/plugin/record.ts'
import { buildChain } from '../../src/runtime/transform-chain.ts'
import { serialise } from '../helpers/serialise.ts'
import type {
  Answer,
  Case,
  ConvertCase,
  ConverterCase,
  ErrorJson,
  Json,
  Outcome,
  ProjectCase,
  RecordJson,
  Side,
  TransformsCase,
} from './case.ts'

/** Each plugin is loaded once: a dynamic import costs milliseconds where sources are compiled on the fly. */
const loadedOnce = (row: PluginRow): PluginRow => {
  let loaded: ReturnType<PluginRow['load']> | undefined
  const load = (): ReturnType<PluginRow['load']> => {
    loaded ??= row.load()
    return loaded
  }
  return { ...row, load } as PluginRow
}

const catalog = pluginCatalog(builtins.map(loadedOnce))

/** @throws what is wrong with the case itself */
export const askOurs = async (each: Case): Promise<Answer> => {
  switch (each.kind) {
    case 'transforms':
      return transforms(each)
    case 'converter':
      return converter(each)
    case 'project':
      return project(each)
    case 'convert':
      return convert(each)
  }
}

const failed = (phase: ErrorJson['phase'], error: unknown): { error: ErrorJson } => {
  const causes: ErrorJson['causes'][number][] = []
  for (let cause = (error as Error).cause; cause instanceof Error; cause = cause.cause) causes.push(describe(cause))
  return { error: { phase, ...describe(error), causes } }
}

const describe = (error: unknown) => ({
  class: jvmClassOf(error),
  message: error instanceof Error ? error.message : String(error),
})

const attempt = (phase: ErrorJson['phase'], run: () => Outcome): Outcome => {
  try {
    return run()
  } catch (error) {
    return failed(phase, error)
  }
}

const transforms = async ({ config, records, sink }: TransformsCase): Promise<Answer> => {
  let chain: Awaited<ReturnType<typeof buildChain>>
  try {
    chain = await buildChain(config, catalog)
  } catch (error) {
    return failed('config', error)
  }
  return records.map((each, index) => {
    let record: ConnectRecord
    try {
      record = decodeRecord(each, sink)
    } catch (error) {
      return failed('input', error)
    }
    const watched = index === 0
    const before = watched ? JSON.stringify(encodeRecord(record)) : ''
    const outcome = attempt('apply', () => {
      const output = chain === null ? record : chain.apply(record)
      return { output: output === null ? null : encodeRecord(output) }
    })
    if (watched && JSON.stringify(encodeRecord(record)) !== before)
      throw new Error('a transform changed its input record')
    return outcome
  })
}

const decodeRecord = (each: RecordJson, sink: boolean): ConnectRecord => {
  const { topic, partition, timestamp, offset } = each
  const key = decodeSide(each.key)
  const value = decodeSide(each.value)
  const headers: Headers = each.headers.map((header) => ({ key: header.key, ...headerSide(decodeSide(header)) }))
  const common = { topic, partition, timestamp, headers, keySchema: key.schema, key: key.value }
  const record = { ...common, valueSchema: value.schema, value: value.value }
  const original = { originalTopic: topic, originalPartition: partition, originalOffset: offset }
  const own = sink ? { offset, timestampType: 'CreateTime', ...original } : { sourcePartition: {}, sourceOffset: {} }
  return { ...record, ...own }
}

/** When a struct is added to a record's headers on the JVM, its schema is, too. */
const headerSide = ({ schema, value }: SchemaAndValue): SchemaAndValue =>
  value instanceof Struct ? { schema: value.schema, value: value.fields } : { schema, value }

const encodeRecord = (record: ConnectRecord): Json =>
  ({
    topic: record.topic,
    partition: record.partition,
    timestamp: record.timestamp,
    ...('offset' in record ? { offset: record.offset } : {}),
    key: encodeSide({ schema: record.keySchema, value: record.key }),
    value: encodeSide({ schema: record.valueSchema, value: record.value }),
    headers: record.headers.map(({ key, schema, value }) => ({ key, ...encodeSide({ schema, value }) })),
  }) as Json

const converter = async (each: ConverterCase): Promise<Answer> => {
  let call: (input: Side | string | null) => Outcome
  try {
    call = await open(each)
  } catch (error) {
    return failed('config', error)
  }
  return each.inputs.map((input) => attempt('convert', () => call(input)))
}

const open = async ({ converter: className, role, config, op }: ConverterCase) => {
  const row = catalog.find(role === 'header' ? 'header_converter' : 'converter', className)
  if (row === undefined) throw new Error(`no converter ${className} for ${role}s`)
  const definition = await row.load()
  const settings = parseOrThrow(definition.config, { ...config, 'converter.type': role })
  const headers = role === 'header' ? definition.createHeader?.(settings) : undefined
  const values = role === 'header' ? undefined : definition.create?.(settings, role)
  const write = (schema: Schema | null, value: unknown) =>
    headers === undefined
      ? serialise(values!, schema, value)
      : headers.fromConnectHeader('topic', 'header', schema, value)
  const read = (bytes: Buffer | null): SchemaAndValue =>
    headers === undefined
      ? values!.toConnect('topic', bytes)
      : (headers.toConnectHeader('topic', 'header', bytes) ?? { schema: null, value: null })
  if (op === 'fromConnect') {
    return (input: Side | string | null): Outcome => {
      const { schema, value } = decodeSide(input as Side)
      const bytes = write(schema, value)
      return { bytes: bytes === null ? null : Buffer.from(bytes as string).toString('base64') }
    }
  }
  return (input: Side | string | null): Outcome => ({
    result: encodeSide(read(input === null ? null : Buffer.from(input as string, 'base64'))) as Json,
  })
}

const project = (each: ProjectCase): Outcome => {
  const source = decodeSide(each)
  const target = decodeSchema(each.target)!
  return attempt('convert', () => ({
    result: encodeSide({ schema: target, value: projectValue(source.schema!, source.value, target) }) as Json,
  }))
}

const convert = (each: ConvertCase): Outcome => {
  const { schema, value } = decodeSide(each)
  return attempt('convert', () => ({
    result: encodeSide({ schema: null, value: converted(each.to, schema, value) }) as Json,
  }))
}

const converted = (to: string, schema: Schema | null, value: unknown): unknown => {
  switch (to) {
    case 'boolean':
      return toBoolean(schema, value)
    case 'string':
      return valueText(value, schema)
    case 'date':
      return toTemporal(DATE_NAME, schema, value)
    case 'time':
      return toTemporal(TIME_NAME, schema, value)
    case 'timestamp':
      return toTemporal(TIMESTAMP_NAME, schema, value)
    case 'decimal':
      return toDecimal(schema, value, 2)
    default: {
      if (value === null) return null
      const type = to as NumericType
      return toSchemaless(schemaOf({ type }), convertNumber(type, schema, value))
    }
  }
}
