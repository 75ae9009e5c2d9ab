import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  createPartitionQueue,
  isIdle,
  renumber,
  requeueAnswered,
  sealOpen,
  sendAgain,
  takeNext,
} from '../../src/kafka/partition-queue.ts'
import { openBatch, SEQUENCE_NUMBERS, type WireBatch } from '../../src/kafka/wire-batch.ts'
import { RecordBatchBuilder } from '../../src/protocol/record-batch-builder.ts'

const batchAt = (createdAt: number, baseSequence = -1): WireBatch => {
  const batch = openBatch('t', 0, new RecordBatchBuilder(), createdAt)
  batch.baseSequence = baseSequence
  return batch
}

test('full batches go first, the growing one only if it may', () => {
  const queue = createPartitionQueue('t', 0)
  const [full, growing] = [batchAt(1), batchAt(2)]
  queue.open = full
  sealOpen(queue)
  queue.open = growing
  assert.equal(takeNext(queue, false), full)
  assert.equal(takeNext(queue, false), null)
  assert.equal(takeNext(queue, true), growing)
  assert.equal(isIdle(queue), true)
})

test('batches to send again wait for every answer, then stand in front in their old order', () => {
  const queue = createPartitionQueue('t', 0)
  const [first, second, third, fresh] = [batchAt(1, 0), batchAt(2, 5), batchAt(3, 9), batchAt(4)]
  queue.ready.push(fresh)
  queue.inFlight.add(second)
  sendAgain(queue, third, 0)
  requeueAnswered(queue)
  assert.equal(takeNext(queue, true), null)
  queue.inFlight.delete(second)
  sendAgain(queue, second, 0)
  sendAgain(queue, first, 0)
  requeueAnswered(queue)
  assert.deepEqual(queue.ready, [first, second, third, fresh])
})

test('sequence numbers that begin at 0 again do not change the order', () => {
  const queue = createPartitionQueue('t', 0)
  const halves = [batchAt(1, SEQUENCE_NUMBERS - 3), batchAt(1, 2)]
  sendAgain(queue, halves[1]!, 0)
  sendAgain(queue, halves[0]!, 0)
  requeueAnswered(queue)
  assert.deepEqual(queue.ready, halves)
})

test('a new count forgets who wrote the batches that wait', () => {
  const queue = createPartitionQueue('t', 0)
  const batch = batchAt(1, 17)
  batch.identity = { id: 5, epoch: 0 }
  batch.bytes = Buffer.alloc(1)
  queue.ready.push(batch)
  queue.identity = batch.identity
  queue.nextSequence = 20
  renumber(queue)
  assert.deepEqual([batch.baseSequence, batch.identity, batch.bytes], [-1, null, null])
  assert.deepEqual([queue.identity, queue.nextSequence, queue.established], [null, 0, false])
})
