import assert from 'node:assert/strict'
import { test } from 'node:test'
import { parseOrThrow } from '../../../../src/config/parse.ts'
import { aivenConfig } from '../../../../src/connectors/jdbc/source/aiven-source-config.ts'
import { aivenSettings } from '../../../../src/connectors/jdbc/source/source-settings.ts'
import { settingsOf } from './settings-of.ts'

const aivenOf = (more: Readonly<Record<string, string>>) => {
  const raw = { 'connection.url': 'jdbc:sqlite::memory:', mode: 'bulk', 'topic.prefix': 'x-', ...more }
  return aivenSettings(parseOrThrow(aivenConfig, raw), raw)
}

test('numeric.mapping goes before its older word', () => {
  const mapping = (more: Readonly<Record<string, string>>) => settingsOf(more).reader.numericMapping
  assert.equal(mapping({}), 'none')
  assert.equal(mapping({ 'numeric.precision.mapping': 'true' }), 'precision_only')
  assert.equal(mapping({ 'numeric.precision.mapping': 'true', 'numeric.mapping': 'BEST_FIT' }), 'best_fit')
  assert.equal(mapping({ 'numeric.mapping': 'best_fit_eager_double' }), 'best_fit_eager_double')
})

test('a query may be hidden', () => {
  assert.equal(settingsOf({ query: 'SELECT 1' }).query, 'SELECT 1')
  assert.equal(settingsOf({ 'query.masked': 'SELECT 2' }).query, 'SELECT 2')
  assert.equal(settingsOf().query, null)
})

test('the isolation of transactions is that of the database unless set', () => {
  assert.equal(settingsOf().isolation, null)
  assert.equal(settingsOf({ 'transaction.isolation.mode': 'REPEATABLE_READ' }).isolation, 'REPEATABLE READ')
  assert.equal(aivenOf({}).isolation, null)
})

test('how many rows a poll gives is left to us unless set', () => {
  assert.equal(settingsOf().batchMaxRows, undefined)
  assert.equal(settingsOf({ 'batch.max.rows': '7' }).batchMaxRows, 7)
})

test('what stands behind connection. and is no setting goes to the driver', () => {
  const { connection } = settingsOf({
    'connection.user': 'me',
    'connection.attempts': '2',
    'connection.sslmode': 'require',
  })
  assert.equal(connection.user, 'me')
  assert.deepEqual(connection.properties, { sslmode: 'require' })
})

test('where the two vendors begin', () => {
  assert.equal(settingsOf().timestampInitial, null)
  assert.equal(settingsOf({ 'timestamp.initial': '-1' }).timestampInitial, -1)
  assert.equal(settingsOf().incrementingInitial, -1n)
  assert.equal(aivenOf({}).timestampInitial, 0)
  assert.equal(aivenOf({ 'incrementing.initial': '41' }).incrementingInitial, 41n)
})

test('names are quoted in the database’s way, or not at all', () => {
  assert.equal(settingsOf().quote('a`b'), '`a``b`')
  assert.equal(settingsOf({ 'quote.sql.identifiers': 'never' }).quote('a'), 'a')
  assert.equal(aivenOf({ 'sql.quote.identifiers': 'false' }).quote('a'), 'a')
  assert.equal(aivenOf({ 'table.names.qualify': 'false' }).qualify, false)
})
