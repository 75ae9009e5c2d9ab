// The pairs examples/postgres and examples/mysql, run from copies that differ by address, user and topic alone, on genuine servers.
import assert from 'node:assert/strict'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { type DatabaseKind, startDatabase, whyNoDatabase } from '../helpers/databases.ts'
import { kafka, uniqueName } from '../helpers/kafka-server.ts'
import { startOurWorker } from '../helpers/our-worker.ts'
import { waitUntil } from '../helpers/processes.ts'
import { serverMissing } from '../helpers/servers-used.ts'
import { repoRoot, temporaryDir } from '../helpers/services-dir.ts'

const PAIRS: readonly (readonly [example: string, kind: DatabaseKind])[] = [
  ['postgres', 'postgres-15'],
  ['mysql', 'mariadb'],
]

for (const [example, kind] of PAIRS) {
  test(`examples/${example} copies the table orders through Kafka, changes included`, {
    timeout: 300_000,
  }, async (t) => {
    const why = await whyNoDatabase(kind)
    if (why !== undefined) return serverMissing(t, why)
    const server = await startDatabase(kind)
    t.after(() => server.close())
    const db = await server.newDatabase('shop')
    const broker = await kafka()
    const prefix = `${uniqueName('shop')}-`
    const folder = temporaryDir(t, `example-${example}-`)

    const file = (name: string): string => readFileSync(join(repoRoot, 'examples', example, name), 'utf8')
    await db.run(file('shop.sql'))
    const copied = (name: string): string => {
      const text = file(name)
        .replaceAll('localhost:9092', broker.bootstrap)
        .replaceAll('/tmp/', `${folder}/`)
        .replaceAll(/^connection\.url=.*$/gm, `connection.url=${db.url}`)
        .replaceAll(/^connection\.user=.*$/gm, `connection.user=${db.user}`)
        // The servers of these tests trust whoever comes from here.
        .replaceAll(/^connection\.password=.*$/gm, '')
        .replaceAll('shop-', prefix)
      const path = join(folder, name)
      writeFileSync(path, name === 'worker.properties' ? `${text}\nlisteners=http://127.0.0.1:0\n` : text)
      return path
    }
    const worker = await startOurWorker({
      folder,
      worker: copied('worker.properties'),
      connectors: [copied('jdbc-source.properties'), copied('jdbc-sink.properties')],
    })
    t.after(() => worker.kill9())

    const rows = async (table: string): Promise<string> => {
      const found = await db.query(`SELECT id, customer, amount FROM ${table} ORDER BY id`).catch(() => [])
      return JSON.stringify(found.map(({ id, customer, amount }) => [Number(id), customer, Number(amount)]))
    }
    const isCopied = async (what: string): Promise<void> => {
      try {
        await waitUntil(async () => (await rows('orders_copy')) === (await rows('orders')), {
          ...{ timeoutMs: 120_000, intervalMs: 200, what },
        })
      } catch (error) {
        t.diagnostic(worker.output().slice(-3000))
        throw error
      }
    }
    assert.notEqual(await rows('orders'), '[]')
    await isCopied('the rows of shop.sql in the copy')
    const now = example === 'postgres' ? 'now()' : 'CURRENT_TIMESTAMP(3)'
    await db.run(`UPDATE orders SET amount = 13, updated = ${now} WHERE customer = 'Ada'`)
    await db.run(`INSERT INTO orders (customer, amount) VALUES ('Mary', NULL)`)
    await isCopied('a changed and a new row in the copy')
    for (const [task, state] of await worker.settledTaskStates()) assert.equal(state, 'RUNNING', task)
    assert.equal(await worker.stop(), 143)
    assert.doesNotMatch(worker.output(), / ERROR /)
  })
}
