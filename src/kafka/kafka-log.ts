/** What the Kafka clients need of a logger. The worker's own logger fits. */
export interface KafkaLogger {
  warn(message: string, fields?: Readonly<Record<string, unknown>>): void
  info(message: string, fields?: Readonly<Record<string, unknown>>): void
  debug(message: string, fields?: Readonly<Record<string, unknown>>): void
  isEnabled(level: 'debug'): boolean
}

/** One line that kafkajs wants to write. */
export interface KafkajsLogEntry {
  readonly namespace: string
  readonly level: number
  readonly label: string
  readonly log: Readonly<Record<string, unknown>> & { readonly message: unknown }
}

const LEVELS = { nothing: 0, debug: 5 }

/**
 * The level at which kafkajs should talk to us. Whatever it calls an error (refused connections while retrying, leaders
 * not yet elected, groups rebalancing) is either overcome by the retry that follows, or thrown to us and reported there
 * once. So all of it is detail for a debug log, and without one it is not even built.
 */
export const kafkajsLogLevel = (logger: KafkaLogger): number =>
  logger.isEnabled('debug') ? LEVELS.debug : LEVELS.nothing

/** For kafkajs's `logCreator`. Only plain facts are passed on: its entries may hold whole requests and error objects. */
export const logKafkajs =
  (logger: KafkaLogger, clientId: string) =>
  () =>
  ({ namespace, label, log }: KafkajsLogEntry): void => {
    const fields: Record<string, unknown> = { clientId, kafkajs: namespace, severity: label }
    for (const name of SAFE_FIELDS) if (isPlain(log[name])) fields[name] = log[name]
    const { message } = log
    logger.debug(message instanceof Error ? message.message : String(message), fields)
  }

const SAFE_FIELDS = [
  'broker',
  'correlationId',
  'size',
  'error',
  'groupId',
  'nodeId',
  'retryCount',
  'retryTime',
] as const

const isPlain = (value: unknown): boolean => typeof value === 'string' || typeof value === 'number'
