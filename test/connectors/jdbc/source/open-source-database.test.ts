import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Database } from '../../../../src/connectors/jdbc/database.ts'
import { openSourceDatabase } from '../../../../src/connectors/jdbc/source/open-source-database.ts'
import { FakeLogger } from '../../../helpers/fake-context.ts'
import { settingsOf } from './settings-of.ts'

/** A database that keeps what it is told, or fails. */
const fakeDatabase = (fail = false) => {
  const told: string[] = []
  const db = {
    execute: async (sql: string) => {
      told.push(sql)
      if (fail) throw new Error('refused')
      return 0
    },
    close: async () => void told.push('close'),
  } as unknown as Database
  return { told, db }
}

const open = async (url: string, isolation: string, fail = false): Promise<string[]> => {
  const { told, db } = fakeDatabase(fail)
  const settings = settingsOf({ 'connection.url': url, 'transaction.isolation.mode': isolation })
  const opening = openSourceDatabase(
    { ...settings, dialect: { ...settings.dialect, open: async () => db } },
    { signal: new AbortController().signal, log: new FakeLogger() },
  )
  if (fail) await assert.rejects(opening, /refused/)
  else await opening
  return told
}

test('a connection gets the isolation that is set, in the words of its database', async () => {
  assert.deepEqual(await open('jdbc:postgresql://h/d', 'SERIALIZABLE'), [
    'SET SESSION CHARACTERISTICS AS TRANSACTION ISOLATION LEVEL SERIALIZABLE',
  ])
  assert.deepEqual(await open('jdbc:mariadb://h/d', 'READ_UNCOMMITTED'), [
    'SET SESSION TRANSACTION ISOLATION LEVEL READ UNCOMMITTED',
  ])
  assert.deepEqual(await open('jdbc:sqlite::memory:', 'SERIALIZABLE'), [], 'SQLite knows no other')
  assert.deepEqual(await open('jdbc:postgresql://h/d', 'DEFAULT'), [])
})

test('a connection that refuses it is closed', async () => {
  const told = await open('jdbc:postgresql://h/d', 'SERIALIZABLE', true)
  assert.equal(told.at(-1), 'close')
})
