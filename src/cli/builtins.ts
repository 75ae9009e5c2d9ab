import type { PluginRow } from '../plugin/plugin-row.ts'

/** The version that built-in plugins show: that of the Apache Kafka whose behaviour they have. */
export const KAFKA_VERSION = '4.3.1'

const version = KAFKA_VERSION

/** The version of Confluent's connectors whose behaviour the JDBC connectors have. */
const JDBC_VERSION = '10.9.0'
const DEBEZIUM_VERSION = '3.6.0'

const CONVERTERS = 'org.apache.kafka.connect.converters'
const STORAGE = 'org.apache.kafka.connect.storage'

type ConverterLoader = Extract<PluginRow, { kind: 'converter' }>['load']

/** All of them serve for headers as well. */
const converter = (className: string, load: ConverterLoader): PluginRow[] => [
  { kind: 'converter', className, version, load },
  { kind: 'header_converter', className, version, load },
]

const TRANSFORMS = 'org.apache.kafka.connect.transforms'

type TransformLoader = Extract<PluginRow, { kind: 'transformation' }>['load']
type PredicateLoader = Extract<PluginRow, { kind: 'predicate' }>['load']

const transform = (name: string, load: TransformLoader): PluginRow => ({
  kind: 'transformation',
  className: `${TRANSFORMS}.${name}`,
  version,
  load,
})

/** The variants for keys and for values of one transform. */
const twoSided = (name: string, key: TransformLoader, value: TransformLoader): PluginRow[] => [
  transform(`${name}$Key`, key),
  transform(`${name}$Value`, value),
]

const predicate = (name: string, load: PredicateLoader): PluginRow => ({
  kind: 'predicate',
  className: `${TRANSFORMS}.predicates.${name}`,
  version,
  load,
})

/** What ships with the program. Nothing is loaded before a config names it. */
export const builtins: readonly PluginRow[] = [
  {
    kind: 'source',
    className: 'org.apache.kafka.connect.file.FileStreamSourceConnector',
    version,
    load: async () => (await import('../connectors/file/file-source.ts')).fileSource,
  },
  {
    kind: 'sink',
    className: 'org.apache.kafka.connect.file.FileStreamSinkConnector',
    version,
    load: async () => (await import('../connectors/file/file-sink.ts')).fileSink,
  },
  {
    kind: 'source',
    className: 'io.confluent.connect.jdbc.JdbcSourceConnector',
    version: JDBC_VERSION,
    aliases: ['JdbcSourceConnector', 'JdbcSource'],
    load: async () => (await import('../connectors/jdbc/source/jdbc-sources.ts')).confluentJdbcSource,
  },
  {
    kind: 'source',
    className: 'io.aiven.connect.jdbc.JdbcSourceConnector',
    version: JDBC_VERSION,
    load: async () => (await import('../connectors/jdbc/source/jdbc-sources.ts')).aivenJdbcSource,
  },
  {
    kind: 'sink',
    className: 'io.confluent.connect.jdbc.JdbcSinkConnector',
    version: JDBC_VERSION,
    aliases: ['JdbcSinkConnector', 'JdbcSink'],
    load: async () => (await import('../connectors/jdbc/sink/jdbc-sinks.ts')).confluentJdbcSink,
  },
  {
    kind: 'sink',
    className: 'io.aiven.connect.jdbc.JdbcSinkConnector',
    version: JDBC_VERSION,
    load: async () => (await import('../connectors/jdbc/sink/jdbc-sinks.ts')).aivenJdbcSink,
  },
  {
    kind: 'sink',
    className: 'io.debezium.connector.jdbc.JdbcSinkConnector',
    version: DEBEZIUM_VERSION,
    load: async () => (await import('../connectors/jdbc/sink/debezium/debezium-sink.ts')).debeziumJdbcSink,
  },
  ...converter(`${STORAGE}.StringConverter`, async () => (await import('../converters/string.ts')).stringConverter),
  ...converter(
    'org.apache.kafka.connect.json.JsonConverter',
    async () => (await import('../converters/json.ts')).jsonConverter,
  ),
  ...converter(
    `${CONVERTERS}.ByteArrayConverter`,
    async () => (await import('../converters/byte-array.ts')).byteArrayConverter,
  ),
  ...converter(
    `${CONVERTERS}.BooleanConverter`,
    async () => (await import('../converters/boolean.ts')).booleanConverter,
  ),
  ...converter(`${CONVERTERS}.ShortConverter`, async () => (await import('../converters/number.ts')).shortConverter),
  ...converter(
    `${CONVERTERS}.IntegerConverter`,
    async () => (await import('../converters/number.ts')).integerConverter,
  ),
  ...converter(`${CONVERTERS}.LongConverter`, async () => (await import('../converters/number.ts')).longConverter),
  ...converter(`${CONVERTERS}.FloatConverter`, async () => (await import('../converters/number.ts')).floatConverter),
  ...converter(`${CONVERTERS}.DoubleConverter`, async () => (await import('../converters/number.ts')).doubleConverter),
  {
    kind: 'header_converter',
    className: `${STORAGE}.SimpleHeaderConverter`,
    version,
    load: async () => (await import('../converters/simple-header.ts')).simpleHeaderConverter,
  },
  ...twoSided(
    'Cast',
    async () => (await import('../transforms/cast.ts')).castKey,
    async () => (await import('../transforms/cast.ts')).castValue,
  ),
  ...twoSided(
    'ExtractField',
    async () => (await import('../transforms/extract-field.ts')).extractFieldKey,
    async () => (await import('../transforms/extract-field.ts')).extractFieldValue,
  ),
  ...twoSided(
    'Flatten',
    async () => (await import('../transforms/flatten.ts')).flattenKey,
    async () => (await import('../transforms/flatten.ts')).flattenValue,
  ),
  ...twoSided(
    'HeaderFrom',
    async () => (await import('../transforms/header-from.ts')).headerFromKey,
    async () => (await import('../transforms/header-from.ts')).headerFromValue,
  ),
  ...twoSided(
    'HoistField',
    async () => (await import('../transforms/hoist-field.ts')).hoistFieldKey,
    async () => (await import('../transforms/hoist-field.ts')).hoistFieldValue,
  ),
  ...twoSided(
    'InsertField',
    async () => (await import('../transforms/insert-field.ts')).insertFieldKey,
    async () => (await import('../transforms/insert-field.ts')).insertFieldValue,
  ),
  ...twoSided(
    'MaskField',
    async () => (await import('../transforms/mask-field.ts')).maskFieldKey,
    async () => (await import('../transforms/mask-field.ts')).maskFieldValue,
  ),
  ...twoSided(
    'ReplaceField',
    async () => (await import('../transforms/replace-field.ts')).replaceFieldKey,
    async () => (await import('../transforms/replace-field.ts')).replaceFieldValue,
  ),
  ...twoSided(
    'SetSchemaMetadata',
    async () => (await import('../transforms/set-schema-metadata.ts')).setSchemaMetadataKey,
    async () => (await import('../transforms/set-schema-metadata.ts')).setSchemaMetadataValue,
  ),
  ...twoSided(
    'TimestampConverter',
    async () => (await import('../transforms/timestamp-converter.ts')).timestampConverterKey,
    async () => (await import('../transforms/timestamp-converter.ts')).timestampConverterValue,
  ),
  transform('DropHeaders', async () => (await import('../transforms/drop-headers.ts')).dropHeaders),
  transform('Filter', async () => (await import('../transforms/filter.ts')).filter),
  transform('InsertHeader', async () => (await import('../transforms/insert-header.ts')).insertHeader),
  transform('RegexRouter', async () => (await import('../transforms/regex-router.ts')).regexRouter),
  transform('TimestampRouter', async () => (await import('../transforms/timestamp-router.ts')).timestampRouter),
  transform('ValueToKey', async () => (await import('../transforms/value-to-key.ts')).valueToKey),
  predicate('HasHeaderKey', async () => (await import('../transforms/predicates/has-header-key.ts')).hasHeaderKey),
  predicate(
    'RecordIsTombstone',
    async () => (await import('../transforms/predicates/record-is-tombstone.ts')).recordIsTombstone,
  ),
  predicate(
    'TopicNameMatches',
    async () => (await import('../transforms/predicates/topic-name-matches.ts')).topicNameMatches,
  ),
]
