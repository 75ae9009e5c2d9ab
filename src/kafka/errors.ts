import type { ConnectionSettings } from './connection-settings.ts'

/**
 * What went wrong between us and Kafka. A code that a broker sent has Kafka's name for it (`TOPIC_AUTHORIZATION_FAILED`);
 * the others are ours, see {@link LocalErrorCode}.
 */
export class KafkaError extends Error {
  override readonly name = 'KafkaError'
  readonly code: string
  /** Whether the same may work later. Default false. */
  readonly retriable: boolean
  constructor(
    code: LocalErrorCode | (string & {}),
    message: string,
    options: { readonly retriable?: boolean; readonly cause?: unknown } = {},
  ) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause })
    this.code = code
    this.retriable = options.retriable ?? false
  }
}

export type LocalErrorCode =
  /** No TCP or TLS connection could be made, or an existing one broke. */
  | 'CONNECTION_FAILED'
  /** The broker did not answer in time. */
  | 'REQUEST_TIMED_OUT'
  /** None of the bootstrap servers could be reached in time. */
  | 'NO_BROKER_REACHABLE'
  /** Wrong or missing credentials. */
  | 'AUTHENTICATION_FAILED'
  /** The two sides do not trust each other's certificates, or do not agree on a TLS version. */
  | 'TLS_FAILED'
  /** The cluster does not list a broker with this id (now). */
  | 'BROKER_NOT_FOUND'
  /** The broker is too old or too new for a request. */
  | 'UNSUPPORTED_VERSION'
  /** This client was closed. */
  | 'CLIENT_CLOSED'
  /** An error that has none of these causes. */
  | 'UNKNOWN'

const TOO_LARGE: readonly string[] = ['RECORD_TOO_LARGE', 'MESSAGE_TOO_LARGE', 'RECORD_LIST_TOO_LARGE']

/** Whether a record was refused for its size: by the producer's `max.request.size`, or by the brokers. */
export const isTooLarge = (error: unknown): boolean => error instanceof KafkaError && TOO_LARGE.includes(error.code)

/** The members of kafkajs's errors that tell what happened. */
interface KafkajsErrorLike extends Error {
  readonly type?: string
  readonly code?: string | number
  readonly retriable?: boolean
  readonly broker?: string
}

/** Turns whatever kafkajs or Node threw into a {@link KafkaError}. `doing`: what was tried, as in "find the coordinator". */
export const toKafkaError = (thrown: unknown, doing: string, broker?: string): KafkaError => {
  if (thrown instanceof KafkaError) return thrown
  const error = rootOf(thrown)
  const where = error.broker ?? broker
  const { code, retriable } = classify(error)
  const at = where === undefined ? '' : ` (broker ${where})`
  return new KafkaError(code, `Could not ${doing}${at}: ${error.message}${hintFor(code, error)}`, {
    retriable,
    cause: thrown,
  })
}

/** kafkajs wraps the error that ended its retries; what matters is inside. */
const rootOf = (thrown: unknown): KafkajsErrorLike => {
  let error: KafkajsErrorLike = thrown instanceof Error ? thrown : new Error(String(thrown))
  for (let depth = 0; depth < 5 && isWrapper(error); depth++) error = error.cause as KafkajsErrorLike
  // kafkajs collects the errors of single topics in one; the first tells enough.
  const [first] = (error as { errors?: readonly KafkajsErrorLike[] }).errors ?? []
  return first ?? error
}

const isWrapper = (error: KafkajsErrorLike): boolean =>
  (error.name === 'KafkaJSNumberOfRetriesExceeded' || error.name === 'KafkaJSNonRetriableError') &&
  error.cause instanceof Error

const classify = (error: KafkajsErrorLike): { code: string; retriable: boolean } => {
  if (error.type !== undefined && error.type !== 'UNKNOWN')
    return { code: error.type, retriable: error.retriable === true }
  if (isTlsProblem(error)) return { code: 'TLS_FAILED', retriable: false }
  switch (error.name) {
    case 'KafkaJSConnectionError':
    case 'KafkaJSConnectionClosedError':
    case 'KafkaJSLockTimeout':
      return { code: 'CONNECTION_FAILED', retriable: true }
    case 'KafkaJSRequestTimeoutError':
    case 'KafkaJSTimeout':
      return { code: 'REQUEST_TIMED_OUT', retriable: true }
    case 'KafkaJSSASLAuthenticationError':
      return { code: 'AUTHENTICATION_FAILED', retriable: false }
    case 'KafkaJSBrokerNotFound':
    case 'KafkaJSMetadataNotLoaded':
    case 'KafkaJSTopicMetadataNotLoaded':
    case 'KafkaJSGroupCoordinatorNotFound':
      return { code: 'BROKER_NOT_FOUND', retriable: true }
    case 'KafkaJSServerDoesNotSupportApiKey':
    case 'KafkaJSNotImplemented':
      return { code: 'UNSUPPORTED_VERSION', retriable: false }
    default:
      return { code: 'UNKNOWN', retriable: error.retriable === true }
  }
}

const isTlsProblem = ({ code, message }: KafkajsErrorLike): boolean =>
  (typeof code === 'string' &&
    /^(ERR_TLS|ERR_SSL|ERR_OSSL|CERT_|EPROTO$|DEPTH_ZERO|SELF_SIGNED|UNABLE_TO_)/.test(code)) ||
  /certificate|SSL routines|tlsv1 alert|Hostname\/IP does not match/i.test(message)

const hintFor = (code: string, { message }: KafkajsErrorLike): string => {
  if (code === 'TLS_FAILED') return '. Check ssl.truststore.*, ssl.keystore.* and ssl.endpoint.identification.algorithm'
  if (code === 'AUTHENTICATION_FAILED' || code === 'SASL_AUTHENTICATION_FAILED') {
    return '. Check sasl.mechanism and sasl.jaas.config'
  }
  if (code === 'CONNECTION_FAILED' && /closed/i.test(message)) {
    return '. If this repeats, check that security.protocol is what this listener expects'
  }
  return ''
}

/** For a start that reached nobody: says where we looked, what to check, and what the last attempt met with. */
export const noBrokerReachable = (settings: ConnectionSettings, waitedMs: number, last: KafkaError): KafkaError =>
  new KafkaError(
    'NO_BROKER_REACHABLE',
    `No broker could be reached at bootstrap.servers=${settings.bootstrapServers.join(',')} within ${waitedMs} ms ` +
      `(client ${settings.clientId}). Check that the addresses are right, that the brokers run and can be reached from ` +
      `this machine, and that security.protocol=${settings.securityProtocol} is what their listener expects. ` +
      `Last error: ${last.message}`,
    { retriable: true, cause: last },
  )

export const clientClosed = (clientId: string): KafkaError =>
  new KafkaError('CLIENT_CLOSED', `Client ${clientId} was closed`, { retriable: false })
