import type { ConfigOf, RawConfig } from '../config/define.ts'
import { PRODUCER_KEYS } from './client-keys.ts'
import { connectionSettings, failOn, parseClient, safe, unsupported, type WithWarnings } from './client-settings.ts'
import type { ConnectionSettings } from './connection-settings.ts'

/** Times are in milliseconds, sizes in bytes; time-outs are at most `Number.MAX_SAFE_INTEGER`. */
export interface ProducerSettings {
  readonly connection: ConnectionSettings
  /** -1: all in-sync replicas. */
  readonly acks: -1 | 0 | 1
  readonly batchSize: number
  readonly lingerMs: number
  readonly bufferMemory: number
  readonly maxRequestSize: number
  readonly maxBlockMs: number
  readonly deliveryTimeoutMs: number
  readonly requestTimeoutMs: number
  readonly maxInFlight: number
  readonly idempotence: boolean
  readonly retries: number
  readonly retryBackoffMs: number
  readonly retryBackoffMaxMs: number
  readonly metadataMaxAgeMs: number
  readonly ignoreKeys: boolean
  readonly compression: Compression
}

/** `level` null: the codec has none, or its own default is wanted. */
export interface Compression {
  readonly codec: 'none' | 'gzip' | 'snappy' | 'lz4' | 'zstd'
  readonly level: number | null
}

/** @throws ConfigParseError with every problem, in Apache Kafka's wording */
export const producerSettings = (raw: RawConfig): WithWarnings<ProducerSettings> => {
  const { values, warnings, problems } = parseClient('producer', PRODUCER_KEYS, raw)
  const whole = (message: string) => problems.push({ key: '', value: null, message })
  const connection = connectionSettings(values, problems, 'producer', true)
  const explicit = (key: string) => raw[key] !== undefined && raw[key] !== null
  const idempotence = wantsIdempotence(values, explicit, whole)
  const requestMs = safe(values['request.timeout.ms'])
  const lingerMs = Math.min(safe(values['linger.ms']), 2 ** 31 - 1)
  const delivery = values['delivery.timeout.ms']
  if (delivery < lingerMs + requestMs && explicit('delivery.timeout.ms')) {
    whole('delivery.timeout.ms should be equal to or larger than linger.ms + request.timeout.ms')
  }
  if (values['transactional.id'] !== null) warnings.push(unsupported('producer', 'transactional.id'))
  if (values['partitioner.class'] !== null) {
    warnings.push(`${unsupported('producer', 'partitioner.class')}: the default partitioner is used`)
  }
  failOn(problems)
  return {
    warnings,
    settings: {
      connection,
      acks: values.acks === 'all' ? -1 : (Number(values.acks) as -1 | 0 | 1),
      batchSize: values['batch.size'],
      lingerMs,
      bufferMemory: safe(values['buffer.memory']),
      maxRequestSize: values['max.request.size'],
      maxBlockMs: safe(values['max.block.ms']),
      deliveryTimeoutMs: Math.max(delivery, lingerMs + requestMs),
      requestTimeoutMs: requestMs,
      maxInFlight: values['max.in.flight.requests.per.connection'],
      idempotence,
      retries: values.retries,
      retryBackoffMs: safe(values['retry.backoff.ms']),
      retryBackoffMaxMs: safe(values['retry.backoff.max.ms']),
      metadataMaxAgeMs: safe(values['metadata.max.age.ms']),
      ignoreKeys: values['partitioner.ignore.keys'],
      compression: compressionOf(values),
    },
  }
}

type ProducerValues = ConfigOf<typeof PRODUCER_KEYS>

/** The default gives way to settings it does not go with; asked for explicitly, they are an error. */
const wantsIdempotence = (
  values: ProducerValues,
  explicit: (key: string) => boolean,
  problem: (message: string) => void,
): boolean => {
  if (values['enable.idempotence'] === false) return false
  const insists = explicit('enable.idempotence')
  const inFlight = values['max.in.flight.requests.per.connection']
  if (values.retries === 0) {
    if (insists) problem('Must set retries to non-zero when using the idempotent producer.')
    return false
  }
  if (values.acks !== 'all' && values.acks !== '-1') {
    if (insists) {
      problem(
        'Must set acks to all in order to use the idempotent producer. Otherwise we cannot guarantee idempotence.',
      )
    }
    return false
  }
  if (inFlight > 5) {
    if (insists) {
      problem(
        'To use the idempotent producer, max.in.flight.requests.per.connection must be set to at most 5. ' +
          `Current value is ${inFlight}.`,
      )
    }
    return false
  }
  return true
}

const compressionOf = (values: ProducerValues): Compression => {
  const codec = values['compression.type'] as Compression['codec']
  switch (codec) {
    case 'gzip': {
      const level = values['compression.gzip.level']
      return { codec, level: level === -1 ? null : level }
    }
    case 'lz4':
      return { codec, level: values['compression.lz4.level'] }
    case 'zstd':
      return { codec, level: values['compression.zstd.level'] }
    default:
      return { codec, level: null }
  }
}
