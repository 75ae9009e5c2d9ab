import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { DatabaseError } from '../../../../src/connectors/jdbc/database-error.ts'
import { openSqlite } from '../../../../src/connectors/jdbc/drivers/sqlite.ts'
import { within } from '../../../helpers/processes.ts'

const open = (path: string, parameters: string) =>
  openSqlite({ url: `jdbc:sqlite:${path}?${parameters}`, user: null, password: null, properties: {} })

test('a lock is waited for as long as busy_timeout says, or until the connection is closed', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'sqlite-'))
  const path = join(folder, 'a.db')
  const [holder, short, long] = await Promise.all([
    open(path, ''),
    open(path, 'busy_timeout=100'),
    open(path, 'busy_timeout=600000'),
  ])
  t.after(async () => {
    for (const db of [holder, short, long]) await db.close()
    rmSync(folder, { recursive: true })
  })
  await holder.execute('CREATE TABLE t (id INTEGER)')
  await holder.begin()
  const isLocked = (error: unknown): boolean => error instanceof DatabaseError && /SQLITE_BUSY/.test(error.message)
  await assert.rejects(within(short.execute('INSERT INTO t VALUES (1)'), 30_000, 'the time-out'), isLocked)
  const waiting = long.execute('INSERT INTO t VALUES (2)')
  waiting.catch(() => undefined)
  await long.close()
  await assert.rejects(within(waiting, 30_000, 'the end of the wait'), DatabaseError)
  await assert.rejects(open(path, 'busy_timeout=soon'), /Invalid value for SQLite's busy_timeout: soon/)
})

test('max_page_count bounds a file, and what does not fit is an error that may pass', async (t) => {
  const db = await open(':memory:', 'max_page_count=20')
  t.after(() => db.close())
  await db.execute('CREATE TABLE t (w)')
  const fill = async (): Promise<void> => {
    for (let row = 0; row < 100; row++) await db.execute('INSERT INTO t VALUES (?)', ['x'.repeat(4000)])
  }
  await assert.rejects(fill(), (error: unknown) => error instanceof DatabaseError && error.kind === 'transient')
  await db.execute('DELETE FROM t')
  assert.equal(await db.execute('INSERT INTO t VALUES (?)', ['y']), 1)
})
