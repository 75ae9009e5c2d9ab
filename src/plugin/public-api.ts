/** What an author of a connector, converter, transform or predicate imports: `import { defineSource } from 'connect-standalone'`. */
export type {
  ConfigDef,
  ConfigKey,
  ConfigOf,
  ConfigProblem,
  ConfigType,
  RawConfig,
  Validator,
} from '../config/define.ts'
export { defineConfig, Password } from '../config/define.ts'
export { atLeast, between, nonEmpty, oneOf, oneOfIgnoreCase } from '../config/validators.ts'
export type { Header, Headers } from '../data/headers.ts'
export { NO_HEADERS } from '../data/headers.ts'
export type { Field, Schema, SchemaAndValue, SchemaType } from '../data/schema.ts'
export { Decimal, Struct, TypedNumber } from '../data/values.ts'
export type {
  ConnectorContext,
  ConnectorDefinition,
  ErrantRecordReporter,
  RecordMetadata,
  RunningConnector,
  SinkDefinition,
  SinkOffsets,
  SinkTask,
  SinkTaskContext,
  SourceDefinition,
  SourceTask,
  SourceTaskContext,
  TaskContext,
  TopicPartition,
} from './connector.ts'
export { defineSink, defineSource, partitionKey } from './connector.ts'
export type {
  Converter,
  ConverterDefinition,
  ConverterRole,
  HeaderConverter,
  TextWriter,
  ValueWriter,
} from './converter.ts'
export { defineConverter } from './converter.ts'
export { ConfigError, ConnectError, DataError, RetriableError } from './errors.ts'
export type { LogFields, Logger, LogLevel } from './logger.ts'
export type { ConnectRecord, OffsetFields, SinkRecord, SourceRecord, TimestampType } from './record.ts'
export type { Polled, TextBlock } from './text-block.ts'
export type { Predicate, PredicateDefinition, Transform, TransformDefinition } from './transform.ts'
export { definePredicate, defineTransform } from './transform.ts'
