import assert from 'node:assert/strict'
import { createServer } from 'node:net'
import { test } from 'node:test'
import { chooseDialect } from '../../../src/connectors/jdbc/choose-dialect.ts'
import { connect, driverProperties } from '../../../src/connectors/jdbc/connect.ts'
import type { Database } from '../../../src/connectors/jdbc/database.ts'
import { DatabaseError } from '../../../src/connectors/jdbc/database-error.ts'
import type { Dialect } from '../../../src/connectors/jdbc/dialect.ts'
import { confluentJdbcSink } from '../../../src/connectors/jdbc/sink/jdbc-sinks.ts'
import { confluentJdbcSource } from '../../../src/connectors/jdbc/source/jdbc-sources.ts'
import { INT64_SCHEMA, schemaOf } from '../../../src/data/schema.ts'
import { ConfigError } from '../../../src/plugin/errors.ts'
import { FakeLogger, openSink, openSource, sinkRecord } from '../../helpers/fake-context.ts'
import { freePort, within } from '../../helpers/processes.ts'

const SETTINGS = { url: 'jdbc:postgresql://127.0.0.1/d', user: null, password: null, properties: {} }
const ROW = schemaOf({ type: 'struct', fields: [{ name: 'id', schema: INT64_SCHEMA }] })
const refused = new DatabaseError('refused', { className: 'PSQLException', kind: 'connection' })

/** A dialect that opens as told, time after time. */
const opening = (...answers: readonly (() => Promise<Database>)[]): Dialect & { asked(): number } => {
  let asked = 0
  const open = () => (answers[Math.min(asked++, answers.length - 1)] as () => Promise<Database>)()
  return { ...chooseDialect(SETTINGS.url), open, asked: () => asked }
}

const database = (close: () => Promise<void> = async () => {}): Database =>
  ({ usable: true, close }) as unknown as Database

test('a database that cannot be reached is tried connection.attempts times, connection.backoff.ms apart', async () => {
  const log = new FakeLogger()
  const options = { attempts: 3, backoffMs: 60, signal: new AbortController().signal, log }
  const opened = database()
  const late = opening(
    () => Promise.reject(refused),
    () => Promise.reject(refused),
    async () => opened,
  )
  const began = performance.now()
  assert.equal(await connect(late, SETTINGS, options), opened)
  assert.ok(performance.now() - began >= 115)
  assert.deepEqual(log.messages('info'), [
    'Unable to connect to database on attempt 1/3. Will retry in 60 ms: refused',
    'Unable to connect to database on attempt 2/3. Will retry in 60 ms: refused',
  ])
  const never = opening(() => Promise.reject(refused))
  await assert.rejects(connect(never, SETTINGS, options), refused)
  assert.equal(never.asked(), 3)
})

test('what no attempt can cure is not tried again', async () => {
  const wrong = opening(() => Promise.reject(new ConfigError('no such file')))
  const options = { attempts: 3, backoffMs: 60, signal: new AbortController().signal, log: new FakeLogger() }
  await assert.rejects(connect(wrong, SETTINGS, options), /no such file/)
  assert.equal(wrong.asked(), 1)
})

test('a stop ends the wait for a server at once, and what opens after it is closed', async () => {
  const controller = new AbortController()
  let open: (db: Database) => void = () => undefined
  const slow = opening(() => new Promise((resolve) => (open = resolve)))
  const options = { attempts: 3, backoffMs: 60_000, signal: controller.signal, log: new FakeLogger() }
  const connecting = connect(slow, SETTINGS, options)
  controller.abort()
  await assert.rejects(within(connecting, 20_000, 'the end of the wait'), /Stopped while connecting/)
  const closed = new Promise<void>((resolve) => open(database(async () => resolve())))
  await within(closed, 20_000, 'the connection to be closed')
  assert.equal(slow.asked(), 1)
})

test('connection.* that are not the connector’s own are driver properties', () => {
  const raw = {
    'connection.url': 'u',
    'connection.password': 'p',
    'connection.attempts': '2',
    'connection.backoff.ms': '1',
  }
  assert.deepEqual(
    driverProperties({ ...raw, 'connection.socketTimeout': '5', 'connection.ssl.x': 'y', mode: 'bulk' }),
    {
      socketTimeout: '5',
      'ssl.x': 'y',
    },
  )
})

test('source and sink obey connection.attempts, connection.backoff.ms and connection.connectTimeout', async (t) => {
  const silent = createServer(() => undefined)
  await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve))
  t.after(() => silent.close())
  const dead = await freePort()
  const { port } = silent.address() as { port: number }
  const tries = { 'connection.user': 'u', 'connection.attempts': '2', 'connection.backoff.ms': '50' }
  const mute = { ...tries, 'connection.connectTimeout': '300' }
  const source = { mode: 'bulk', 'topic.prefix': 'x-', query: 'SELECT 1' }
  // A refusal may take longer than the short time-out on a busy machine
  for (const [url, expected, more] of [
    [`jdbc:mysql://127.0.0.1:${dead}/d`, /ECONNREFUSED/, tries],
    [`jdbc:mysql://127.0.0.1:${port}/d`, /ETIMEDOUT/, mute],
    [`jdbc:postgresql://127.0.0.1:${dead}/d`, /refused/, tries],
  ] as const) {
    const settings = { ...more, 'connection.url': url }
    const opened = openSource(confluentJdbcSource, { ...settings, ...source })
    await assert.rejects(within<unknown>(opened, 60_000, 'the source to fail'), expected)

    const sink = await openSink(confluentJdbcSink, { ...settings, topics: 'topic', 'max.retries': '0' })
    const put = sink.task.put([sinkRecord({ id: 1n }, { valueSchema: ROW })])
    await assert.rejects(within(Promise.resolve(put), 60_000, 'the sink to fail'), expected)
    assert.match(
      String(sink.log.messages('info').at(-1)),
      /^Unable to connect to database on attempt 1\/2\. Will retry in 50 ms/,
    )
    await sink.stop()
  }
})
