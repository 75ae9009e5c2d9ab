import assert from 'node:assert/strict'
import { test } from 'node:test'
import { AnswerLease } from '../../src/kafka/answer-lease.ts'
import { AnswerMemory, LONG_ANSWER_BYTES } from '../../src/kafka/answer-memory.ts'
import { FetchPartition } from '../../src/kafka/fetch-partition.ts'
import type { FetchedRecord } from '../../src/kafka/fetched-record.ts'
import { loadCodec, loadCodecs } from '../../src/protocol/compression.ts'
import { RecordBatchBuilder } from '../../src/protocol/record-batch-builder.ts'

const PER_BATCH = 10
const codecs = await loadCodecs()
const gzip = await loadCodec('gzip')

type Headers = { key: string; value: string }[]

/** Batches of ten records, one after the other, in memory of its own. */
const responseOf = (
  memory: AnswerMemory,
  from: number,
  batches: number,
  { headers = [], codec }: { headers?: Headers; codec?: typeof gzip } = {},
): Buffer => {
  const parts: Buffer[] = []
  for (let n = 0; n < batches; n++) {
    const builder = new RecordBatchBuilder()
    for (let i = 0; i < PER_BATCH; i++) {
      const offset = from + n * PER_BATCH + i
      builder.append(1000, `key ${offset}`, `value ${offset}`, headers, 1e6)
    }
    const batch = Buffer.from(builder.finish(codec === undefined ? {} : { codec }))
    batch.writeBigInt64BE(BigInt(from + n * PER_BATCH), 0)
    parts.push(batch)
  }
  const all = Buffer.concat(parts)
  const answer = memory.take(all.length)
  all.copy(answer)
  return answer
}

const take = (partition: FetchPartition, max: number): FetchedRecord[] => {
  const records: FetchedRecord[] = []
  partition.take(max, records)
  return records
}

const begin = (): { memory: AnswerMemory; partition: FetchPartition; add: (answer: Buffer) => void } => {
  const memory = new AnswerMemory()
  const partition = new FetchPartition('t', 0)
  partition.seek(0)
  return { memory, partition, add: (answer) => partition.add(answer, { codecs }, leaseOf(memory)) }
}

const leaseOf = (memory: AnswerMemory): AnswerLease => new AnswerLease(memory)

/** Whether the memory of this answer, the least that there is, is free. */
const isFree = (memory: AnswerMemory, answer: Buffer): boolean =>
  memory.take(LONG_ANSWER_BYTES).buffer === answer.buffer

test('a record gives its key and value as views and as text, and knows its size', () => {
  const { memory, partition, add } = begin()
  add(responseOf(memory, 0, 2))
  const records = take(partition, 100)
  assert.equal(records.length, 20)
  for (const [offset, record] of records.entries()) {
    assert.deepEqual([record.topic, record.partition, record.offset, record.timestamp], ['t', 0, offset, 1000])
    assert.equal(record.timestampType, 'CreateTime')
    assert.equal(String(record.key), `key ${offset}`)
    assert.equal(String(record.value), `value ${offset}`)
    assert.equal(record.keyText?.(), `key ${offset}`)
    assert.equal(record.valueText?.(), `value ${offset}`)
    assert.equal(String(record.briefKey?.()), `key ${offset}`)
    assert.equal(String(record.briefValue?.()), `value ${offset}`)
    assert.equal(record.size, `key ${offset}value ${offset}`.length)
    assert.deepEqual(record.headers, [])
  }
})

test('memory goes back when all of it was handed out and released, not before', () => {
  const { memory, partition, add } = begin()
  const answer = responseOf(memory, 0, 3)
  add(answer)
  take(partition, 25)
  partition.release()
  assert.equal(isFree(memory, answer), false)
  const last = take(partition, 25)
  assert.equal(isFree(memory, answer), false)
  assert.equal(last.at(-1)?.valueText?.(), 'value 29')
  take(partition, 25)
  partition.release()
  assert.equal(isFree(memory, answer), true)
  assert.throws(() => last[0]?.value, /memory was given back/)
})

test('memory with a view, a header or a record that is still to come stays', () => {
  const viewed = begin()
  const answer = responseOf(viewed.memory, 0, 1)
  viewed.add(answer)
  const [record] = take(viewed.partition, 20)
  const { value } = record!
  viewed.partition.release()
  assert.equal(isFree(viewed.memory, answer), false)
  assert.equal(String(value), 'value 0')
  assert.equal(String(record!.key), 'key 0', 'and can still be read')

  const withHeaders = begin()
  const second = responseOf(withHeaders.memory, 0, 1, { headers: [{ key: 'h', value: 'v' }] })
  withHeaders.add(second)
  assert.equal(String(take(withHeaders.partition, 20)[0]!.headers[0]!.value), 'v')
  withHeaders.partition.release()
  assert.equal(isFree(withHeaders.memory, second), false)
})

test('views on what was decompressed do not hold the answer', () => {
  const { memory, partition, add } = begin()
  const answer = responseOf(memory, 0, 1, { codec: gzip })
  add(answer)
  const values = take(partition, 20).map(({ value }) => value)
  partition.release()
  assert.equal(isFree(memory, answer), true)
  answer.fill(0)
  assert.equal(String(values[3]), 'value 3')
})

test('an answer for several partitions goes back with the last of them; after a seek it does not', () => {
  const memory = new AnswerMemory()
  const answer = responseOf(memory, 10, 2)
  const half = answer.length / 2
  const lease = leaseOf(memory)
  const partitions = [0, 1].map((index) => {
    const partition = new FetchPartition('t', index)
    partition.seek(0)
    partition.add(answer.subarray(index * half, (index + 1) * half), { codecs }, lease)
    return partition
  })
  take(partitions[0]!, 20)
  partitions[0]!.release()
  assert.equal(isFree(memory, answer), false)
  take(partitions[1]!, 20)
  partitions[1]!.release()
  assert.equal(isFree(memory, answer), true)

  const sought = begin()
  const dropped = responseOf(sought.memory, 0, 2)
  sought.add(dropped)
  take(sought.partition, 15)
  sought.partition.seek(0)
  sought.partition.release()
  assert.equal(isFree(sought.memory, dropped), false)
})
