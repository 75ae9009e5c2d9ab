import assert from 'node:assert/strict'
import { test } from 'node:test'
import { KafkaError, toKafkaError } from '../../src/kafka/errors.ts'

const named = (name: string, message: string, more: object = {}): Error =>
  Object.assign(new Error(message), { name, ...more })

test("kafkajs's errors become ours: a code, whether to try again, what was tried and where", () => {
  const rows: [Error, string, boolean][] = [
    [named('KafkaJSConnectionError', 'Connection error: refused', { code: 'ECONNREFUSED' }), 'CONNECTION_FAILED', true],
    [named('KafkaJSConnectionError', 'x', { code: 'SELF_SIGNED_CERT_IN_CHAIN' }), 'TLS_FAILED', false],
    [named('KafkaJSRequestTimeoutError', 'x'), 'REQUEST_TIMED_OUT', true],
    [named('KafkaJSSASLAuthenticationError', 'x', { retriable: false }), 'AUTHENTICATION_FAILED', false],
    [named('KafkaJSProtocolError', 'x', { type: 'NOT_CONTROLLER', retriable: true }), 'NOT_CONTROLLER', true],
    [named('KafkaJSProtocolError', 'x', { type: 'POLICY_VIOLATION', retriable: false }), 'POLICY_VIOLATION', false],
    [new TypeError('x'), 'UNKNOWN', false],
  ]
  for (const [thrown, code, retriable] of rows) {
    const error = toKafkaError(thrown, 'do it', 'host:1')
    assert.deepEqual([error.code, error.retriable, error.cause], [code, retriable, thrown])
    assert.match(error.message, /^Could not do it \(broker host:1\): /)
  }
})

test('what ended the retries is found inside the error about the retries', () => {
  const inner = named('KafkaJSProtocolError', 'inner', { type: 'TOPIC_AUTHORIZATION_FAILED', retriable: false })
  const outer = named('KafkaJSNumberOfRetriesExceeded', 'outer', { cause: inner, retriable: false })
  assert.equal(toKafkaError(outer, 'x').code, 'TOPIC_AUTHORIZATION_FAILED')
})

test('an error of ours stays as it is', () => {
  const error = new KafkaError('CLIENT_CLOSED', 'closed')
  assert.equal(toKafkaError(error, 'x'), error)
  assert.equal(error.retriable, false)
})
