import { ConnectError } from '../data/errors.ts'

export { ConnectError, DataError } from '../data/errors.ts'

/** A config that cannot be used. `message` is shown to the user as it is. */
export class ConfigError extends ConnectError {
  override readonly name = 'ConfigException'
}

/**
 * Trying the same again later may work. From `put`: the same records are delivered again. From `poll`: treated as an
 * empty poll. From a transform or converter: retried within `errors.retry.timeout`.
 */
export class RetriableError extends ConnectError {
  override readonly name = 'RetriableException'
}

/** The fully qualified JVM name, as dead letter queue headers and traces show it. */
export const jvmClassOf = (error: unknown): string => {
  if (!(error instanceof Error)) return 'java.lang.RuntimeException'
  switch (error.name) {
    case 'ConnectException':
    case 'DataException':
    case 'RetriableException':
    case 'SchemaBuilderException':
    case 'SchemaProjectorException':
      return `org.apache.kafka.connect.errors.${error.name}`
    case 'SerializationException':
      return 'org.apache.kafka.common.errors.SerializationException'
    case 'ConfigException':
      return 'org.apache.kafka.common.config.ConfigException'
    default:
      return error.name
  }
}
