/** What is said of settings that are wrong: the words of the JVM's connectors, in the order in which REST lists them. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { ConfigDef, RawConfig } from '../../../../src/config/define.ts'
import { parseOrThrow } from '../../../../src/config/parse.ts'
import { checkConfig } from '../../../../src/config/validate.ts'
import { aivenJdbcSource, confluentJdbcSource } from '../../../../src/connectors/jdbc/source/jdbc-sources.ts'
import type { SourceDefinition } from '../../../../src/plugin/connector.ts'
import { sqliteDatabase } from '../../../helpers/sqlite-database.ts'

/** `key: message` of everything that is wrong, as the worker finds it. */
const problems = async <D extends ConfigDef>(definition: SourceDefinition<D>, raw: RawConfig): Promise<string[]> => {
  const checked = checkConfig(definition.config, raw)
  for (const { key, message } of definition.recommend?.(raw) ?? []) checked.get(key)?.errors.push(message)
  if ([...checked.values()].every(({ errors }) => errors.length === 0)) {
    const found = (await definition.validate?.(parseOrThrow(definition.config, raw), raw)) ?? []
    for (const { key, message } of found) checked.get(key)?.errors.push(message)
  }
  return [...checked.values()].flatMap(({ name, errors }) => errors.map((message) => `${name}: ${message}`))
}

const confluent = (more: RawConfig) =>
  problems(confluentJdbcSource, {
    'connection.url': 'jdbc:sqlite::memory:',
    'topic.prefix': 'x-',
    'table.whitelist': 'a',
    mode: 'bulk',
    ...more,
  })

/** Without the table that `confluent` names. */
const newer = (more: RawConfig) => confluent({ 'table.whitelist': '', 'table.include.list': 'a.*', ...more })

const aiven = (more: RawConfig) =>
  problems(aivenJdbcSource, { 'connection.url': 'jdbc:sqlite::memory:', 'topic.prefix': 'x-', mode: 'bulk', ...more })

test('settings that work have no problems', async () => {
  assert.deepEqual(await confluent({}), [])
  assert.deepEqual(await aiven({}), [])
  assert.deepEqual(
    await confluent({ 'db.timezone': 'PST', 'quote.sql.identifiers': 'Never', 'numeric.mapping': 'BEST_FIT' }),
    [],
  )
  assert.deepEqual(await confluent({ 'table.whitelist': '' }), [], 'no filter: all tables')
})

test("Confluent's: a wrong or missing mode is told of each key that depends on it", async () => {
  const dependents = [
    ...['incrementing.column.name', 'timestamp.column.name', 'timestamp.columns.mapping'],
    ...['incrementing.column.mapping', 'timestamp.initial', 'validate.non.null'],
  ]
  assert.deepEqual(await confluent({ mode: 'sideways' }), [
    'mode: Invalid value sideways for configuration mode: String must be one of: , bulk, timestamp, incrementing, timestamp+incrementing',
    ...dependents.map((key) => `${key}: Invalid mode: sideways`),
  ])
  const unset = dependents.map((key) => `${key}: Query mode must be specified`)
  assert.deepEqual(await confluent({ mode: '' }), unset)
})

test("Aiven's: a wrong mode is told of the tables too, which cannot be looked up with it", async () => {
  const wrong =
    'Invalid value sideways for configuration mode: String must be one of: bulk, timestamp, incrementing, timestamp+incrementing'
  assert.deepEqual(await aiven({ mode: 'sideways' }), [
    `table.whitelist: Can't get recommended tables: ${wrong}`,
    `table.blacklist: Can't get recommended tables: ${wrong}`,
    `mode: ${wrong}`,
    'incrementing.column.name: Invalid mode: sideways',
    'timestamp.column.name: Invalid mode: sideways',
    'validate.non.null: Invalid mode: sideways',
  ])
})

test("Aiven's: without a URL, or with one that is none, the tables cannot be looked up", async () => {
  const { 'connection.url': _, ...without } = { mode: 'bulk', 'topic.prefix': 'x', 'connection.url': '' }
  assert.deepEqual(await problems(aivenJdbcSource, without), [
    'connection.url: Missing required configuration "connection.url" which has no default value.',
    "table.whitelist: Can't get recommended tables: connection.url cannot be null.",
    "table.blacklist: Can't get recommended tables: connection.url cannot be null.",
  ])
  assert.deepEqual(await aiven({ 'connection.url': 'mysql://h/db' }), [
    "table.whitelist: Can't get recommended tables: Not a valid JDBC URL: mysql://h/db",
    "table.blacklist: Can't get recommended tables: Not a valid JDBC URL: mysql://h/db",
  ])
})

test('a URL without a dialect names what there is, and shows no password', async () => {
  assert.deepEqual(await confluent({ 'connection.url': '' }), [
    'connection.url: Could not connect to database. Not a valid JDBC URL: ',
  ])
  const [message = ''] = await confluent({ 'connection.url': 'jdbc:oracle:thin:@h?password=geheim' })
  assert.match(
    message,
    /^connection.url: Could not connect to database\. There is no dialect for jdbc:oracle: URLs; there are jdbc:postgresql:/,
  )
  const secret = await confluent({ 'connection.url': 'postgres://me:geheim@h/db?password=geheim' })
  assert.doesNotMatch(secret.join(), /geheim/)
})

for (const [key, value, message] of [
  [
    'db.timezone',
    'Mars/Base',
    'Invalid value Mars/Base for configuration db.timezone: Invalid time zone. See the list of valid time zones at https://docs.oracle.com/javase/8/docs/api/java/time/ZoneId.html#shortIds',
  ],
  ['numeric.mapping', 'Best_Fit', 'Invalid value Best_Fit for configuration numeric.mapping: Invalid enumerator'],
  ['timestamp.granularity', 'hours', 'Invalid value hours for configuration timestamp.granularity: Invalid enumerator'],
  [
    'date.calendar.system',
    'legacy',
    'Invalid value legacy for configuration date.calendar.system: String must be one of: LEGACY, PROLEPTIC_GREGORIAN',
  ],
  ['dialect.name', 'Postgres', 'Invalid value Postgres for configuration dialect.name: Invalid enumerator'],
  [
    'dialect.name',
    'OracleDatabaseDialect',
    'Invalid value OracleDatabaseDialect for configuration dialect.name: There is no such dialect here; there are PostgreSqlDatabaseDialect, MySqlDatabaseDialect, SqliteDatabaseDialect',
  ],
  ['connection.attempts', '0', 'Invalid value 0 for configuration connection.attempts: Value must be at least 1'],
  ['poll.interval.ms', 'soon', 'Invalid value soon for configuration poll.interval.ms: Not a number of type INT'],
  [
    'topic.prefix',
    'a b',
    "Invalid value a b for configuration topic.prefix: Topic prefix must not contain any character other than ASCII alphanumerics, '.', '_' and '-'.",
  ],
  [
    'topic.prefix',
    'x'.repeat(250),
    `Invalid value ${'x'.repeat(250)} for configuration topic.prefix: Topic prefix length must not exceed max topic name length, 249 chars`,
  ],
  [
    'transaction.isolation.mode',
    'SQL_SERVER_SNAPSHOT',
    'Isolation mode of `SQL_SERVER_SNAPSHOT` can only be configured with a Sql Server Dialect',
  ],
] as const) {
  test(`Confluent's: ${key}=${value.slice(0, 30)} is refused in the JVM's words`, async () => {
    assert.deepEqual(await confluent({ [key]: value }), [`${key}: ${message}`])
  })
}

for (const [key, value, message] of [
  [
    'table.include.list',
    'a, b(',
    'Invalid value [a, b(] for configuration table.include.list: Must be a valid comma-separated list of regular expression patterns: Unclosed group near index 2\nb(',
  ],
  [
    'timestamp.columns.mapping',
    'a.*',
    "Invalid value a.* for configuration timestamp.columns.mapping: Invalid format. Expected 'regex:[col1|col2|...]'",
  ],
  [
    'timestamp.columns.mapping',
    'a.*:c',
    'Invalid value c for configuration timestamp.columns.mapping: Columns list must be enclosed in square brackets',
  ],
  [
    'timestamp.columns.mapping',
    'a.*:[ ]',
    'Invalid value [ ] for configuration timestamp.columns.mapping: Columns list cannot be empty',
  ],
  [
    'timestamp.columns.mapping',
    'a.*:[b||c]',
    'Invalid value [b||c] for configuration timestamp.columns.mapping: Every column name should be non-empty string',
  ],
  [
    'timestamp.columns.mapping',
    '*:[b]',
    "Invalid value * for configuration timestamp.columns.mapping: Invalid regular expression: Dangling meta character '*' near index 0\n*\n^",
  ],
  [
    'incrementing.column.mapping',
    'a:b:c',
    "Invalid value a:b:c for configuration incrementing.column.mapping: Invalid format. Expected 'regex:columnName'",
  ],
  [
    'incrementing.column.mapping',
    'a:',
    'Invalid value  for configuration incrementing.column.mapping: Column name cannot be empty',
  ],
] as const) {
  test(`Confluent's: ${key}=${value} is refused in the JVM's words`, async () => {
    assert.deepEqual(await newer({ [key]: value }), [`${key}: ${message}`])
  })
}

test("Confluent's: old and new ways to choose tables and columns do not mix", async () => {
  const message =
    'Cannot mix legacy and new configuration approaches. Legacy configurations (table.whitelist, table.blacklist, timestamp.column.name, incrementing.column.name) cannot be used together with new configurations (table.include.list, table.exclude.list, timestamp.columns.mapping, incrementing.column.mapping). Please choose one approach: either use all legacy configurations or all new configurations.'
  assert.deepEqual(await confluent({ 'table.include.list': 'b' }), [
    `table.whitelist: ${message}`,
    `table.include.list: ${message}`,
  ])
  assert.deepEqual(await newer({ mode: 'incrementing', 'incrementing.column.name': 'id' }), [
    `table.include.list: ${message}`,
    `incrementing.column.name: ${message}`,
  ])
})

test("Confluent's: the new way wants its mappings just where the mode uses them", async () => {
  assert.deepEqual(await newer({ mode: 'timestamp' }), [
    "mode: Timestamp column configuration must be provided when using mode 'timestamp' or 'timestamp+incrementing'. Provide 'timestamp.columns.mapping'.",
  ])
  assert.deepEqual(
    await newer({ mode: 'timestamp', 'timestamp.columns.mapping': 'a:[t]', 'incrementing.column.mapping': 'a:id' }),
    [
      "mode: Incrementing column configurations should not be provided if mode is not 'incrementing' or 'timestamp+incrementing'. Remove 'incrementing.column.mapping'.",
    ],
  )
  assert.deepEqual(
    await newer({
      mode: 'timestamp+incrementing',
      'timestamp.columns.mapping': 'a:[t]',
      'incrementing.column.mapping': 'a:id',
    }),
    [],
  )
  assert.deepEqual(await confluent({ 'table.whitelist': '', 'table.exclude.list': 'b' }), [
    'table.exclude.list: table.exclude.list cannot be used without table.include.list. Exclude list only applies to tables that match the include list.',
  ])
})

test("Confluent's: a query stands alone, begins with SELECT and names its column", async () => {
  const together =
    "Do not specify table filtering configs with 'query'. Remove table.whitelist / table.blacklist / table.include.list / table.exclude.list when using query mode or 'query' when using table filtering mode."
  assert.deepEqual(await confluent({ query: 'SELECT 1 AS x' }), [
    `table.whitelist: ${together}`,
    `query: ${together}`,
    `query.masked: ${together}`,
  ])
  const both = "Both 'query' and 'query.masked' configs cannot be set at the same time. Please use only one of them."
  const query = (more: RawConfig) => confluent({ 'table.whitelist': '', ...more })
  assert.deepEqual(await query({ query: 'SELECT 1 AS x', 'query.masked': 'SELECT 2 AS y' }), [
    `query: ${both}`,
    `query.masked: ${both}`,
  ])
  assert.deepEqual(await query({ 'query.masked': 'DELETE FROM t' }), [
    "query.masked: Only SELECT statements are supported for 'query.masked'. Please provide a statement that starts with SELECT.",
  ])
  const [noColumn = ''] = await query({ query: 'SELECT 1 AS x', mode: 'incrementing' })
  assert.match(
    noColumn,
    /^incrementing.column.name: 'incrementing.column.name' must be provided when using mode 'incrementing' or 'timestamp\+incrementing' with a custom query\./,
  )
  assert.deepEqual(await query({ query: ' select 1 AS x' }), [])
  assert.deepEqual(await query({ query: 'WITH c AS (SELECT 1 AS x) SELECT x FROM c' }), [])
})

test("Confluent's: a query that the database refuses is refused; one that cannot be asked about is not", async (t) => {
  const { url } = await sqliteDatabase(t, 'CREATE TABLE a (id INTEGER)')
  const message =
    'The configured query is not valid and has database/connection errors. Please provide the correct query by validating the query syntax and the existing table/column names with the database being connected'
  const query = (more: RawConfig) => confluent({ 'table.whitelist': '', 'connection.url': url, ...more })
  const [refused = '', ...more] = await query({ query: 'SELECT nope FROM a' })
  assert.ok(refused.startsWith(`query: ${message}`), refused)
  assert.deepEqual(more, [])
  const [masked = ''] = await query({ 'query.masked': 'SELECT id FROM secret_table' })
  assert.ok(masked.startsWith(`query.masked: ${message}`), masked)
  assert.doesNotMatch(masked, /secret_table/)
  assert.deepEqual(await query({ query: 'SELECT id FROM a' }), [])
  const away = await query({ query: 'SELECT nope FROM a', 'connection.url': 'jdbc:postgresql://127.0.0.1:1/none' })
  assert.deepEqual(away, [])
})

test('identifiers are quoted always or never', async () => {
  assert.deepEqual(await confluent({ 'quote.sql.identifiers': 'sometimes' }), [
    "connection.url: Could not connect to database. No matching QuoteMethod found for 'sometimes'",
  ])
})

test('tombstones need keys, and a query has no primary key', async () => {
  for (const check of [confluent, aiven]) {
    assert.deepEqual(await check({ 'deleted.column.name': 'gone' }), [
      'deleted.column.name: deleted.column.name needs key.columns: a tombstone without a key deletes nothing',
    ])
  }
  assert.deepEqual(await aiven({ query: 'SELECT 1', 'key.columns': 'PRIMARY_KEY' }), [
    'key.columns: A query has no primary key: key.columns has to name the columns',
  ])
})

test('settings are numbered within their groups, as REST shows them', () => {
  const config: ConfigDef = confluentJdbcSource.config
  const orders = Object.entries(config).map(([key, { group, order }]) => [key, group, order])
  assert.deepEqual(orders.slice(0, 3), [
    ['connection.url', 'Database', 1],
    ['connection.user', 'Database', 2],
    ['connection.password', 'Database', 3],
  ])
  assert.deepEqual(
    orders.find(([key]) => key === 'mode'),
    ['mode', 'Mode', 1],
  )
  assert.deepEqual(
    orders.find(([key]) => key === 'topic.prefix'),
    ['topic.prefix', 'Connector', 7],
  )
})
