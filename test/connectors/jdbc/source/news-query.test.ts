import assert from 'node:assert/strict'
import { test } from 'node:test'
import { newsQuery } from '../../../../src/connectors/jdbc/source/news-query.ts'
import { settingsOf } from './settings-of.ts'

const POSTGRES = { 'connection.url': 'jdbc:postgresql://h/d' }
const range = { incrementing: 7n, lastIncrementing: null, begin: 1_000_000n, end: 2_000_000n }
const from = 'SELECT * FROM t'

test('a whole table is read as it is, with the suffix behind it', () => {
  const columns = { incrementing: null, timestamps: [] }
  assert.deepEqual(newsQuery(from, columns, undefined, undefined, settingsOf()), { sql: from, parameters: [] })
  const suffixed = newsQuery(from, columns, undefined, undefined, settingsOf({ 'query.suffix': ' FOR UPDATE ' }))
  assert.equal(suffixed.sql, `${from} FOR UPDATE`)
})

test('an incrementing column is read from the last value on, in its order', () => {
  const columns = { incrementing: 'id', timestamps: [] }
  assert.deepEqual(newsQuery(from, columns, range, undefined, settingsOf(POSTGRES)), {
    sql: `${from} WHERE "id" > $1 ORDER BY "id" ASC`,
    parameters: [7n],
  })
  const bounded = newsQuery(from, columns, { ...range, lastIncrementing: 9n }, undefined, settingsOf(POSTGRES))
  assert.equal(bounded.sql, `${from} WHERE "id" > $1 AND "id" <= $2 ORDER BY "id" ASC`)
  assert.deepEqual(bounded.parameters, [7n, 9n])
})

test('timestamps are read between begin and end, both exclusive; of several columns the first that is not null', () => {
  const columns = { incrementing: null, timestamps: ['changed', 'made'] }
  const { sql, parameters } = newsQuery(from, columns, range, undefined, settingsOf(POSTGRES))
  const time = 'COALESCE("changed","made")'
  assert.equal(sql, `${from} WHERE ${time} > $1 AND ${time} < $2 ORDER BY ${time} ASC`)
  assert.deepEqual(parameters, ['1970-01-01 00:00:00.001000000+00:00', '1970-01-01 00:00:00.002000000+00:00'])
})

test('timestamp and id together find what has the same timestamp and a greater id', () => {
  const columns = { incrementing: 'id', timestamps: ['t'] }
  const { sql, parameters } = newsQuery(from, columns, range, undefined, settingsOf(POSTGRES))
  assert.equal(sql, `${from} WHERE "t" < $1 AND (("t" = $2 AND "id" > $3) OR "t" > $4) ORDER BY "t","id" ASC`)
  assert.equal(parameters[2], 7n)
  assert.equal(parameters[1], parameters[3])
})

test('names without quotes when the settings say so', () => {
  const settings = settingsOf({ ...POSTGRES, 'quote.sql.identifiers': 'NEVER' })
  const { sql } = newsQuery(from, { incrementing: 'id', timestamps: [] }, range, undefined, settings)
  assert.equal(sql, `${from} WHERE id > $1 ORDER BY id ASC`)
})

test('SQLite: local time in text and instants in numbers each have a bound of their own, in the order of the text', () => {
  const columns = { incrementing: 'id', timestamps: ['t'] }
  const utc = newsQuery(from, columns, range, undefined, settingsOf())
  assert.deepEqual(utc.parameters, [2n, 1n, 7n, 1n])
  const east = newsQuery(from, columns, range, undefined, settingsOf({ 'db.timezone': '+02:00' }))
  const hours = 7_200_000n
  assert.deepEqual(east.parameters, [2n + hours, 2n, 1n + hours, 1n, 7n, 1n + hours, 1n])
  assert.equal(east.sql.match(/\?/g)?.length, east.parameters.length)
})
