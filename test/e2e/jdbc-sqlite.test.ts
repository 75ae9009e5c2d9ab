/**
 * The built program copies tables of one SQLite database into another through Kafka: rows that come, change and go, tables
 * that come while it runs, through kills of the worker. Needs no database server: also run on the development broker.
 */
import assert from 'node:assert/strict'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { chooseDialect } from '../../src/connectors/jdbc/choose-dialect.ts'
import type { Database } from '../../src/connectors/jdbc/database.ts'
import { type KafkaServer, kafka, uniqueName } from '../helpers/kafka-server.ts'
import { type OurWorker, type Settings, startOurWorker, workerSettings } from '../helpers/our-worker.ts'
import { waitUntil } from '../helpers/processes.ts'
import { temporaryDir } from '../helpers/services-dir.ts'

const JSON_CONVERTER = 'org.apache.kafka.connect.json.JsonConverter'
const within = { timeoutMs: 120_000, intervalMs: 100 }

const openDatabase = async (t: TestContext, url: string): Promise<Database> => {
  const db = await chooseDialect(url).open({ url, user: null, password: null, properties: {} })
  t.after(() => db.close())
  return db
}

interface Copy {
  readonly from: Database
  readonly to: Database
  readonly prefix: string
  readonly broker: KafkaServer
  start(): Promise<OurWorker>
}

/** A source of all tables and a sink of all its topics, in one worker. */
const prepareCopy = async (t: TestContext, source: Settings, sink: Settings): Promise<Copy> => {
  const folder = temporaryDir(t, 'jdbc-sqlite-')
  const broker = await kafka()
  const prefix = `${uniqueName('copy')}-`
  const urlOf = (name: string) => `jdbc:sqlite:${join(folder, name)}?journal_mode=WAL&busy_timeout=20000`
  const from = await openDatabase(t, urlOf('from.db'))
  const to = await openDatabase(t, urlOf('to.db'))
  const connectors: Settings[] = [
    {
      name: `${prefix}source`,
      'connector.class': 'JdbcSourceConnector',
      'tasks.max': 2,
      'connection.url': urlOf('from.db'),
      'topic.prefix': prefix,
      'poll.interval.ms': 100,
      'table.poll.interval.ms': 300,
      ...source,
    },
    {
      name: `${prefix}sink`,
      'connector.class': 'io.confluent.connect.jdbc.JdbcSinkConnector',
      'connection.url': urlOf('to.db'),
      'topics.regex': `${prefix}.*`,
      transforms: 'table',
      'transforms.table.type': 'org.apache.kafka.connect.transforms.RegexRouter',
      'transforms.table.regex': '.*-([^-]+)',
      'transforms.table.replacement': '$1',
      'auto.create': true,
      'consumer.override.auto.offset.reset': 'earliest',
      'consumer.override.metadata.max.age.ms': 500,
      // A killed member is gone for its group after this long
      'consumer.override.session.timeout.ms': 6000,
      ...sink,
    },
  ]
  const worker = workerSettings(broker.bootstrap, folder, {
    'key.converter': JSON_CONVERTER,
    'value.converter': JSON_CONVERTER,
    'offset.flush.interval.ms': 200,
  })
  const start = async (): Promise<OurWorker> => {
    const running = await startOurWorker({ folder, worker, connectors })
    t.after(() => running.kill9())
    return running
  }
  return { from, to, prefix, broker, start }
}

const rowsOf = async (db: Database, sql: string): Promise<string[]> =>
  (await db.query(sql)).rows.map((row) => row.map(String).join('|'))

/** Waits until a statement gives the same rows on both sides. */
const sameOnBoth = async ({ from, to }: Copy, sql: string, worker: OurWorker): Promise<void> => {
  const there = () => rowsOf(to, sql).catch(() => ['(no table)'])
  const same = async () => JSON.stringify(await there()) === JSON.stringify(await rowsOf(from, sql))
  await waitUntil(same, {
    ...within,
    what: `${sql} on both sides; the worker says ${worker.output().slice(-1500)}`,
  }).catch(async (error: unknown) => {
    assert.deepEqual(await there(), await rowsOf(from, sql))
    throw error
  })
}

const numbered = (table: string, from: number, to: number): string =>
  `INSERT INTO ${table} (id, v) VALUES ${Array.from({ length: to - from + 1 }, (_, at) => `(${from + at}, 'row ${from + at}')`).join(',')}`

test('rows of several tables arrive once each, in their order, through kills and with tables that come later', {
  timeout: 360_000,
}, async (t) => {
  const copy = await prepareCopy(
    t,
    {
      mode: 'incrementing',
      'batch.max.rows': 50,
      'table.exclude.list': 'private.*',
      'table.include.list': '.*',
      'incrementing.column.mapping': '.*:id',
    },
    { 'insert.mode': 'upsert', 'pk.mode': 'record_value', 'pk.fields': 'id' },
  )
  const { from, to, prefix, broker } = copy
  for (const table of ['first', 'second', 'private_notes']) {
    await from.execute(`CREATE TABLE ${table} (id INTEGER NOT NULL PRIMARY KEY, v TEXT NOT NULL)`)
  }
  await from.execute(numbered('first', 1, 2000))
  await from.execute(numbered('second', 1, 1000))
  await from.execute(numbered('private_notes', 1, 10))

  let worker = await copy.start()
  await waitUntil(async () => (await rowsOf(to, 'SELECT id FROM first LIMIT 1').catch(() => [])).length > 0, {
    ...{ ...within, intervalMs: 5, what: 'the first rows' },
  })
  await worker.kill9()

  worker = await copy.start()
  await sameOnBoth(copy, 'SELECT id, v FROM first ORDER BY id', worker)
  await sameOnBoth(copy, 'SELECT id, v FROM second ORDER BY id', worker)
  const topics = (await broker.topics()).filter((topic) => topic.startsWith(prefix)).sort()
  assert.deepEqual(topics, [`${prefix}first`, `${prefix}second`])
  const values = (await broker.consume(`${prefix}first`)).map(
    ({ value }) => (JSON.parse(String(value)) as { payload: { id: number } }).payload.id,
  )
  // What was sent before the kill and not noted may come again; nothing is left out or out of its order.
  assert.deepEqual(
    [...new Set(values)],
    Array.from({ length: 2000 }, (_, at) => at + 1),
  )

  await from.execute('CREATE TABLE third (id INTEGER NOT NULL PRIMARY KEY, v TEXT NOT NULL)')
  await from.execute(numbered('third', 1, 300))
  await from.execute(numbered('first', 2001, 2100))
  await sameOnBoth(copy, 'SELECT id, v FROM third ORDER BY id', worker)
  await sameOnBoth(copy, 'SELECT id, v FROM first ORDER BY id', worker)
  await from.execute('DROP TABLE second')
  await from.execute(numbered('third', 301, 310))
  await sameOnBoth(copy, 'SELECT id, v FROM third ORDER BY id', worker)
  for (const [task, state] of await worker.settledTaskStates()) assert.equal(state, 'RUNNING', task)
  assert.equal(await worker.stop(), 143)
})

test('changed and deleted rows are changed and deleted in the copy, and a new column comes along', {
  timeout: 360_000,
}, async (t) => {
  const copy = await prepareCopy(
    t,
    {
      mode: 'timestamp+incrementing',
      'timestamp.column.name': 'updated',
      'incrementing.column.name': 'id',
      'key.columns': 'PRIMARY_KEY',
      'deleted.column.name': 'gone',
      'timestamp.granularity': 'nanos_long',
    },
    {
      'insert.mode': 'upsert',
      'pk.mode': 'record_key',
      'pk.fields': 'id',
      'delete.enabled': true,
      'auto.evolve': true,
      'fields.whitelist': 'id,v,n',
    },
  )
  const { from } = copy
  const now = `strftime('%Y-%m-%d %H:%M:%f', 'now')`
  await from.execute(
    'CREATE TABLE things (id INTEGER NOT NULL PRIMARY KEY, v TEXT, gone INTEGER, updated DATETIME NOT NULL)',
  )
  await from.execute(
    `WITH RECURSIVE c(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM c WHERE n < 500) INSERT INTO things SELECT n, 'v' || n, 0, ${now} FROM c`,
  )
  let worker = await copy.start()
  const living = 'SELECT id, v FROM things'
  const copied = async (sql: string) => sameOnBoth(copy, sql, worker)
  await copied(`${living} ORDER BY id`)
  await worker.kill9()

  await from.execute(`UPDATE things SET v = 'changed', updated = ${now} WHERE id % 5 = 0`)
  await from.execute(`UPDATE things SET gone = 1, updated = ${now} WHERE id % 7 = 0`)
  worker = await copy.start()
  const kept = await rowsOf(from, `${living} WHERE gone = 0 ORDER BY id`)
  await waitUntil(async () => JSON.stringify(await rowsOf(copy.to, `${living} ORDER BY id`)) === JSON.stringify(kept), {
    ...{ ...within, what: `changes and deletions; the worker says ${worker.output().slice(-1500)}` },
  })

  await from.execute('ALTER TABLE things ADD COLUMN n INTEGER')
  await from.execute(`INSERT INTO things VALUES (1001, 'new', 0, ${now}, 42)`)
  await copied('SELECT id, v, n FROM things WHERE id > 1000')
  for (const [task, state] of await worker.settledTaskStates()) assert.equal(state, 'RUNNING', task)
  assert.equal(await worker.stop(), 143)
})
