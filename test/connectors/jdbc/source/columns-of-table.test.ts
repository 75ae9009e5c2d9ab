/** Which columns tell what is new, and what is said when they cannot: the words of the JVM's connectors. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { newsColumnsOfQuery, newsColumnsOfTable } from '../../../../src/connectors/jdbc/source/columns-of-table.ts'
import { sqliteDatabase } from '../../../helpers/sqlite-database.ts'
import { settingsOf } from './settings-of.ts'

const T = { catalog: null, schema: null, table: 't' }
const TABLE =
  'CREATE TABLE t (id INTEGER PRIMARY KEY, n INTEGER, made DATETIME, changed DATETIME, sure DATETIME NOT NULL)'

test('columns of a table are those of the settings, in any case', async (t) => {
  const { db } = await sqliteDatabase(t, TABLE)
  const columns = (more: Readonly<Record<string, string>>) => newsColumnsOfTable(db, T, settingsOf(more))
  assert.deepEqual(await columns({}), { incrementing: null, timestamps: [] })
  const both = {
    mode: 'timestamp+incrementing',
    'incrementing.column.name': 'ID',
    'timestamp.column.name': 'made, SURE',
  }
  assert.deepEqual(await columns(both), { incrementing: 'ID', timestamps: ['made', 'SURE'] })
  assert.deepEqual(await columns({ mode: 'incrementing' }), { incrementing: 'id', timestamps: [] })
})

test('columns of a table by the expressions that match it', async (t) => {
  const { db } = await sqliteDatabase(t, TABLE)
  const columns = (timestamps: string, incrementing: string) =>
    newsColumnsOfTable(
      db,
      T,
      settingsOf({
        mode: 'timestamp+incrementing',
        'table.include.list': '.*',
        'timestamp.columns.mapping': timestamps,
        'incrementing.column.mapping': incrementing,
      }),
    )
  assert.deepEqual(await columns('x:[a], [t]:[ made | sure ]', 'x:a,t:id'), {
    incrementing: 'id',
    timestamps: ['made', 'sure'],
  })
  await assert.rejects(columns('x:[made]', '.*:id'), {
    message:
      "Error while validating timestamp column mappings: Included table '`t`' does not match any of the provided regexes",
  })
  await assert.rejects(columns('.*:[sure]', '.*:id,t:n'), {
    message:
      "Error while validating incrementing column mappings: Included table '`t`' matches more than one of the provided regexes",
  })
})

test('columns that are not there, or that may be null, are refused', async (t) => {
  const { db } = await sqliteDatabase(t, TABLE, 'CREATE TABLE plain (a INTEGER)')
  const rejects = (more: Readonly<Record<string, string>>, message: string | RegExp, table = T) =>
    assert.rejects(newsColumnsOfTable(db, table, settingsOf(more)), { message })
  await rejects(
    { mode: 'incrementing', 'incrementing.column.name': 'no' },
    "Incrementing column: no does not exist in table '`t`'",
  )
  await rejects(
    { mode: 'timestamp', 'timestamp.column.name': 'no,sure,never' },
    "Timestamp columns: no, never do not exist in table '`t`'",
  )
  await rejects(
    { mode: 'incrementing', 'incrementing.column.name': 'n' },
    'Cannot make incremental queries using incrementing column n on `t` because this column is nullable.',
  )
  const nullable = { mode: 'timestamp', 'timestamp.column.name': 'made,changed' }
  await rejects(
    nullable,
    'Cannot make incremental queries using timestamp columns made,changed on `t` because all of these columns are nullable.',
  )
  const allowed = settingsOf({ ...nullable, 'validate.non.null': 'false' })
  assert.deepEqual((await newsColumnsOfTable(db, T, allowed)).timestamps, ['made', 'changed'])
  await rejects({ mode: 'timestamp' }, /timestamp.column.name has to name at least one column/)
  await rejects({ mode: 'incrementing' }, /has no column that the database numbers/, { ...T, table: 'plain' })
  await rejects({ mode: 'incrementing' }, 'Table `gone` does not exist (any more)', { ...T, table: 'gone' })
})

test('columns of a query are those of the settings, unseen', () => {
  const query = { query: 'SELECT 1 AS id' }
  assert.deepEqual(
    newsColumnsOfQuery(settingsOf({ ...query, mode: 'incrementing', 'incrementing.column.name': 'id' })),
    {
      incrementing: 'id',
      timestamps: [],
    },
  )
  assert.throws(
    () => newsColumnsOfQuery(settingsOf({ ...query, mode: 'timestamp' })),
    /timestamp.column.name has to name/,
  )
})
