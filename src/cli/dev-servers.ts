import type { ConfigProblem, RawConfig } from '../config/define.ts'
import {
  addressText,
  type BrokerAddress,
  DEFAULT_ADDRESS,
  isLoopback,
  parseBrokerAddress,
  reaches,
} from './broker-address.ts'

const KEY = 'bootstrap.servers'
/** In the place of servers: the development broker. */
const EMBEDDED = 'embedded'
/** Clients of the worker may have servers of their own. */
const PREFIXES = ['', 'producer.', 'consumer.', 'admin.']

/** What becomes of a worker's `bootstrap.servers`, before anything else is read from its file. */
export type ServersRule = (raw: RawConfig) => { readonly raw: RawConfig; readonly problems: readonly ConfigProblem[] }

/** Whoever asks no broker at all may find `embedded` there. */
export const anyServers: ServersRule = (raw) => ({ raw: replace(raw, DEFAULT_ADDRESS), problems: [] })

/** Without `--dev` nobody would start the development broker. */
export const noDevBroker: ServersRule = (raw) => ({
  raw: replace(raw, DEFAULT_ADDRESS),
  problems: embeddedKeys(raw).map((key) =>
    problem(raw, key, `${key}: '${EMBEDDED}' is the development broker: start it with connect-standalone --dev ...`),
  ),
})

/**
 * The development broker is the only one: it stands in where the file has no servers, or `embedded`. Servers that the file
 * names must be where it listens: a file written for a real cluster is never led elsewhere in silence.
 *
 * @param asked the address that `--dev` was given
 */
export const onlyDevBroker =
  (asked: BrokerAddress | undefined): ServersRule =>
  (raw) => {
    const address = devAddress(raw, asked)
    const problems = PREFIXES.flatMap((prefix) => [
      ...wrongServers(raw, `${prefix}${KEY}`, address),
      ...wrongProtocol(raw, `${prefix}security.protocol`),
    ])
    const free = { ...address, port: address.port || DEFAULT_ADDRESS.port } // takes the place until it is known
    const servers = isBlank(raw[KEY]) ? EMBEDDED : raw[KEY]!
    return { raw: replace(withValues(raw, [KEY], servers), free), problems }
  }

/** Where the broker is to listen: as asked, or where the file looks for it on this machine, or Kafka's usual port. */
export const devAddress = (raw: RawConfig, asked: BrokerAddress | undefined): BrokerAddress => {
  const named = parseServer(raw[KEY] ?? '')
  return asked ?? (named !== undefined && isLoopback(named.host) ? named : DEFAULT_ADDRESS)
}

/** The config with the broker's address, once that is known, in the place of `embedded` and of the same one otherwise spelt. */
export const withDevServers = (raw: RawConfig, bootstrap: string): RawConfig => {
  const own = PREFIXES.map((prefix) => `${prefix}${KEY}`).filter((key) => key === KEY || Object.hasOwn(raw, key))
  return withValues(raw, own, bootstrap)
}

/** On a null prototype, as configs are: keys may have any name. */
const withValues = (raw: RawConfig, keys: readonly string[], value: string): RawConfig => {
  const changed: Record<string, string | null> = Object.assign(Object.create(null), raw)
  for (const key of keys) changed[key] = value
  return changed
}

/** One server, as clients accept it: a protocol may stand before it. */
const parseServer = (text: string): BrokerAddress | undefined =>
  parseBrokerAddress(text.trim().replace(/^[\w.%-]+:\/\//, ''))

const isBlank = (value: string | null | undefined): boolean => (value ?? '').trim() === ''

const isEmbedded = (value: string | null | undefined): boolean => value?.trim().toLowerCase() === EMBEDDED

const embeddedKeys = (raw: RawConfig): string[] =>
  PREFIXES.map((prefix) => `${prefix}${KEY}`).filter((key) => Object.hasOwn(raw, key) && isEmbedded(raw[key]))

const replace = (raw: RawConfig, address: BrokerAddress): RawConfig => {
  const keys = embeddedKeys(raw)
  return keys.length === 0 ? raw : withValues(raw, keys, addressText(address))
}

const wrongServers = (raw: RawConfig, key: string, address: BrokerAddress): ConfigProblem[] => {
  const servers = raw[key]
  if (servers === undefined || servers === null || isBlank(servers) || isEmbedded(servers)) return []
  const named = parseServer(servers)
  if (named !== undefined && reaches(named, address)) return []
  const where = `--dev starts a broker on ${address.port === 0 ? `a free port of ${address.host}` : addressText(address)}`
  const choice = `To use that one, leave ${key} out or set it to '${EMBEDDED}'; to use ${servers.trim()}, leave out --dev`
  return [problem(raw, key, `${key} is ${servers.trim()}, but ${where}. ${choice}`)]
}

const wrongProtocol = (raw: RawConfig, key: string): ConfigProblem[] => {
  const protocol = raw[key]?.trim() ?? 'PLAINTEXT'
  if (protocol.toUpperCase() === 'PLAINTEXT') return []
  return [problem(raw, key, `${key} is ${protocol}, but the broker of --dev only speaks PLAINTEXT: leave it out`)]
}

const problem = (raw: RawConfig, key: string, message: string): ConfigProblem => ({
  key,
  value: raw[key] ?? null,
  message,
})
