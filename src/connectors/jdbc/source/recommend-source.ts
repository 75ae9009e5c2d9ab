/** What the JVM connectors' recommenders say of single keys while others may be wrong. */
import type { ConfigProblem, RawConfig } from '../../../config/define.ts'
import { checkValue, parseSetting } from '../../../config/parse.ts'
import { chooseDialect } from '../choose-dialect.ts'
import { aivenConfig } from './aiven-source-config.ts'
import { MODES } from './common-source-config.ts'

export const recommendAiven = (raw: RawConfig): readonly ConfigProblem[] => {
  const why = whyNoTables(raw)
  const tables = why === undefined ? [] : ['table.whitelist', 'table.blacklist']
  return [
    ...tables.map((key) => ({ key, value: null, message: `Can't get recommended tables: ${why}` })),
    ...recommendByMode(raw, AIVEN_DEPENDENTS),
  ]
}

export const recommendConfluent = (raw: RawConfig): readonly ConfigProblem[] => {
  const mode = raw['mode']?.trim() ?? ''
  return mode === ''
    ? byMode(CONFLUENT_DEPENDENTS, 'Query mode must be specified')
    : recommendByMode(raw, CONFLUENT_DEPENDENTS)
}

/**
 * Aiven's connector asks the database for its tables, for which the whole config has to be valid. Here the database is not
 * asked: it may be away while a connector is created.
 */
const whyNoTables = (raw: RawConfig): string | undefined => {
  const url = raw['connection.url']
  if (url === undefined || url === null) return 'connection.url cannot be null.'
  for (const [name, key] of Object.entries(aivenConfig)) {
    const complaint = checkValue(name, key, parseSetting(name, key, raw).value)
    if (complaint !== null) return complaint
  }
  try {
    chooseDialect(url)
    return undefined
  } catch (error) {
    return error instanceof Error ? error.message : String(error)
  }
}

const AIVEN_DEPENDENTS = ['incrementing.column.name', 'timestamp.column.name', 'validate.non.null']
const CONFLUENT_DEPENDENTS = [
  ...['incrementing.column.name', 'timestamp.column.name', 'timestamp.columns.mapping'],
  ...['incrementing.column.mapping', 'timestamp.initial', 'validate.non.null'],
]

const recommendByMode = (raw: RawConfig, dependents: readonly string[]): ConfigProblem[] => {
  const mode = raw['mode']?.trim()
  return mode === undefined || MODES.some((each) => each === mode) ? [] : byMode(dependents, `Invalid mode: ${mode}`)
}

const byMode = (dependents: readonly string[], message: string): ConfigProblem[] =>
  dependents.map((key) => ({ key, value: null, message }))
