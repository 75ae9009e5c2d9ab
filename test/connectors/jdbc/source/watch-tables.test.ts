/** Tables that come and go while a source runs, and those that its settings choose: on SQLite and on a server. */
import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import type { RawConfig } from '../../../../src/config/define.ts'
import { parseOrThrow } from '../../../../src/config/parse.ts'
import { aivenJdbcSource, confluentJdbcSource } from '../../../../src/connectors/jdbc/source/jdbc-sources.ts'
import type { RunningConnector } from '../../../../src/plugin/connector.ts'
import { type DatabaseServer, startDatabase, whyNoDatabase } from '../../../helpers/databases.ts'
import { FakeLogger } from '../../../helpers/fake-context.ts'
import { waitUntil } from '../../../helpers/processes.ts'
import { serverMissing } from '../../../helpers/servers-used.ts'
import { sqliteDatabase } from '../../../helpers/sqlite-database.ts'

type Source = typeof confluentJdbcSource | typeof aivenJdbcSource

interface Watched {
  /** The tables that the tasks have now, task by task, as the worker would make them. */
  tables(maxTasks?: number): Promise<string[][]>
  /** How often other tasks were asked for. */
  asked(): number
  readonly errors: Error[]
  readonly log: FakeLogger
}

interface Cleaner {
  after(work: () => Promise<void>): void
}

/** Starts the connector as the worker does. */
const watch = async (t: Cleaner, source: Source, raw: RawConfig): Promise<Watched> => {
  const log = new FakeLogger()
  const errors: Error[] = []
  const stopping = new AbortController()
  let asked = 0
  const settings = parseOrThrow(source.config, raw)
  const context = {
    ...{ name: 'test', log, signal: stopping.signal },
    requestTaskReconfiguration: () => void asked++,
    raiseError: (error: Error) => void errors.push(error),
    readOffset: async () => undefined,
  }
  const running = (await source.start?.(settings as never, context, raw)) as RunningConnector
  t.after(async () => {
    stopping.abort()
    await running.stop()
  })
  const tables = async (maxTasks = 1): Promise<string[][]> => {
    const tasks = (await source.tasks?.(settings as never, maxTasks, raw)) ?? []
    return tasks.map((task) => (task['tables'] ?? '').split(',').filter((name) => name !== ''))
  }
  return { tables, asked: () => asked, errors, log }
}

const within = { timeoutMs: 30_000, intervalMs: 20 }

const common: RawConfig = {
  mode: 'bulk',
  'topic.prefix': 'x-',
  'table.poll.interval.ms': '50',
  'connection.backoff.ms': '50',
  'connection.attempts': '1',
}

test('sqlite: tables that come and go are given to the tasks, and only changes ask for others', async (t) => {
  const { db, url } = await sqliteDatabase(t, 'CREATE TABLE a (id INTEGER)')
  const watched = await watch(t, confluentJdbcSource, { ...common, 'connection.url': url })
  await waitUntil(() => watched.asked() === 1, { ...within, what: 'the first look' })
  assert.deepEqual(await watched.tables(), [['`a`']])
  await db.execute('CREATE TABLE b (id INTEGER)')
  await waitUntil(() => watched.asked() === 2, { ...within, what: 'the new table' })
  assert.deepEqual(await watched.tables(), [['`a`', '`b`']])
  assert.deepEqual(await watched.tables(2), [['`a`'], ['`b`']])
  await db.execute('DROP TABLE a')
  await waitUntil(() => watched.asked() === 3, { ...within, what: 'the table that is gone' })
  assert.deepEqual(await watched.tables(2), [['`b`']])
  // A row is no change of tables: several looks later nobody was asked.
  await db.execute('INSERT INTO b VALUES (1)')
  await new Promise((resolve) => setTimeout(resolve, 300))
  assert.equal(watched.asked(), 3)
  assert.deepEqual(watched.errors, [])
})

test('sqlite: a renamed table is a new one, and the last table that goes leaves one task that says so', async (t) => {
  const { db, url } = await sqliteDatabase(t, 'CREATE TABLE a (id INTEGER)')
  const watched = await watch(t, confluentJdbcSource, { ...common, 'connection.url': url })
  await waitUntil(() => watched.asked() === 1, { ...within, what: 'the first look' })
  await db.execute('ALTER TABLE a RENAME TO z')
  await waitUntil(() => watched.asked() === 2, { ...within, what: 'the new name' })
  assert.deepEqual(await watched.tables(), [['`z`']])
  await db.execute('DROP TABLE z')
  await waitUntil(() => watched.asked() === 3, { ...within, what: 'the end of the last table' })
  assert.deepEqual(await watched.tables(5), [[]])
})

for (const [what, settings, expected] of [
  ['no list', {}, ['`Orders`', '`customers`', '`orders_2023`', '`orders_2024`', '`tmp_orders`']],
  ['a whitelist', { 'table.whitelist': 'orders_2023, Orders,nothing' }, ['`Orders`', '`orders_2023`']],
  ['a whitelist of quoted names', { 'table.whitelist': '`customers`' }, ['`customers`']],
  ['a whitelist is case-sensitive', { 'table.whitelist': 'ORDERS,Customers' }, []],
  ['a blacklist', { 'table.blacklist': 'orders_2023,Orders' }, ['`customers`', '`orders_2024`', '`tmp_orders`']],
  ['include', { 'table.include.list': 'orders_\\d+' }, ['`orders_2023`', '`orders_2024`']],
  ['include, the whole name', { 'table.include.list': 'orders' }, []],
  ['several includes', { 'table.include.list': 'cust.*, tmp_.*' }, ['`customers`', '`tmp_orders`']],
  [
    'include, whatever the case',
    { 'table.include.list': '(?i)orders.*' },
    ['`Orders`', '`orders_2023`', '`orders_2024`'],
  ],
  [
    'include and exclude',
    { 'table.include.list': '.*orders.*', 'table.exclude.list': 'tmp_.*, .*_2023' },
    ['`orders_2024`'],
  ],
] as const) {
  test(`sqlite: which tables are read with ${what}`, async (t) => {
    const { url } = await sqliteDatabase(
      t,
      ...['customers', 'Orders', 'orders_2023', 'orders_2024', 'tmp_orders'].map(
        (name) => `CREATE TABLE "${name}" (id)`,
      ),
      'CREATE VIEW orders_view AS SELECT * FROM "Orders"',
    )
    const watched = await watch(t, confluentJdbcSource, { ...common, 'connection.url': url, ...settings })
    assert.deepEqual((await watched.tables()).flat().sort(), [...expected].sort())
  })
}

test('sqlite: table.types decides whether views are read', async (t) => {
  const { url } = await sqliteDatabase(t, 'CREATE TABLE a (id)', 'CREATE VIEW v AS SELECT * FROM a')
  for (const [types, expected] of [
    ['TABLE', ['`a`']],
    ['VIEW', ['`v`']],
    ['TABLE,VIEW', ['`a`', '`v`']],
  ] as const) {
    const watched = await watch(t, confluentJdbcSource, { ...common, 'connection.url': url, 'table.types': types })
    assert.deepEqual((await watched.tables()).flat().sort(), expected, types)
  }
})

test('sqlite: a file that cannot be opened at first is watched until it can', async (t) => {
  const { url } = await sqliteDatabase(t, 'CREATE TABLE a (id)')
  const missing = url.replace(/[^/]*$/, `none-${process.pid}/x.db`)
  const watched = await watch(t, confluentJdbcSource, { ...common, 'connection.url': missing })
  await waitUntil(() => watched.log.messages('error').length > 0, { ...within, what: 'the error in the log' })
  assert.match(watched.log.messages('error')[0]!, /^Reading the tables of the database failed; trying again$/)
  assert.deepEqual(await watched.tables(), [[]], 'one task that waits')
  assert.deepEqual(watched.errors, [])
})

// ---------------------------------------------------------------- a server: schemas, and going away

let server: DatabaseServer | undefined
after(() => server?.close())

test('postgres: new and removed tables of two schemas, names by schema, duplicates and an outage', async (t) => {
  const why = await whyNoDatabase('postgres-15')
  if (why !== undefined) return serverMissing(t, why)
  server = await startDatabase('postgres-15')
  const db = await server.newDatabase('watch')
  await db.run('CREATE SCHEMA other; CREATE TABLE a (id int); CREATE TABLE other.b (id int)')
  const at = { ...common, 'connection.url': db.url, 'connection.user': db.user }

  const all = await watch(t, confluentJdbcSource, at)
  await waitUntil(() => all.asked() === 1, { ...within, what: 'the first look' })
  assert.deepEqual((await all.tables()).flat().sort(), ['"other"."b"', '"public"."a"'])
  const other = await watch(t, confluentJdbcSource, { ...at, 'table.include.list': 'other\\..*' })
  assert.deepEqual((await other.tables()).flat(), ['"other"."b"'])
  const byPattern = await watch(t, confluentJdbcSource, { ...at, 'schema.pattern': 'pub%' })
  assert.deepEqual((await byPattern.tables()).flat(), ['"public"."a"'])
  const aiven = await watch(t, aivenJdbcSource, { ...at, 'table.whitelist': `${db.name}.public.a` })
  assert.deepEqual((await aiven.tables()).flat(), [`"${db.name}"."public"."a"`])

  await db.run('CREATE TABLE other.c (id int); DROP TABLE a')
  await waitUntil(async () => (await all.tables()).flat().sort().join() === '"other"."b","other"."c"', {
    ...{ ...within, what: 'the new table and the removed one' },
  })
  await waitUntil(() => all.asked() >= 2, { ...within, what: 'other tasks to be asked for' })

  // An outage changes nothing: no tasks are asked for while it lasts, nor after it.
  const before = all.asked()
  await server.stop()
  const failures = all.log.messages('error').length
  await waitUntil(() => all.log.messages('error').length > failures, { ...within, what: 'the log to tell' })
  await server.start()
  await db.run('CREATE TABLE other.d (id int)')
  await waitUntil(() => all.asked() > before, { ...within, what: 'the table made after the outage' })
  assert.equal(all.asked(), before + 1)
  assert.equal(all.errors.length, 0)

  await db.run('CREATE TABLE b (id int)')
  await waitUntil(() => all.errors.length > 0, { ...within, what: 'the duplicate to fail the connector' })
  const [error] = all.errors
  assert.match(error!.message, /^Encountered an unrecoverable error while reading tables from the database$/)
  assert.match(
    (error!.cause as Error).message,
    /config to include exactly one table .*\n\t\[\["other"."b", "public"."b"\]\]$/,
  )
  assert.match((error!.cause as Error).message, /the connector's 'table.whitelist' or 'table.blacklist' config/)
})
