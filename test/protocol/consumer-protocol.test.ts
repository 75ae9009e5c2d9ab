import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  decodeAssignment,
  decodeSubscription,
  encodeAssignment,
  encodeSubscription,
} from '../../src/protocol/consumer-protocol.ts'
import { ProtocolError } from '../../src/protocol/protocol-error.ts'
import { recordedLines } from './recorded-lines.ts'

const recorded = recordedLines<{ kind: string; version: number; base64: string }>('consumer-protocol')
const partitions = [{ topic: 'a', partitions: [0, 2] }]
const userData = Buffer.from([7])

test('subscriptions have the bytes of the Java client in every version', () => {
  const value = { topics: ['a', 'b'], userData, ownedPartitions: partitions, generationId: 12, rackId: 'rack' }
  for (const { version, base64 } of recorded.filter((one) => one.kind === 'subscription')) {
    assert.equal(encodeSubscription(value, version).toString('base64'), base64)
    assert.deepEqual(decodeSubscription(Buffer.from(base64, 'base64')), {
      topics: ['a', 'b'],
      userData,
      ownedPartitions: version >= 1 ? partitions : [],
      generationId: version >= 2 ? 12 : -1,
      rackId: version >= 3 ? 'rack' : null,
    })
  }
})

test('assignments have the bytes of the Java client in every version', () => {
  for (const { version, base64 } of recorded.filter((one) => one.kind === 'assignment')) {
    assert.equal(encodeAssignment({ assignedPartitions: partitions, userData }, version).toString('base64'), base64)
    assert.deepEqual(decodeAssignment(Buffer.from(base64, 'base64')), { assignedPartitions: partitions, userData })
  }
})

test('a newer version is read as the highest one known, and no bytes are no partitions', () => {
  const newer = Buffer.concat([encodeSubscription({ topics: ['a'] }), Buffer.from('more')])
  newer.writeInt16BE(9, 0)
  assert.deepEqual(decodeSubscription(newer).topics, ['a'])
  assert.deepEqual(decodeAssignment(Buffer.alloc(0)), { assignedPartitions: [], userData: null })
  assert.throws(() => decodeSubscription(Buffer.from([0xff, 0xff])), ProtocolError)
  assert.throws(() => decodeAssignment(Buffer.from([0])), ProtocolError)
})
