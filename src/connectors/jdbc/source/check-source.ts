import type { ConfigOf, ConfigProblem, RawConfig } from '../../../config/define.ts'
import { compileJavaRegex } from '../../../data/java-regex.ts'
import { chooseDialect } from '../choose-dialect.ts'
import type { aivenConfig, confluentConfig } from './source-config.ts'

type Confluent = ConfigOf<typeof confluentConfig>

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
export const checkConfluent = (settings: Confluent): readonly ConfigProblem[] => [
  ...(firstProblem(settings) ??
    checkDialect(settings['connection.url'], settings['dialect.name'], 'Could not connect to database. ') ??
    []),
  ...checkOurs(settings),
]

const firstProblem = (settings: Confluent): ConfigProblem[] | undefined => {
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
  return checkMixture(settings, hasQuery) ?? checkQuery(settings, hasQuery) ?? checkNewer(settings)
}

const checkMixture = (settings: Confluent, hasQuery: boolean): ConfigProblem[] | undefined => {
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

const checkQuery = (settings: Confluent, hasQuery: boolean): ConfigProblem[] | undefined => {
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
  const key = settings.query === '' ? 'query.masked' : 'query'
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

const checkNewer = (settings: Confluent): ConfigProblem[] | undefined => {
  if (settings['table.exclude.list'].length > 0 && settings['table.include.list'].length === 0) {
    return [
      problem(
        'table.exclude.list',
        'table.exclude.list cannot be used without table.include.list. Exclude list only applies to tables that match the include list.',
      ),
    ]
  }
  const broken = [...checkRegexes('table.include.list', settings), ...checkRegexes('table.exclude.list', settings)]
  if (broken.length > 0) return broken
  if (!NEWER.some((key) => isSet(settings[key]))) return undefined
  return (
    checkMapping('Timestamp', 'timestamp.columns.mapping', 'timestamp', settings) ??
    checkMapping('Incrementing', 'incrementing.column.mapping', 'incrementing', settings)
  )
}

const checkRegexes = (key: 'table.include.list' | 'table.exclude.list', settings: Confluent): ConfigProblem[] =>
  settings[key].flatMap((pattern) => {
    try {
      compileJavaRegex(pattern)
      return []
    } catch (error) {
      return [
        problem(
          key,
          `Invalid value ${pattern} for configuration ${key}: ${error instanceof Error ? error.message : error}`,
          pattern,
        ),
      ]
    }
  })

const checkMapping = (
  what: string,
  key: 'timestamp.columns.mapping' | 'incrementing.column.mapping',
  mode: 'timestamp' | 'incrementing',
  settings: Confluent,
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

/** Only whether the URL can be used; whether the database answers is found out by connecting. */
const checkDialect = (url: string, name: string, before: string): ConfigProblem[] | undefined => {
  try {
    chooseDialect(url, name)
    return undefined
  } catch (error) {
    return [problem('connection.url', before + (error instanceof Error ? error.message : error))]
  }
}

export const checkAiven = (settings: ConfigOf<typeof aivenConfig>): readonly ConfigProblem[] => [
  ...(checkDialect(settings['connection.url'], settings['dialect.name'], '') ?? []),
  ...checkOurs(settings),
]

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

/** What the JVM's recommenders say of single keys while others may be wrong. */
export const recommendAiven = (raw: RawConfig): readonly ConfigProblem[] => {
  const message = "Can't get recommended tables: connection.url cannot be null."
  const tables =
    raw['connection.url'] === undefined || raw['connection.url'] === null ? ['table.whitelist', 'table.blacklist'] : []
  return [...tables.map((key) => problem(key, message)), ...recommendByMode(raw, AIVEN_DEPENDENTS)]
}

export const recommendConfluent = (raw: RawConfig): readonly ConfigProblem[] =>
  recommendByMode(raw, CONFLUENT_DEPENDENTS)

const AIVEN_DEPENDENTS = ['incrementing.column.name', 'timestamp.column.name', 'validate.non.null']
const CONFLUENT_DEPENDENTS = [
  'incrementing.column.name',
  'timestamp.column.name',
  'timestamp.initial',
  'validate.non.null',
]

const MODES = new Set(['bulk', 'timestamp', 'incrementing', 'timestamp+incrementing'])

const recommendByMode = (raw: RawConfig, dependents: readonly string[]): ConfigProblem[] => {
  const mode = raw['mode']?.trim()
  if (mode === undefined || MODES.has(mode)) return []
  const message = mode === '' ? 'Query mode must be specified' : `Invalid mode: ${mode}`
  return dependents.map((key) => problem(key, message))
}
