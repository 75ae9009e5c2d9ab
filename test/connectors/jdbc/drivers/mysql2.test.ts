/** No wait on a connection to MySQL or MariaDB outlasts the connection. */
import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import type { Database } from '../../../../src/connectors/jdbc/database.ts'
import { DatabaseError } from '../../../../src/connectors/jdbc/database-error.ts'
import { openMysql } from '../../../../src/connectors/jdbc/drivers/mysql2.ts'
import { waitUntil, within } from '../../../helpers/processes.ts'
import { endOfRows, type FakeMysql, type FakeMysqlParts, fakeMysql, killed, rows } from './fake-mysql-server.ts'

const WAIT_MS = 30_000

const opened = async (
  t: TestContext,
  parts: FakeMysqlParts,
  parameters = '',
): Promise<{ db: Database; server: FakeMysql }> => {
  const server = await fakeMysql(parts)
  t.after(() => server.close())
  const url = `jdbc:mysql://127.0.0.1:${server.port}/d?sslMode=DISABLED${parameters}`
  const db = await openMysql({ url, user: 'u', password: null, properties: {} })
  t.after(() => db.close())
  return { db, server }
}

const isGone = (error: unknown): boolean =>
  error instanceof DatabaseError &&
  error.kind === 'connection' &&
  error.message.startsWith('Communications link failure')

const readAll = async (db: Database, most: number): Promise<number[]> => {
  const stream = await db.stream('SELECT id FROM t')
  const ids: number[] = []
  for (;;) {
    const some = await stream.read(most)
    if (some.length === 0) break
    for (const [id] of some) ids.push(Number(id))
  }
  await stream.close()
  return ids
}

const numbers = (count: number): number[] => Array.from({ length: count }, (_, index) => index)

test('a result whose end comes in while its rows wait to be read is read to its end', async (t) => {
  // More rows than may wait, and all of them in one piece: the socket is paused with the end already behind it
  for (const count of [4001, 4100, 5000, 8200]) {
    const { db } = await opened(t, {
      result: (socket) => socket.write(Buffer.concat([rows(count), endOfRows(count)])),
    })
    assert.deepEqual(await within(readAll(db, 100), WAIT_MS, `the end of ${count} rows`), numbers(count))
    await db.close()
  }
})

test('a connection that is cut while its rows wait to be read gives those rows, then the error', async (t) => {
  for (const cut of ['end', 'destroy'] as const) {
    const { db } = await opened(t, {
      result: (socket) => socket.write(rows(4100), () => setTimeout(() => socket[cut](), 50)),
    })
    const stream = await db.stream('SELECT id FROM t')
    const read = async (): Promise<number> => {
      let count = 0
      for (;;) {
        const some = await stream.read(100)
        // Not before the cut
        if (count === 0) await new Promise((resolve) => setTimeout(resolve, 200))
        if (some.length === 0) return count
        count += some.length
      }
    }
    await assert.rejects(within(read(), WAIT_MS, 'the error'), isGone)
    assert.equal(db.usable, false)
  }
})

test('a connection that is lost between two statements fails the next one at once', async (t) => {
  let answers = 0
  const { db } = await opened(t, { result: (socket) => (answers++ === 0 ? socket.destroy() : undefined) })
  for (let time = 0; time < 2; time++) {
    const read = async (): Promise<unknown> => (await db.stream('SELECT id FROM t')).read(10)
    await assert.rejects(within(read(), WAIT_MS, 'the error'), isGone)
  }
})

test('a connection that the server ends behind the columns of a statement fails as a lost one', async (t) => {
  const { db } = await opened(t, { afterColumns: killed() })
  const read = async (): Promise<unknown> => (await db.stream('SELECT id FROM t')).read(10)
  await assert.rejects(within(read(), WAIT_MS, 'the error'), isGone)
  assert.equal(db.usable, false)
})

test('closing a connection ends what waits for an answer, and the socket although the server never hears of it', async (t) => {
  const { db, server } = await opened(t, {
    result: (socket) => {
      // Goes on sending whatever the client does
      const more = (): void => void (socket.destroyed ? undefined : socket.write(rows(200_000, 1), more))
      socket.write(rows(1), more)
    },
  })
  const stream = await db.stream('SELECT id FROM t')
  assert.equal((await within(stream.read(100), WAIT_MS, 'the first rows')).length, 100)
  await within(stream.close(), WAIT_MS, 'the end of the result')
  await within(db.close(), WAIT_MS, 'the end of the connection')
  await waitUntil(() => server.open() === 0, { timeoutMs: WAIT_MS, what: 'the end of the socket' })

  const silent = await opened(t, {})
  const waiting = silent.db.execute('SELECT id FROM t WHERE id = ?', [1])
  waiting.catch(() => undefined)
  await within(silent.db.close(), WAIT_MS, 'the end of the connection')
  await assert.rejects(within(waiting, WAIT_MS, 'the error'), isGone)
  await waitUntil(() => silent.server.open() === 0, { timeoutMs: WAIT_MS, what: 'the end of the socket' })
})

test('socketTimeout ends the wait for a server that says nothing, and only that', async (t) => {
  const { db } = await opened(t, {}, '&socketTimeout=1500')
  // Nothing is waited for: silence is fine
  await new Promise((resolve) => setTimeout(resolve, 2000))
  assert.equal(db.usable, true)
  await db.execute('COMMIT')
  const stream = await db.stream('SELECT id FROM t')
  await assert.rejects(within(stream.read(1), WAIT_MS, 'the error'), /no answer within 1500 ms \(socketTimeout\)/)
  assert.equal(db.usable, false)
})

test('connectTimeout ends the wait for a server that accepts and never says hello', async (t) => {
  const server = await fakeMysql({ greets: false })
  t.after(() => server.close())
  const url = `jdbc:mysql://127.0.0.1:${server.port}/d?connectTimeout=300`
  const opening = openMysql({ url, user: 'u', password: null, properties: {} })
  await assert.rejects(within(opening, WAIT_MS, 'the error'), isGone)
  await waitUntil(() => server.open() === 0, { timeoutMs: WAIT_MS, what: 'the end of the socket' })
})
