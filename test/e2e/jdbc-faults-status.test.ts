/** A database that is full: the sink's status tells the truth meanwhile, nothing is lost, and it goes on when there is room. */
import assert from 'node:assert/strict'
import { join } from 'node:path'
import { test } from 'node:test'
import { openSqliteFile } from '../../src/connectors/jdbc/drivers/sqlite-open.ts'
import { kafka, uniqueName } from '../helpers/kafka-server.ts'
import { startOurWorker, workerSettings } from '../helpers/our-worker.ts'
import { waitUntil } from '../helpers/processes.ts'
import { temporaryDir } from '../helpers/services-dir.ts'
import { askRest } from './ask-rest.ts'

const ROWS = 2000
const PAGES = 400
/** So many that the file has room again, in the middle of the test, before they are used up. */
const MAX_RETRIES = 40

const SCHEMA = {
  type: 'struct',
  optional: false,
  fields: [
    { field: 'id', type: 'int64', optional: false },
    { field: 'w', type: 'string', optional: false },
  ],
}

test('a full SQLite file holds the sink up or fails it, as max.retries says, and loses nothing', {
  timeout: 300_000,
}, async (t) => {
  const broker = await kafka()
  const topic = await broker.newTopic('full')
  const folder = temporaryDir(t, 'jdbc-full-')
  const file = join(folder, 'target.db')
  const look = await openSqliteFile(file, false)
  t.after(() => look.close())
  const one = (sql: string): number => Number(look.prepare(sql).all([])[0]?.[0])
  const fill = (): void => {
    look.exec('PRAGMA busy_timeout = 20000')
    look.exec('CREATE TABLE IF NOT EXISTS filler (w)')
    // Pages of 4 KiB, about one for each row
    const count = PAGES - one('PRAGMA page_count') + one('PRAGMA freelist_count') - 10
    look.exec(`WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ${count})
      INSERT INTO filler SELECT hex(randomblob(1900)) FROM n`)
  }
  const name = uniqueName('full')
  const worker = await startOurWorker({
    folder,
    worker: workerSettings(broker.bootstrap, folder, {
      'key.converter': 'org.apache.kafka.connect.json.JsonConverter',
      'value.converter': 'org.apache.kafka.connect.json.JsonConverter',
      'offset.flush.interval.ms': 300,
    }),
    connectors: [
      {
        name,
        'connector.class': 'io.confluent.connect.jdbc.JdbcSinkConnector',
        'connection.url': `jdbc:sqlite:${file}?max_page_count=${PAGES}`,
        topics: topic,
        'table.name.format': 'rows',
        'insert.mode': 'insert',
        'auto.create': true,
        'max.retries': MAX_RETRIES,
        'retry.backoff.ms': 250,
        'consumer.override.max.poll.records': 500,
      },
    ],
  })
  t.after(() => worker.kill9())
  const produce = (from: number, to: number): Promise<unknown> =>
    broker.produce(
      topic,
      Array.from({ length: to - from }, (_, index) => ({
        value: JSON.stringify({
          schema: SCHEMA,
          payload: { id: from + index, w: `row ${from + index} ${'x'.repeat(100)}` },
        }),
      })),
    )
  const reaches = (rows: number): Promise<unknown> =>
    waitUntil(() => one('SELECT count(*) FROM rows') >= rows, { timeoutMs: 60_000, what: `${rows} rows` })
  const states = async (): Promise<(string | undefined)[]> => [...(await worker.taskStates()).values()]

  await produce(0, 100)
  await reaches(100)
  fill()
  await produce(100, ROWS)
  await worker.waitForLog(new RegExp(`remainingRetries=${MAX_RETRIES - 1}: \\[SQLITE_FULL\\] .*full`), {
    timeoutMs: 60_000,
  })
  assert.deepEqual(await states(), ['RUNNING'])
  look.exec('DELETE FROM filler')
  await reaches(ROWS)
  assert.deepEqual(await states(), ['RUNNING'])

  // No room in time: failed, with the reason, and what was not written is not committed
  fill()
  await produce(ROWS, 2 * ROWS)
  await waitUntil(async () => (await states())[0] === 'FAILED', { timeoutMs: 120_000, what: 'the task to fail' })
  const { tasks } = (await askRest(worker, `GET /connectors/${name}/status`)).json
  assert.match(tasks[0].trace, /SQLITE_FULL.*full/)
  look.exec('DELETE FROM filler')
  await askRest(worker, `POST /connectors/${name}/restart?includeTasks=true&onlyFailed=true`)
  await reaches(2 * ROWS)
  assert.deepEqual(
    ['count(*)', 'count(DISTINCT id)', 'min(id)', 'max(id)'].map((what) => one(`SELECT ${what} FROM rows`)),
    [2 * ROWS, 2 * ROWS, 0, 2 * ROWS - 1],
  )
  assert.equal(await worker.stop(), 143)
})
