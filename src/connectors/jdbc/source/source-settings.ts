import type { RawConfig } from '../../../config/define.ts'
import { chooseDialect } from '../choose-dialect.ts'
import type { ReaderOptions, TimestampGranularity } from '../column-reader.ts'
import { driverProperties } from '../connect.ts'
import { type ConnectionSettings, type Dialect, type Quote, quoting, type TableFilter } from '../dialect.ts'
import { UTC, type Zone, zoneNamed } from '../zone.ts'
import type { AivenSourceConfig } from './aiven-source-config.ts'
import type { ConfluentSourceConfig } from './confluent-source-config.ts'

export type Mode = 'bulk' | 'timestamp' | 'incrementing' | 'timestamp+incrementing'

/** What a source works by, whichever connector's config it was read from. */
export interface SourceSettings {
  readonly dialect: Dialect
  readonly connection: ConnectionSettings
  readonly attempts: number
  readonly backoffMs: number
  readonly mode: Mode
  /** Null: whole tables are read. */
  readonly query: string | null
  readonly querySuffix: string
  readonly tableFilter: TableFilter
  /** Which of the listed tables are read. */
  readonly tables: {
    readonly whitelist: readonly string[]
    readonly blacklist: readonly string[]
    readonly include: readonly string[]
    readonly exclude: readonly string[]
  }
  readonly topicPrefix: string
  /** Column, for every table or by regular expression of its name. Empty: look for one. */
  readonly incrementingColumn: string
  readonly incrementingMapping: readonly string[]
  readonly timestampColumns: readonly string[]
  readonly timestampMapping: readonly string[]
  /** Milliseconds since the epoch, null: from 1970; -1 (Confluent's only): the current time. */
  readonly timestampInitial: number | null
  readonly incrementingInitial: bigint
  readonly validateNonNull: boolean
  readonly timestampDelayMs: number
  readonly incrementingDelayMs: number
  readonly zone: Zone
  readonly reader: ReaderOptions
  readonly pollIntervalMs: number
  readonly tablePollIntervalMs: number
  /** Most records of one poll; undefined where the config leaves it to us. */
  readonly batchMaxRows: number | undefined
  readonly quote: Quote
  /** Failures in a row before the task fails; -1: no end. */
  readonly queryRetries: number
  /** Whether statements name catalog and schema. */
  readonly qualify: boolean
  /** `READ COMMITTED`, null: the database's default. */
  readonly isolation: string | null
  readonly keyColumns: readonly string[]
  readonly deletedColumn: string
}

/** @throws ConfigError when there is no dialect for the URL */
export const confluentSettings = (settings: ConfluentSourceConfig, raw: RawConfig): SourceSettings => {
  const dialect = chooseDialect(settings['connection.url'], settings['dialect.name'])
  const zone = zoneNamed(settings['db.timezone']) ?? UTC
  const isolation = settings['transaction.isolation.mode'].toUpperCase()
  const masked = settings['query.masked']?.value ?? ''
  return {
    ...shared(settings, raw, dialect),
    query: settings.query || masked || null,
    querySuffix: settings['query.suffix'].trim(),
    tables: {
      whitelist: settings['table.whitelist'],
      blacklist: settings['table.blacklist'],
      include: settings['table.include.list'],
      exclude: settings['table.exclude.list'],
    },
    incrementingMapping: settings['incrementing.column.mapping'],
    timestampMapping: settings['timestamp.columns.mapping'],
    timestampInitial: settings['timestamp.initial'],
    incrementingInitial: -1n,
    zone,
    reader: {
      flavour: 'confluent',
      numericMapping: numericMapping(settings),
      granularity: settings['timestamp.granularity'].toLowerCase() as TimestampGranularity,
      zone,
    },
    quote: quoting(dialect, settings['quote.sql.identifiers']),
    queryRetries: settings['query.retry.attempts'],
    qualify: true,
    isolation: isolation === 'DEFAULT' ? null : isolation.replaceAll('_', ' '),
  }
}

/** @throws ConfigError when there is no dialect for the URL */
export const aivenSettings = (settings: AivenSourceConfig, raw: RawConfig): SourceSettings => {
  const dialect = chooseDialect(settings['connection.url'], settings['dialect.name'])
  const zone = zoneNamed(settings['db.timezone']) ?? UTC
  return {
    ...shared(settings, raw, dialect),
    query: settings.query || null,
    querySuffix: '',
    tables: {
      whitelist: settings['table.whitelist'],
      blacklist: settings['table.blacklist'],
      include: [],
      exclude: [],
    },
    incrementingMapping: [],
    timestampMapping: [],
    timestampInitial: settings['timestamp.initial.ms'],
    incrementingInitial: BigInt(settings['incrementing.initial']),
    zone,
    reader: { flavour: 'aiven', numericMapping: numericMapping(settings), granularity: 'connect_logical', zone },
    quote: quoting(dialect, settings['sql.quote.identifiers'] ? 'ALWAYS' : 'NEVER'),
    queryRetries: -1,
    qualify: settings['table.names.qualify'],
    isolation: null,
  }
}

type Shared = Pick<ConfluentSourceConfig, keyof ConfluentSourceConfig & keyof AivenSourceConfig>

const shared = (settings: Shared, raw: RawConfig, dialect: Dialect) => ({
  dialect,
  connection: {
    url: settings['connection.url'],
    user: settings['connection.user'],
    password: settings['connection.password'],
    properties: driverProperties(raw),
  },
  attempts: Math.max(1, settings['connection.attempts']),
  backoffMs: settings['connection.backoff.ms'],
  mode: settings.mode as Mode,
  tableFilter: {
    catalog: settings['catalog.pattern'],
    schemaPattern: settings['schema.pattern'],
    types: settings['table.types'],
  },
  topicPrefix: settings['topic.prefix'].trim(),
  incrementingColumn: settings['incrementing.column.name'],
  timestampColumns: settings['timestamp.column.name'].filter((name) => name !== ''),
  validateNonNull: settings['validate.non.null'],
  timestampDelayMs: settings['timestamp.delay.interval.ms'],
  incrementingDelayMs: settings['incrementing.delay.interval.ms'],
  pollIntervalMs: settings['poll.interval.ms'],
  tablePollIntervalMs: settings['table.poll.interval.ms'],
  batchMaxRows: typeof raw['batch.max.rows'] === 'string' ? Math.max(1, settings['batch.max.rows']) : undefined,
  keyColumns: settings['key.columns'],
  deletedColumn: settings['deleted.column.name'],
})

const numericMapping = (settings: Pick<Shared, 'numeric.mapping' | 'numeric.precision.mapping'>) =>
  (settings['numeric.mapping']?.toLowerCase() ??
    (settings['numeric.precision.mapping'] ? 'precision_only' : 'none')) as ReaderOptions['numericMapping']
