/** The source goes on after faults of the database: nothing is lost, and within one run nothing comes twice. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { confluentJdbcSource } from '../../../../src/connectors/jdbc/source/jdbc-sources.ts'
import type { SourceTask } from '../../../../src/plugin/connector.ts'
import { type DatabaseKind, startDatabase, whyNoDatabase } from '../../../helpers/databases.ts'
import { openSource, pollUntil } from '../../../helpers/fake-context.ts'
import { serverMissing } from '../../../helpers/servers-used.ts'

const ROWS = 5000

interface Words {
  /** Cuts every connection but its own. */
  readonly cut: readonly [sql: string, each: (row: Record<string, unknown>) => string]
  readonly lock: string
  readonly retype: string
}

const POSTGRES: Words = {
  cut: [
    `SELECT pid AS id FROM pg_stat_activity WHERE application_name = 'connect-standalone'`,
    ({ id }) => `SELECT pg_terminate_backend(${id})`,
  ],
  lock: 'BEGIN; LOCK TABLE t',
  retype: 'ALTER TABLE t ALTER COLUMN z TYPE text USING z::text',
}

const MYSQL: Words = {
  cut: ['SELECT id AS id FROM information_schema.processlist WHERE id <> connection_id()', ({ id }) => `KILL ${id}`],
  lock: 'LOCK TABLES t WRITE',
  retype: 'ALTER TABLE t MODIFY z varchar(20)',
}

const idsOf = async (task: SourceTask, records: number): Promise<number[]> =>
  (await pollUntil(task, { records, within: 60_000 })).map(({ value }) => Number((value as { id: bigint }).id))

const PLACES: readonly (readonly [DatabaseKind, Words])[] = [
  ['postgres-18', POSTGRES],
  ['mariadb', MYSQL],
]

for (const [kind, words] of PLACES) {
  test(`reading ${kind} survives cut connections, a killed server, a locked table and changed columns`, async (t) => {
    const why = await whyNoDatabase(kind)
    if (why !== undefined) return serverMissing(t, why)
    // The servers' processes do not keep this one running, and between two connections nothing else does
    const staying = setInterval(() => undefined, 1000)
    t.after(() => clearInterval(staying))
    const server = await startDatabase(kind)
    t.after(() => server.close())
    const db = await server.newDatabase('faults')
    await db.run('CREATE TABLE t (id bigint NOT NULL PRIMARY KEY, w varchar(50))')
    const values = Array.from({ length: ROWS }, (_, index) => `(${index + 1}, 'row ${index + 1}')`)
    await db.run(`INSERT INTO t VALUES ${values.join(',')}`)
    const { task, log, abort } = await openSource(confluentJdbcSource, {
      'connection.url': db.url,
      'connection.user': db.user,
      mode: 'incrementing',
      'incrementing.column.name': 'id',
      'topic.prefix': 'x-',
      'table.whitelist': 't',
      'poll.interval.ms': '50',
      'batch.max.rows': '100',
    })

    const ids = await idsOf(task, 500)
    for (const row of await db.query(words.cut[0])) await db.run(words.cut[1](row))
    ids.push(...(await idsOf(task, ROWS - ids.length)))
    assert.deepEqual(
      ids,
      Array.from({ length: ROWS }, (_, index) => index + 1),
      'after a cut in mid-batch',
    )

    await server.kill()
    await task.poll()
    assert.match(String(log.messages('error').at(-1)), /^Reading \S+ failed \(\d+ in a row\)\. Trying again in 50 ms: /)
    await server.start()
    await db.run(`INSERT INTO t VALUES (${ROWS + 1}, 'x')`)
    assert.deepEqual(await idsOf(task, 1), [ROWS + 1], 'after the server was killed')

    const locking = await db.session()
    await locking.run(words.lock)
    const waiting = idsOf(task, 1)
    await locking.run(`INSERT INTO t VALUES (${ROWS + 2}, 'y')${kind === 'mariadb' ? '' : '; COMMIT'}`)
    await locking.end()
    assert.deepEqual(await waiting, [ROWS + 2], 'after a lock')

    await db.run('ALTER TABLE t DROP COLUMN w')
    await db.run('ALTER TABLE t ADD COLUMN z int')
    await db.run(`INSERT INTO t VALUES (${ROWS + 3}, 5)`)
    const [narrow] = await pollUntil(task, { records: 1 })
    await db.run(words.retype)
    await db.run(`INSERT INTO t VALUES (${ROWS + 4}, 'six')`)
    const [wide] = await pollUntil(task, { records: 1 })
    assert.deepEqual(
      [narrow?.value, wide?.value],
      [
        { id: BigInt(ROWS + 3), z: 5 },
        { id: BigInt(ROWS + 4), z: 'six' },
      ],
    )

    // A task that waits for a lock can be stopped.
    const locked = await db.session()
    await locked.run(words.lock)
    const poll = task.poll()
    setTimeout(abort, 200)
    assert.deepEqual((await poll) ?? [], [])
    await task.stop()
    await locked.end()
  })
}
