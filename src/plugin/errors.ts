/** Something that is wrong with a record, a config or a target and will not get better by trying again. */
export class ConnectError extends Error {
  override readonly name: string = 'ConnectException'
}

/** Data that does not fit its schema or its format. */
export class DataError extends ConnectError {
  override readonly name = 'DataException'
}

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
      return `org.apache.kafka.connect.errors.${error.name}`
    case 'ConfigException':
      return 'org.apache.kafka.common.config.ConfigException'
    default:
      return error.name
  }
}
