import assert from 'node:assert/strict'
import { test } from 'node:test'
import { IncrementingBound } from '../../../../src/connectors/jdbc/source/incrementing-bound.ts'
import { sqliteDatabase } from '../../../helpers/sqlite-database.ts'
import { settingsOf } from './settings-of.ts'

test('a number may be read when it was the greatest so long ago, not before', async (t) => {
  const { db } = await sqliteDatabase(t, 'CREATE TABLE t (id INTEGER)')
  const bound = new IncrementingBound('SELECT * FROM t', 'id', 150, settingsOf())
  let now = 1000
  t.mock.method(performance, 'now', () => now)
  assert.equal(await bound.next(db), undefined, 'an empty table has no greatest number')
  await db.execute('INSERT INTO t VALUES (3)')
  assert.equal(await bound.next(db), undefined)
  await db.execute('INSERT INTO t VALUES (8)')
  now += 100
  assert.equal(await bound.next(db), undefined)
  now += 49
  assert.equal(await bound.next(db), undefined)
  now += 1
  assert.equal(await bound.next(db), 3n)
  now += 99
  assert.equal(await bound.next(db), 3n)
  now += 1
  assert.equal(await bound.next(db), 8n)
})

test('without a delay that has passed, an old bound stays', async (t) => {
  const { db } = await sqliteDatabase(t, 'CREATE TABLE t (id INTEGER)', 'INSERT INTO t VALUES (5)')
  const bound = new IncrementingBound('SELECT * FROM t', 'id', 0, settingsOf())
  assert.equal(await bound.next(db), 5n)
  await db.execute('DELETE FROM t')
  assert.equal(await bound.next(db), 5n, 'rows that go do not move it back')
})
