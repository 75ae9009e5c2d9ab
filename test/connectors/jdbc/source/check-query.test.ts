import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Database } from '../../../../src/connectors/jdbc/database.ts'
import { DatabaseError, type DatabaseErrorDetails } from '../../../../src/connectors/jdbc/database-error.ts'
import { queryRefusal } from '../../../../src/connectors/jdbc/source/check-query.ts'
import { settingsOf } from './settings-of.ts'

const MESSAGE =
  'The configured query is not valid and has database/connection errors. Please provide the correct query by validating the query syntax and the existing table/column names with the database being connected'

/** What is said when the database answers like this. */
const refusal = async (describe: () => Promise<never[]>, open?: () => Promise<Database>) => {
  let closed = 0
  const db = { describe, close: async () => void closed++ } as unknown as Database
  const settings = settingsOf({ query: 'SELECT 1' })
  const said = await queryRefusal({ ...settings, dialect: { ...settings.dialect, open: open ?? (async () => db) } })
  if (open === undefined) assert.equal(closed, 1, 'the connection is closed')
  return said
}

const failing = (details: Partial<DatabaseErrorDetails>) => async (): Promise<never[]> => {
  throw new DatabaseError('secret text', { className: 'X', kind: 'statement', ...details })
}

test('what the database says of the query itself is shown as the JVM shows it, without its text', async () => {
  assert.equal(await refusal(async () => []), undefined)
  assert.equal(await refusal(failing({ state: '42703', code: '42703' })), `${MESSAGE} (SQLState: 42703)`)
  assert.equal(await refusal(failing({ state: '42S22', code: 1054 })), `${MESSAGE} (SQLState: 42S22, errorCode: 1054)`)
  assert.equal(await refusal(failing({ code: 1 })), `${MESSAGE} (errorCode: 1)`)
  assert.equal(await refusal(failing({})), MESSAGE)
})

test('a database that cannot be asked is no reason to refuse: it may be away', async () => {
  for (const details of [
    { kind: 'connection', state: '08006' },
    { kind: 'transient', state: '53300' },
    { kind: 'statement', state: '28P01' },
    { kind: 'statement', state: '3D000' },
  ] as const) {
    assert.equal(await refusal(async () => [], failing(details) as never), undefined, details.state)
  }
  assert.equal(await refusal(async () => Promise.reject(new Error('a bug'))), undefined)
})

test('a database that does not answer is waited for no longer than some seconds', { timeout: 60_000 }, async (t) => {
  t.mock.timers.enable({ apis: ['setTimeout'] })
  const settings = settingsOf({ query: 'SELECT 1' })
  const asked = queryRefusal({
    ...settings,
    dialect: { ...settings.dialect, open: () => new Promise(() => undefined) },
  })
  t.mock.timers.tick(5000)
  assert.equal(await asked, undefined)
})
