import type { ConfigProblem, RawConfig } from '../../../config/define.ts'
import { chooseDialect } from '../choose-dialect.ts'
import type { AivenSourceConfig } from './aiven-source-config.ts'
import { queryRefusal } from './check-query.ts'
import type { ConfluentSourceConfig } from './confluent-source-config.ts'
import { confluentSettings } from './source-settings.ts'

const problem = (key: string, message: string, value: string | null = null): ConfigProblem => ({ key, value, message })

const LEGACY = ['table.whitelist', 'table.blacklist', 'timestamp.column.name', 'incrementing.column.name'] as const
const NEWER = [
  'table.include.list',
  'table.exclude.list',
  'timestamp.columns.mapping',
  'incrementing.column.mapping',
] as const
const FILTERS = ['table.whitelist', 'table.blacklist', 'table.include.list', 'table.exclude.list'] as const

const isSet = (value: unknown): boolean => (Array.isArray(value) ? value.some((each) => each !== '') : value !== '')

/** What Confluent's connector says of settings that do not go together: the first thing that is wrong. */
export const checkConfluent = async (
  settings: ConfluentSourceConfig,
  raw: RawConfig,
): Promise<readonly ConfigProblem[]> => {
  const found = firstProblem(settings) ?? checkDialect(settings) ?? (await askForQuery(settings, raw))
  return [...found, ...checkOurs(settings)]
}

/** The database knows best whether a query is right: it is asked, if it is there. */
const askForQuery = async (settings: ConfluentSourceConfig, raw: RawConfig): Promise<ConfigProblem[]> => {
  const source = confluentSettings(settings, raw)
  const refusal = source.query === null ? undefined : await queryRefusal(source)
  return refusal === undefined ? [] : [problem(queryKey(settings), refusal)]
}

const queryKey = (settings: ConfluentSourceConfig): string => (settings.query === '' ? 'query.masked' : 'query')

const firstProblem = (settings: ConfluentSourceConfig): ConfigProblem[] | undefined => {
  const isolation = settings['transaction.isolation.mode'].toUpperCase()
  if (isolation === 'SQL_SERVER_SNAPSHOT') {
    return [
      problem(
        'transaction.isolation.mode',
        'Isolation mode of `SQL_SERVER_SNAPSHOT` can only be configured with a Sql Server Dialect',
      ),
    ]
  }
  const hasQuery = settings.query !== '' || (settings['query.masked']?.value ?? '') !== ''
  return (
    checkMixture(settings, hasQuery) ??
    checkQuery(settings, hasQuery) ??
    checkColumnOfQuery(settings, hasQuery) ??
    checkNewer(settings)
  )
}

const checkMixture = (settings: ConfluentSourceConfig, hasQuery: boolean): ConfigProblem[] | undefined => {
  const legacy = LEGACY.filter((key) => isSet(settings[key]))
  const newer = NEWER.filter((key) => isSet(settings[key]))
  if (hasQuery || legacy.length === 0 || newer.length === 0) return undefined
  const message =
    'Cannot mix legacy and new configuration approaches. Legacy configurations (table.whitelist, table.blacklist, ' +
    'timestamp.column.name, incrementing.column.name) cannot be used together with new configurations ' +
    '(table.include.list, table.exclude.list, timestamp.columns.mapping, incrementing.column.mapping). Please choose one ' +
    'approach: either use all legacy configurations or all new configurations.'
  return [...legacy, ...newer].map((key) => problem(key, message))
}

const checkQuery = (settings: ConfluentSourceConfig, hasQuery: boolean): ConfigProblem[] | undefined => {
  const masked = settings['query.masked']?.value ?? ''
  if (settings.query !== '' && masked !== '') {
    const message =
      "Both 'query' and 'query.masked' configs cannot be set at the same time. Please use only one of them."
    return [problem('query', message), problem('query.masked', message)]
  }
  const filters = FILTERS.filter((key) => isSet(settings[key]))
  if (hasQuery && filters.length > 0) {
    const message =
      "Do not specify table filtering configs with 'query'. Remove table.whitelist / table.blacklist / " +
      "table.include.list / table.exclude.list when using query mode or 'query' when using table filtering mode."
    return ['query', 'query.masked', ...filters].map((key) => problem(key, message))
  }
  const key = queryKey(settings)
  // WITH as well: what is appended to a query fits behind it just so.
  if (hasQuery && !/^\s*(SELECT|WITH)\b/i.test(settings.query || masked)) {
    return [
      problem(
        key,
        `Only SELECT statements are supported for '${key}'. Please provide a statement that starts with SELECT.`,
      ),
    ]
  }
  if (settings['table.whitelist'].length > 0 && settings['table.blacklist'].length > 0) {
    const message = 'table.whitelist and table.blacklist are exclusive.'
    return [problem('table.whitelist', message), problem('table.blacklist', message)]
  }
  return undefined
}

/** A query has no table whose numbered column could be looked up. */
const checkColumnOfQuery = (settings: ConfluentSourceConfig, hasQuery: boolean): ConfigProblem[] | undefined => {
  const key = 'incrementing.column.name'
  if (!hasQuery || !settings.mode.includes('incrementing') || settings[key].trim() !== '') return undefined
  const message =
    `'${key}' must be provided when using mode 'incrementing' or 'timestamp+incrementing' with a custom query. The ` +
    'incrementing column cannot be auto-discovered in query mode because there is no table to inspect. Note that ' +
    "'incrementing.column.mapping' is not applied in query mode (it maps columns by table-name regex, and a custom query has " +
    `no underlying table to match), so '${key}' must be set explicitly.`
  return [problem(key, message)]
}

const checkNewer = (settings: ConfluentSourceConfig): ConfigProblem[] | undefined => {
  if (settings['table.exclude.list'].length > 0 && settings['table.include.list'].length === 0) {
    return [
      problem(
        'table.exclude.list',
        'table.exclude.list cannot be used without table.include.list. Exclude list only applies to tables that match the include list.',
      ),
    ]
  }
  if (!NEWER.some((key) => isSet(settings[key]))) return undefined
  return (
    checkMapping('Timestamp', 'timestamp.columns.mapping', 'timestamp', settings) ??
    checkMapping('Incrementing', 'incrementing.column.mapping', 'incrementing', settings)
  )
}

const checkMapping = (
  what: string,
  key: 'timestamp.columns.mapping' | 'incrementing.column.mapping',
  mode: 'timestamp' | 'incrementing',
  settings: ConfluentSourceConfig,
): ConfigProblem[] | undefined => {
  const needed = settings.mode.split('+').includes(mode)
  const given = settings[key].length > 0
  if (needed === given) return undefined
  const modes = `'${mode}' or 'timestamp+incrementing'`
  return [
    problem(
      'mode',
      needed
        ? `${what} column configuration must be provided when using mode ${modes}. Provide '${key}'.`
        : `${what} column configurations should not be provided if mode is not ${modes}. Remove '${key}'.`,
    ),
  ]
}

/** Whether the URL can be used; whether the database answers is found out by connecting. */
const checkDialect = (settings: ConfluentSourceConfig): ConfigProblem[] | undefined => {
  const refuse = (why: string): ConfigProblem[] => [problem('connection.url', `Could not connect to database. ${why}`)]
  const quoteMethod = settings['quote.sql.identifiers']
  try {
    chooseDialect(settings['connection.url'], settings['dialect.name'])
  } catch (error) {
    return refuse(error instanceof Error ? error.message : String(error))
  }
  // In the JVM it is the making of the dialect that fails.
  return /^(always|never)$/i.test(quoteMethod)
    ? undefined
    : refuse(`No matching QuoteMethod found for '${quoteMethod}'`)
}

export const checkAiven = (settings: AivenSourceConfig): readonly ConfigProblem[] => checkOurs(settings)

const checkOurs = (settings: {
  readonly 'key.columns': readonly string[]
  readonly 'deleted.column.name': string
  readonly query: string
}): ConfigProblem[] => {
  const keys = settings['key.columns']
  if (settings['deleted.column.name'] !== '' && keys.length === 0) {
    return [
      problem(
        'deleted.column.name',
        'deleted.column.name needs key.columns: a tombstone without a key deletes nothing',
      ),
    ]
  }
  if (settings.query !== '' && keys.includes('PRIMARY_KEY')) {
    return [problem('key.columns', 'A query has no primary key: key.columns has to name the columns')]
  }
  return []
}
