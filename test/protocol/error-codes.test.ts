import assert from 'node:assert/strict'
import { test } from 'node:test'
import { errorCode, kafkaError } from '../../src/protocol/error-codes.ts'

test('codes have their names and say whether it is worth trying again', () => {
  assert.deepEqual(kafkaError(6), {
    code: 6,
    name: 'NOT_LEADER_OR_FOLLOWER',
    retriable: true,
    message: 'The broker is not the leader, or has no replica, of the partition',
  })
  assert.equal(kafkaError(-1).name, 'UNKNOWN_SERVER_ERROR')
  assert.equal(kafkaError(10).retriable, false)
  assert.equal(errorCode('UNKNOWN_TOPIC_OR_PARTITION'), 3)
  assert.throws(() => errorCode('NO_SUCH_THING'), TypeError)
})

test('every code of Apache Kafka 4.3.1 is there, with a name and a message of its own', () => {
  const all = Array.from({ length: 135 }, (_, i) => kafkaError(i - 1))
  assert.ok(all.every(({ name, message }) => name !== 'UNKNOWN' && message.length > 0))
  assert.equal(new Set(all.map((one) => one.name)).size, 135)
  assert.equal(new Set(all.map((one) => one.message)).size, 135)
  assert.ok(all.every(({ code, name }) => errorCode(name) === code))
})

test('a code of a newer broker is reported and not tried again', () => {
  assert.deepEqual(kafkaError(4242), {
    code: 4242,
    name: 'UNKNOWN',
    retriable: false,
    message: 'The broker gave the unknown error code 4242',
  })
})
