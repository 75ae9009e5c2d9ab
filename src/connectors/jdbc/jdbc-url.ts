import { ConfigError } from '../../plugin/errors.ts'

export interface JdbcUrl {
  /** What stands behind `jdbc:`, such as `postgresql`. */
  readonly subprotocol: string
  /** Empty for files and for the driver's default. */
  readonly hosts: readonly { readonly host: string; readonly port: number | null }[]
  /** Database, or path of a file. */
  readonly database: string
  /** In the order written; names as written. */
  readonly parameters: ReadonlyMap<string, string>
}

/**
 * Reads `jdbc:SUBPROTOCOL://host:port,host2/database?name=value&...`, and `jdbc:sqlite:path?name=value`.
 * @throws ConfigError that shows no more of the URL than its beginning: passwords may stand behind it
 */
export const parseJdbcUrl = (url: string): JdbcUrl => {
  const match = /^jdbc:([a-z0-9]+):(.*)$/is.exec(url)
  if (match === null) throw new ConfigError(`Not a valid JDBC URL: ${withoutSecrets(url)}`)
  const subprotocol = (match[1] ?? '').toLowerCase()
  const rest = match[2] ?? ''
  const question = rest.indexOf('?')
  const place = question < 0 ? rest : rest.slice(0, question)
  const parameters = new Map<string, string>()
  if (question >= 0) {
    for (const pair of rest.slice(question + 1).split('&')) {
      if (pair === '') continue
      const equals = pair.indexOf('=')
      parameters.set(
        decode(equals < 0 ? pair : pair.slice(0, equals)),
        equals < 0 ? '' : decode(pair.slice(equals + 1)),
      )
    }
  }
  if (subprotocol === 'sqlite') return { subprotocol, hosts: [], database: place, parameters }
  // MariaDB and MySQL allow a failover mode behind the subprotocol: `jdbc:mariadb:replication://`.
  const server = /^(?:[a-z0-9+]+:)?\/\/([^/]*)(?:\/(.*))?$/is.exec(place)
  if (server === null) return { subprotocol, hosts: [], database: decode(place), parameters }
  return { subprotocol, hosts: hostsOf(server[1] ?? ''), database: decode(server[2] ?? ''), parameters }
}

/** The URL without its parameters' values and without `user:password@`, for messages. */
export const withoutSecrets = (url: string): string =>
  url.replace(/\/\/[^/@]*@/, '//').replace(/([?&;][^=&;]*(?:pass|secret|key|token)[^=&;]*=)[^&;]*/gi, '$1[hidden]')

const hostsOf = (text: string) =>
  text
    .slice(text.lastIndexOf('@') + 1)
    .split(',')
    .filter((host) => host !== '')
    .map((part) => {
      const match = /^(?:\[([^\]]+)\]|([^:]*))(?::(\d+))?$/.exec(part)
      if (match === null) throw new ConfigError(`Not a valid JDBC URL: "${part}" is no host and port`)
      return { host: match[1] ?? match[2] ?? '', port: match[3] === undefined ? null : Number(match[3]) }
    })

const decode = (text: string): string => {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}
