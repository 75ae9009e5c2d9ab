/** The JDBC sink goes on after faults of genuine servers: nothing is lost and nothing is there twice. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { startDatabase } from '../helpers/databases.ts'
import { waitUntil } from '../helpers/processes.ts'
import { counted, missing, putUntilTaken, rows, sinkTo, smallDisk } from './jdbc-faults.ts'

const LONG = 'x'.repeat(2000)

for (const kind of ['postgres-18', 'mariadb'] as const) {
  test(`writing to ${kind} waits while its disk is full and goes on when there is room`, async (t) => {
    if (await missing(t, kind)) return
    const isPostgres = kind === 'postgres-18'
    const disk = isPostgres ? smallDisk(t, 10) : undefined
    if (isPostgres && disk === undefined) return t.skip('no file system can be mounted here')
    // No vacuum, which might make room. All tables of MariaDB in one file that may not grow
    const args = isPostgres
      ? ['-c', 'autovacuum=off']
      : ['--innodb-file-per-table=0', '--innodb-data-file-path=ibdata1:12M:autoextend:max:24M']
    const server = await startDatabase(kind, { args })
    t.after(() => server.close())
    const db = await server.newDatabase('full')
    if (isPostgres) {
      await db.run(`CREATE TABLESPACE small LOCATION '${disk}'`)
      await db.run(`ALTER DATABASE ${db.name} SET default_tablespace = small`)
    }
    const sink = await sinkTo(t, db.url, db.user, { 'max.retries': '1000', 'retry.backoff.ms': '50' })
    // So few at a time that the sink takes them for no stream, and writes the next before its `put` returns
    await putUntilTaken(sink.task, rows(0, 50))
    await putUntilTaken(sink.task, rows(50, 100))
    await db.run('CREATE TABLE filler (w varchar(2000))')
    const many = isPostgres ? 'generate_series(1, 1000)' : 'seq_1_to_1000'
    const fill = async (): Promise<void> => {
      for (let time = 0; time < 100; time++) await db.run(`INSERT INTO filler SELECT '${LONG}' FROM ${many}`)
    }
    await assert.rejects(fill(), isPostgres ? /No space left on device/ : /The table 'filler' is full/)

    let refusals = 0
    const batch = rows(100, 1100, () => LONG)
    await putUntilTaken(sink.task, batch, {
      refused: async (error) => {
        assert.match(
          error.message,
          isPostgres ? /could not extend file .*No space left on device/ : /The table 't' is full/,
        )
        // Not half of it
        assert.deepEqual(await counted(db), [100, 100, 99])
        if (++refusals === 3) await db.run('DROP TABLE filler')
      },
    })
    assert.ok(refusals >= 3)
    assert.deepEqual(await counted(db), [1100, 1100, 1099])
    assert.match(String(sink.log.messages('warn').at(-1)), /^Write of 1000 records failed, remainingRetries=\d+: /)
  })

  test(`writing to ${kind} survives a dropped and a changed column, a locked table and a cut connection`, async (t) => {
    if (await missing(t, kind)) return
    const isPostgres = kind === 'postgres-18'
    const server = await startDatabase(kind)
    t.after(() => server.close())
    const db = await server.newDatabase('columns')
    const retries = { 'max.retries': '200', 'retry.backoff.ms': '50' }
    const sink = await sinkTo(t, db.url, db.user, { ...retries, 'auto.evolve': 'true' }, true)
    await putUntilTaken(sink.task, rows(0, 100))

    await db.run('ALTER TABLE t DROP COLUMN w')
    await putUntilTaken(sink.task, rows(100, 200))
    assert.deepEqual(
      await db.query('SELECT id FROM t WHERE w IS NOT NULL ORDER BY id LIMIT 1').then(([row]) => Number(row?.['id'])),
      100,
      'the column is made again',
    )

    // Rows that the new type cannot hold are reported, the rest goes in
    await db.run('UPDATE t SET w = NULL')
    await db.run(isPostgres ? 'ALTER TABLE t ALTER COLUMN w TYPE int USING NULL' : 'ALTER TABLE t MODIFY w int')
    await putUntilTaken(
      sink.task,
      rows(200, 300, (id) => (id % 50 === 0 ? 'no number' : String(id))),
    )
    assert.deepEqual(
      sink.reported.map(({ record }) => record.offset),
      [200, 250],
    )
    assert.match(
      String(sink.reported[0]?.error.message),
      isPostgres ? /integer: "no number"/ : /Incorrect integer value/,
    )
    assert.deepEqual(await counted(db), [298, 298, 299])

    const locking = await db.session()
    await locking.run(isPostgres ? 'BEGIN; LOCK TABLE t' : 'LOCK TABLES t WRITE')
    const waiting = putUntilTaken(
      sink.task,
      rows(300, 400, () => '1'),
    )
    await locking.run(`INSERT INTO t (id) VALUES (5000)${isPostgres ? '; COMMIT' : ''}`)
    await locking.end()
    await waiting
    assert.deepEqual(await counted(db), [399, 399, 5000])

    // Cut in mid-batch: the last of the rows is locked, so that the others are written and not committed
    const holding = await db.session()
    await holding.run('BEGIN; UPDATE t SET w = 7 WHERE id = 5000')
    let refusals = 0
    const putting = putUntilTaken(
      sink.task,
      rows(400, 5001, () => '2'),
      {
        refused: async () => {
          refusals++
          assert.deepEqual(await counted(db), [399, 399, 5000])
          await holding.run('COMMIT')
        },
      },
    )
    const waits = isPostgres
      ? `SELECT pid AS id FROM pg_stat_activity WHERE application_name = 'connect-standalone' AND wait_event_type = 'Lock'`
      : `SELECT trx_mysql_thread_id AS id FROM information_schema.innodb_trx WHERE trx_state = 'LOCK WAIT'`
    const held = await waitUntil(async () => (await db.query(waits))[0]?.['id'] as number | undefined, {
      timeoutMs: 60_000,
      what: 'the sink to wait for the row',
    })
    await db.run(isPostgres ? `SELECT pg_terminate_backend(${held})` : `KILL ${held}`)
    await putting
    await holding.end()
    assert.ok(refusals >= 1)
    assert.deepEqual(await counted(db), [4999, 4999, 5000])

    // Without auto.evolve a column that is gone is an error that says so
    const strict = await sinkTo(t, db.url, db.user, { 'max.retries': '1', 'retry.backoff.ms': '50' })
    await db.run('ALTER TABLE t DROP COLUMN w')
    await assert.rejects(putUntilTaken(strict.task, rows(0, 1)), /missing.*\bw\b.*auto-evol/is)
  })
}
