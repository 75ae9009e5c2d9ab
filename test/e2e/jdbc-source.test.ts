/** The built program reads numbered rows from every kind of database, through kills of the worker and stops of the databases. */
import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { chooseDialect } from '../../src/connectors/jdbc/choose-dialect.ts'
import { DATABASE_KINDS, type DatabaseServer, startDatabase, whyNoDatabase } from '../helpers/databases.ts'
import { type KafkaServer, kafka, uniqueName } from '../helpers/kafka-server.ts'
import { type OurWorker, type Settings, startOurWorker, workerSettings } from '../helpers/our-worker.ts'
import { waitUntil } from '../helpers/processes.ts'
import { serverMissing } from '../helpers/servers-used.ts'

interface Source {
  readonly kind: string
  readonly url: string
  readonly topic: string
  readonly settings: Settings
  readonly server: DatabaseServer | undefined
  insert(from: number, to: number): Promise<void>
}

const ROWS = 2000
const MORE = 300

const folder = mkdtempSync(join(tmpdir(), 'jdbc-source-'))
const servers: DatabaseServer[] = []
let worker: OurWorker | undefined

after(async () => {
  await worker?.kill9()
  for (const server of servers) await server.close()
  rmSync(folder, { recursive: true, force: true })
})

const insertText = (from: number, to: number): string =>
  `INSERT INTO numbered (id, v) VALUES ${Array.from({ length: to - from + 1 }, (_, index) => `(${from + index}, 'row ${from + index}')`).join(',')}`

const sourceOf = (
  kind: string,
  url: string,
  user: string,
  server: DatabaseServer | undefined,
  insert: Source['insert'],
) => {
  const prefix = `${uniqueName(`jdbc-${kind}`)}-`
  return {
    ...{ kind, url, server, insert },
    topic: `${prefix}numbered`,
    settings: {
      name: kind,
      'connector.class': kind === 'postgres-15' ? 'io.aiven.connect.jdbc.JdbcSourceConnector' : 'JdbcSourceConnector',
      'tasks.max': 1,
      'connection.url': url,
      'connection.user': user,
      'connection.backoff.ms': 200,
      mode: 'incrementing',
      'incrementing.column.name': 'id',
      'table.whitelist': 'numbered',
      'topic.prefix': prefix,
      'poll.interval.ms': 100,
      'batch.max.rows': 40,
    },
  }
}

const openSources = async (): Promise<Source[]> => {
  const sources = await Promise.all(
    DATABASE_KINDS.map(async (kind): Promise<Source> => {
      const server = await startDatabase(kind)
      servers.push(server)
      const db = await server.newDatabase('e2e')
      await db.run('CREATE TABLE numbered (id bigint NOT NULL PRIMARY KEY, v varchar(50) NOT NULL)')
      return sourceOf(kind, db.url, db.user, server, (from, to) => db.run(insertText(from, to)))
    }),
  )
  const url = `jdbc:sqlite:${join(folder, 'numbered.db')}?journal_mode=WAL`
  const db = await chooseDialect(url).open({ url, user: null, password: null, properties: {} })
  await db.execute('CREATE TABLE numbered (id INTEGER NOT NULL PRIMARY KEY, v TEXT NOT NULL)')
  after(() => db.close())
  const insert = async (from: number, to: number): Promise<void> => void (await db.execute(insertText(from, to)))
  return [...sources, sourceOf('sqlite', url, '', undefined, insert)]
}

/** The numbers on a topic, each once, in the order in which they first came. */
const numbersOn = async (broker: KafkaServer, topic: string): Promise<number[]> => {
  const records = await broker.consume(topic)
  return [...new Set(records.map(({ value }) => Number((JSON.parse(String(value)) as { id: number }).id)))]
}

test('numbered rows of every database arrive in order, through a kill of the worker and stops of the databases', async (t) => {
  for (const kind of DATABASE_KINDS) {
    const why = await whyNoDatabase(kind)
    if (why !== undefined) return serverMissing(t, why)
  }
  const broker = await kafka()
  const sources = await openSources()
  for (const { topic } of sources) await broker.createTopic(topic)
  for (const { insert } of sources) await insert(1, ROWS)
  const options = {
    folder,
    worker: workerSettings(broker.bootstrap, folder, {
      'value.converter': 'org.apache.kafka.connect.json.JsonConverter',
      'value.converter.schemas.enable': false,
      'offset.flush.interval.ms': 100,
    }),
    connectors: sources.map(({ settings }) => settings),
  }
  const allArrive = async (rows: number): Promise<void> => {
    for (const { kind, topic } of sources) {
      await waitUntil(
        async () =>
          ((await broker.endOffsets(topic))[0] ?? 0) >= rows && (await numbersOn(broker, topic)).length >= rows,
        {
          timeoutMs: 120_000,
          intervalMs: 200,
          what: `${rows} rows of ${kind}; the worker says ${worker?.output().slice(-2000)}`,
        },
      )
      const expected = Array.from({ length: rows }, (_, index) => index + 1)
      assert.deepEqual(await numbersOn(broker, topic), expected, kind)
    }
  }

  worker = await startOurWorker({ ...options, ready: 'nothing' })
  await waitUntil(
    async () => {
      for (const { topic } of sources) if ((await broker.endOffsets(topic))[0]! > 0) return true
      return false
    },
    { timeoutMs: 90_000, intervalMs: 10, what: 'the first rows' },
  )
  await worker.kill9()

  worker = await startOurWorker(options)
  await allArrive(ROWS)

  // The databases go away under the reading worker and come back with more.
  const stopped = sources.filter(({ kind }) => kind === 'postgres-18' || kind === 'mariadb')
  for (const { server } of stopped) await server?.stop()
  const notYet = new Set(stopped.map(({ kind }) => kind))
  await waitUntil(() => (worker?.output().match(/Reading \S+ failed/g)?.length ?? 0) >= notYet.size, {
    timeoutMs: 60_000,
    what: 'the log to tell of the failed reads',
  })
  for (const { server } of stopped) await server?.start()
  for (const { insert } of sources) await insert(ROWS + 1, ROWS + MORE)
  await allArrive(ROWS + MORE)
  const states = await worker.settledTaskStates()
  assert.deepEqual(
    [...states.values()],
    sources.map(() => 'RUNNING'),
  )
  assert.equal(await worker.stop(), 143)
})
