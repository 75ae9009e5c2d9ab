import { ConfigError } from '../../plugin/errors.ts'
import type { Dialect } from './dialect.ts'
import { mysql } from './dialects/mysql.ts'
import { postgres } from './dialects/postgres.ts'
import { sqlite } from './dialects/sqlite.ts'
import { withoutSecrets } from './jdbc-url.ts'

const DIALECTS: readonly { readonly dialect: Dialect; readonly subprotocols: RegExp }[] = [
  { dialect: postgres, subprotocols: /^postgres(ql)?$/i },
  { dialect: mysql, subprotocols: /^(mysql|mariadb)$/i },
  { dialect: sqlite, subprotocols: /^sqlite$/i },
]

/** Names that `dialect.name` may hold. */
export const DIALECT_NAMES: readonly string[] = DIALECTS.map(({ dialect }) => dialect.name)

/**
 * The dialect of a database.
 * @param name `dialect.name`; empty: by the URL
 * @throws ConfigError when there is none
 */
export const chooseDialect = (url: string, name: string | null = ''): Dialect => {
  if (name !== null && name !== '') {
    const named = DIALECTS.find(({ dialect }) => dialect.name === name)
    if (named === undefined) {
      throw new ConfigError(`Unable to find dialect with name '${name}'; there are ${DIALECT_NAMES.join(', ')}`)
    }
    return named.dialect
  }
  const subprotocol = /^jdbc:([^:]+):/i.exec(url)?.[1]
  if (subprotocol === undefined) throw new ConfigError(`Not a valid JDBC URL: ${withoutSecrets(url)}`)
  const found = DIALECTS.find(({ subprotocols }) => subprotocols.test(subprotocol))
  if (found === undefined) {
    throw new ConfigError(
      `There is no dialect for jdbc:${subprotocol}: URLs; there are jdbc:postgresql:, jdbc:mysql:, jdbc:mariadb: and jdbc:sqlite:`,
    )
  }
  return found.dialect
}
