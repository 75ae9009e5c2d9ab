/** Where the development broker listens, as it stands on the command line or in `bootstrap.servers`. */
export interface BrokerAddress {
  /** IPv6 without brackets. `localhost` has become 127.0.0.1, so that it does not depend on this machine's names. */
  readonly host: string
  /** 0: whichever is free. */
  readonly port: number
}

/** Where Kafka's clients look first. */
export const DEFAULT_ADDRESS: BrokerAddress = { host: '127.0.0.1', port: 9092 }

const ADDRESS = /^(?:(\[[0-9a-fA-F:.%\w]+\]|[\w.-]*):)?(\d{1,5})$/

/** `HOST:PORT`, `[IPv6]:PORT`, `:PORT` or `PORT`. @returns undefined for anything else, a file's name for example */
export const parseBrokerAddress = (text: string): BrokerAddress | undefined => {
  const [, host = '', port = ''] = ADDRESS.exec(text.trim()) ?? []
  if (port === '' || Number(port) > 65_535) return undefined
  return { host: hostOf(host), port: Number(port) }
}

const hostOf = (written: string): string => {
  const host = written.replace(/^\[(.*)\]$/, '$1')
  return host === '' || host.toLowerCase() === 'localhost' ? DEFAULT_ADDRESS.host : host
}

export const isLoopback = (host: string): boolean => host === '::1' || /^127(?:\.\d{1,3}){3}$/.test(host)

/** All addresses of this machine. */
export const isWildcard = (host: string): boolean => host === '0.0.0.0' || host === '::'

/** Whether who looks for `wanted` finds a broker that listens on `listening`. */
export const reaches = (wanted: BrokerAddress, listening: BrokerAddress): boolean =>
  wanted.port === listening.port &&
  (wanted.host === listening.host ||
    (isLoopback(wanted.host) && (isLoopback(listening.host) || isWildcard(listening.host))))

export const addressText = ({ host, port }: BrokerAddress): string =>
  `${host.includes(':') ? `[${host}]` : host}:${port}`
