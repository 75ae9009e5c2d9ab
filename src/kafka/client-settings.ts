/** What the settings of all kinds of client have in common. */
import type { ConfigDef, ConfigOf, ConfigProblem, RawConfig } from '../config/define.ts'
import { ConfigParseError, parseConfig } from '../config/parse.ts'
import { type ADMIN_KEYS, type CONSUMER_KEYS, type PRODUCER_KEYS, UNSUPPORTED, WITHOUT_MEANING } from './client-keys.ts'
import type { ConnectionSettings, SecurityProtocol } from './connection-settings.ts'
import { parseAddress } from './connection-settings.ts'
import { saslSettings } from './sasl-settings.ts'
import { tlsOptions } from './tls-options.ts'

/** `warnings`: sentences about what was given and has no effect here, each key once. */
export interface WithWarnings<T> {
  readonly settings: T
  readonly warnings: readonly string[]
}

export type ClientKind = 'producer' | 'consumer' | 'admin'

/** Values by definition; warnings about keys that have no effect; problems, to which more may be added. */
export const parseClient = <const D extends ConfigDef>(kind: ClientKind, definition: D, raw: RawConfig) => {
  const parsed = parseConfig(definition, withoutNulls(raw))
  const warnings = [...parsed.warnings]
  for (const [key, value] of Object.entries(raw)) {
    if (value === null || WITHOUT_MEANING.has(key)) continue
    if (UNSUPPORTED.has(key) && key !== 'transactional.id') {
      if (value.trim() !== '') warnings.push(unsupported(kind, key))
    } else if (kind !== 'admin' && !Object.hasOwn(definition, key)) {
      warnings.push(`The ${kind} setting ${key} is not known and has no effect`)
    }
  }
  return { values: parsed.values, warnings, problems: [...parsed.problems] }
}

/** A null in a client's config is what a missing key is: its default. */
const withoutNulls = (raw: RawConfig): RawConfig =>
  Object.fromEntries(Object.entries(raw).filter(([, value]) => value !== null))

export const unsupported = (kind: ClientKind, what: string): string =>
  `The ${kind} setting ${what} is not supported here`

/** @throws ConfigParseError with these problems, if there are any */
export const failOn = (problems: readonly ConfigProblem[]): void => {
  if (problems.length > 0) throw new ConfigParseError(problems)
}

/** Java's longs go beyond what a JS number holds exactly; so far away, nobody minds. */
export const safe = (value: number): number => Math.min(value, Number.MAX_SAFE_INTEGER)

/** Adds what is wrong to `problems`. */
export const connectionSettings = (
  values: ConfigOf<typeof ADMIN_KEYS | typeof PRODUCER_KEYS | typeof CONSUMER_KEYS>,
  problems: ConfigProblem[],
  kind: ClientKind,
  allowAutoTopicCreation: boolean,
): ConnectionSettings => {
  const servers = values['bootstrap.servers'] ?? []
  for (const server of servers) {
    if (parseAddress(server) !== undefined) continue
    const what = /:\d+$/.test(server) ? 'port' : 'url'
    problems.push({
      key: 'bootstrap.servers',
      value: server,
      message: `Invalid ${what} in bootstrap.servers: ${server}. Expected HOST:PORT, such as localhost:9092`,
    })
  }
  const securityProtocol = (values['security.protocol'] ?? 'PLAINTEXT').toUpperCase() as SecurityProtocol
  const broken = problems.length > 0
  return {
    bootstrapServers: servers,
    clientId: values['client.id'] || kind,
    securityProtocol,
    // Stores are read only when everything else is well: each problem is reported for what it is.
    ssl: broken || !securityProtocol.endsWith('SSL') ? null : tlsOptions(values, problems),
    sasl: broken || !securityProtocol.startsWith('SASL') ? null : saslSettings(values, problems),
    connectionTimeoutMs: Math.min(safe(values['socket.connection.setup.timeout.ms']), 2 ** 31 - 1),
    requestTimeoutMs: values['request.timeout.ms'],
    reconnectBackoffMs: safe(values['reconnect.backoff.ms']),
    reconnectBackoffMaxMs: safe(values['reconnect.backoff.max.ms']),
    allowAutoTopicCreation,
  }
}
