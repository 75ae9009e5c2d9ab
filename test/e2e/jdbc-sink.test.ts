/** The JDBC sink on genuine servers: numbered records in, through kills of the worker and of the database. */
import assert from 'node:assert/strict'
import { join } from 'node:path'
import { test } from 'node:test'
import { DATABASE_KINDS, startDatabase, whyNoDatabase } from '../helpers/databases.ts'
import { kafka } from '../helpers/kafka-server.ts'
import { startOurWorker, workerSettings, writeProperties } from '../helpers/our-worker.ts'
import { waitUntil } from '../helpers/processes.ts'
import { temporaryDir } from '../helpers/services-dir.ts'

const ROWS = 3000

const SCHEMA = {
  type: 'struct',
  optional: false,
  name: 'Row',
  fields: [
    { field: 'id', type: 'int64', optional: false },
    { field: 'name', type: 'string', optional: true },
    {
      field: 'price',
      type: 'bytes',
      optional: true,
      name: 'org.apache.kafka.connect.data.Decimal',
      version: 1,
      parameters: { scale: '2' },
    },
    { field: 'seen', type: 'int64', optional: true, name: 'org.apache.kafka.connect.data.Timestamp', version: 1 },
    { field: 'ratio', type: 'double', optional: true },
    { field: 'active', type: 'boolean', optional: true },
  ],
}

/** 123.45 as the bytes of its unscaled value. */
const PRICE = Buffer.from([0x30, 0x39]).toString('base64')

const record = (id: number): { key: string; value: string } => ({
  key: JSON.stringify({ schema: { type: 'int64', optional: false }, payload: id }),
  value: JSON.stringify({
    schema: SCHEMA,
    payload: {
      id,
      name: `näme 'of' ${id}`,
      price: PRICE,
      seen: 1_709_210_096_789 + id,
      ratio: id / 4,
      active: id % 2 === 0,
    },
  }),
})

const records = (from: number, to: number) => Array.from({ length: to - from }, (_, index) => record(from + index))

for (const kind of DATABASE_KINDS) {
  test(`${kind}: upserted rows are all there, each once, after kills of the worker and of the server`, {
    timeout: 360_000,
  }, async (t) => {
    const missing = await whyNoDatabase(kind)
    if (missing !== undefined) {
      if (process.env['CI'] === 'true') throw new Error(missing)
      return t.skip(missing)
    }
    const server = await startDatabase(kind)
    t.after(() => server.close())
    const database = await server.newDatabase('sink')
    const broker = await kafka()
    const topic = await broker.newTopic('rows')
    const table = topic.replaceAll('-', '_')
    const folder = temporaryDir(t, 'jdbc-sink-')
    const connector = writeProperties(join(folder, 'sink.properties'), {
      name: `rows-${kind}`,
      'connector.class': 'io.confluent.connect.jdbc.JdbcSinkConnector',
      'connection.url': database.url,
      'connection.user': database.user,
      'connection.attempts': 1,
      topics: topic,
      'table.name.format': table,
      'insert.mode': 'upsert',
      'pk.mode': 'record_value',
      'pk.fields': 'id',
      'auto.create': true,
      // For longer than a server may take to be back
      'max.retries': 1000,
      'retry.backoff.ms': 200,
      // A killed member is gone for its group after this long
      'consumer.override.session.timeout.ms': 6000,
      'consumer.override.max.poll.records': 200,
    })
    const settings = workerSettings(broker.bootstrap, folder, {
      'key.converter': 'org.apache.kafka.connect.json.JsonConverter',
      'value.converter': 'org.apache.kafka.connect.json.JsonConverter',
      'offset.flush.interval.ms': 500,
    })
    const start = () => startOurWorker({ folder, worker: settings, connectors: [connector] })
    const quote = kind.startsWith('postgres') ? '"' : '`'
    const count = async (): Promise<number> =>
      Number(
        (await database.query(`SELECT count(*) AS n FROM ${quote}${table}${quote}`).catch(() => [{ n: 0 }]))[0]?.['n'],
      )
    const reaches = (rows: number) =>
      waitUntil(async () => (await count()) >= rows, {
        timeoutMs: 120_000,
        what: `${rows} rows in ${kind}`,
        intervalMs: 20,
      })

    const first = await start()
    t.after(() => first.kill9())
    await broker.produce(topic, records(0, ROWS))
    await reaches(1)
    await first.kill9()
    const second = await start()
    t.after(() => second.kill9())
    await reaches(ROWS)

    await server.kill()
    await broker.produce(topic, records(ROWS, 2 * ROWS))
    await second.waitForLog(/remainingRetries=/, { timeoutMs: 60_000 })
    assert.deepEqual([...(await second.taskStates()).values()], ['RUNNING'])
    await server.start()
    await reaches(2 * ROWS)

    const found = await database.query(
      `SELECT count(*) AS n, count(DISTINCT id) AS ids, min(id) AS first, max(id) AS last FROM ${quote}${table}${quote}`,
    )
    const numbers = Object.fromEntries(Object.entries(found[0] ?? {}).map(([key, value]) => [key, Number(value)]))
    assert.deepEqual(numbers, { n: 2 * ROWS, ids: 2 * ROWS, first: 0, last: 2 * ROWS - 1 })
    const [row] = await database.query(
      `SELECT name, price, ${kind.startsWith('postgres') ? 'seen::text' : 'CAST(seen AS CHAR)'} AS seen, ratio, active FROM ${quote}${table}${quote} WHERE id = 4`,
    )
    assert.deepEqual(
      { ...row, price: Number(row?.['price']), active: Number(row?.['active']) },
      { name: "näme 'of' 4", price: 123.45, seen: '2024-02-29 12:34:56.793', ratio: 1, active: 1 },
    )
    assert.equal(await second.stop(), 143)
  })
}
