import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ConfigError, ConnectError, DataError, RetriableError } from '../../src/plugin/errors.ts'
import { traceOf } from '../../src/runtime/trace.ts'

/** Without frames, which name places in this file. */
const lines = (error: unknown): string[] =>
  traceOf(error)
    .split('\n')
    .filter((line) => !line.startsWith('\tat '))

test('a trace begins with class and message, and names each cause', () => {
  const cause = new DataError('bad field')
  const error = new ConnectError('Tolerance exceeded in error handler', { cause })
  assert.deepEqual(lines(error), [
    'org.apache.kafka.connect.errors.ConnectException: Tolerance exceeded in error handler',
    'Caused by: org.apache.kafka.connect.errors.DataException: bad field',
    '',
  ])
})

test('frames are indented by a tab, as the JVM does it', () => {
  const [, frame] = traceOf(new ConnectError('x')).split('\n')
  assert.match(frame!, /^\tat \S/)
})

test('classes are those of the JVM', () => {
  assert.deepEqual(lines(new ConfigError('no'))[0], 'org.apache.kafka.common.config.ConfigException: no')
  assert.deepEqual(lines(new RetriableError('later'))[0], 'org.apache.kafka.connect.errors.RetriableException: later')
  assert.deepEqual(lines(new ConnectError(''))[0], 'org.apache.kafka.connect.errors.ConnectException')
})

test('what is not an error is told as it is, and causes that go in circles end', () => {
  assert.deepEqual(lines('plain text'), ['plain text', ''])
  const circle = new Error('round')
  circle.cause = circle
  assert.ok(lines(circle).length <= 21)
})
