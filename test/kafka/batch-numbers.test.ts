import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createBatchNumbers } from '../../src/kafka/batch-numbers.ts'
import { createPartitionQueue } from '../../src/kafka/partition-queue.ts'
import { openBatch, SEQUENCE_NUMBERS, type WireBatch } from '../../src/kafka/wire-batch.ts'
import { RecordBatchBuilder } from '../../src/protocol/record-batch-builder.ts'

const IDENTITY = { id: 7, epoch: 0 }
const OTHER = { id: 8, epoch: 0 }

const batchOf = (records: number): WireBatch => {
  const builder = new RecordBatchBuilder()
  for (let i = 0; i < records; i++) builder.append(1n, null, Buffer.from('v'), [])
  return openBatch('t', 0, builder)
}

const identified = () => {
  const numbers = createBatchNumbers(true)
  const queue = createPartitionQueue('t', 0)
  numbers.identify([queue], IDENTITY)
  return { numbers, queue }
}

test('each batch begins where the one before it ended', () => {
  const { numbers, queue } = identified()
  const batches = [batchOf(3), batchOf(1), batchOf(2)]
  for (const batch of batches) numbers.give(queue, batch)
  assert.deepEqual(
    batches.map(({ baseSequence, identity }) => [baseSequence, identity]),
    [
      [0, IDENTITY],
      [3, IDENTITY],
      [4, IDENTITY],
    ],
  )
})

test('a batch that goes out again keeps its number', () => {
  const { numbers, queue } = identified()
  const [first, second] = [batchOf(3), batchOf(1)]
  numbers.give(queue, first)
  numbers.give(queue, first)
  numbers.give(queue, second)
  assert.deepEqual([first.baseSequence, second.baseSequence], [0, 3])
})

test('numbers begin at 0 again after the largest', () => {
  const { numbers, queue } = identified()
  queue.nextSequence = SEQUENCE_NUMBERS - 2
  const [last, next] = [batchOf(3), batchOf(1)]
  numbers.give(queue, last)
  numbers.give(queue, next)
  assert.deepEqual([last.baseSequence, next.baseSequence], [SEQUENCE_NUMBERS - 2, 1])
})

test('a partition needs an id once, and one id serves all that have none', () => {
  const numbers = createBatchNumbers(true)
  const [first, second] = [createPartitionQueue('t', 0), createPartitionQueue('t', 1)]
  assert.equal(numbers.needIdentity([first]), true)
  numbers.identify([first], IDENTITY)
  assert.equal(numbers.needIdentity([first]), false)
  assert.equal(numbers.needIdentity([first, second]), true)
  numbers.identify([first, second], OTHER)
  assert.deepEqual([first.identity, second.identity], [IDENTITY, OTHER])
})

test('a count with a gap begins anew, under another id, when nothing of it is under way any more', () => {
  const { numbers, queue } = identified()
  const [underWay, waiting] = [batchOf(3), batchOf(2)]
  for (const batch of [underWay, waiting]) numbers.give(queue, batch)
  queue.inFlight.add(underWay)
  queue.ready.push(waiting)
  numbers.noteGap(queue)

  assert.equal(numbers.needIdentity([queue]), false)
  numbers.identify([queue], OTHER)
  assert.equal(numbers.hasGap(queue), true)
  assert.deepEqual([queue.identity, waiting.baseSequence], [IDENTITY, 3])

  queue.inFlight.delete(underWay)
  assert.equal(numbers.needIdentity([queue]), true)
  assert.equal(numbers.hasGap(queue), false)
  numbers.identify([queue], OTHER)
  numbers.give(queue, waiting)
  assert.deepEqual([waiting.identity, waiting.baseSequence], [OTHER, 0])
})

test('without idempotence nothing is numbered, needs an id or has a gap', () => {
  const numbers = createBatchNumbers(false)
  const queue = createPartitionQueue('t', 0)
  const batch = batchOf(2)
  numbers.noteGap(queue)
  numbers.give(queue, batch)
  assert.deepEqual([numbers.isOn, numbers.needIdentity([queue]), numbers.hasGap(queue)], [false, false, false])
  assert.deepEqual([batch.baseSequence, batch.identity, queue.nextSequence], [-1, null, 0])
})

test('who gives up numbering forgets the gaps: what waited may go', () => {
  const { numbers, queue } = identified()
  numbers.noteGap(queue)
  numbers.giveUp()
  assert.deepEqual([numbers.isOn, numbers.hasGap(queue), numbers.needIdentity([queue])], [false, false, false])
})
