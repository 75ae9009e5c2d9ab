import assert from 'node:assert/strict'
import { test } from 'node:test'
import { DataError } from '../../src/plugin/errors.ts'
import { createDeadLetterQueue, type DeadLetterProducer } from '../../src/runtime/dead-letter-queue.ts'
import type { WireHeader } from '../../src/runtime/deliver-parts.ts'
import { recordOf } from '../helpers/fake-consumer.ts'
import { FakeLogger } from '../helpers/fake-context.ts'

interface Letter {
  readonly topic: string
  readonly partition: number | null
  readonly timestamp: number
  readonly value: Buffer | null
  readonly headers: readonly WireHeader[]
}

const start = (contextHeaders: boolean) => {
  const letters: Letter[] = []
  const log = new FakeLogger()
  let inTime = true
  const producer: DeadLetterProducer = {
    append: (topic, partition, timestamp, _, value, headers) =>
      void letters.push({ topic, partition, timestamp, value, headers }),
    dispatch: () => undefined,
    drain: async () => inTime,
  }
  const queue = createDeadLetterQueue({ topic: 'dlq', contextHeaders, connector: 'c', task: 3, producer, log })
  const late = (): void => {
    inTime = false
  }
  return { queue, letters, log, late }
}

const error = new DataError('not a number')
const raw = { ...recordOf('t', 2, 17, 'bytes'), headers: [{ key: 'own', value: Buffer.from('x') }] }
const failure = { stage: 'VALUE_CONVERTER', className: 'com.acme.Converter', error, raw } as const

test('a failed record is written as it was consumed', () => {
  const { queue, letters } = start(false)
  queue.report(failure)
  assert.deepEqual(letters, [
    { topic: 'dlq', partition: null, timestamp: 1017, value: Buffer.from('bytes'), headers: raw.headers },
  ])
})

test('context headers stand behind its own, in the order of the JVM worker', () => {
  const { queue, letters } = start(true)
  queue.report(failure)
  const headers = letters[0]!.headers.map(({ key, value }) => [key, String(value)])
  assert.deepEqual(headers.slice(0, -1), [
    ['own', 'x'],
    ['__connect.errors.topic', 't'],
    ['__connect.errors.partition', '2'],
    ['__connect.errors.offset', '17'],
    ['__connect.errors.connector.name', 'c'],
    ['__connect.errors.task.id', '3'],
    ['__connect.errors.stage', 'VALUE_CONVERTER'],
    ['__connect.errors.class.name', 'com.acme.Converter'],
    ['__connect.errors.exception.class.name', 'org.apache.kafka.connect.errors.DataException'],
    ['__connect.errors.exception.message', 'not a number'],
  ])
  assert.equal(headers.at(-1)![0], '__connect.errors.exception.stacktrace')
  assert.match(headers.at(-1)![1]!, /^org\.apache\.kafka\.connect\.errors\.DataException: not a number\n\tat /)
})

test('an error without message gives a header without value', () => {
  const { queue, letters } = start(true)
  queue.report({ ...failure, error: new DataError('') })
  const message = letters[0]!.headers.find(({ key }) => key === '__connect.errors.exception.message')
  assert.equal(message?.value, null)
})

test('flushing fails when a letter was lost or is not acknowledged in time, and not again afterwards', async () => {
  const lost = start(false)
  lost.queue.report(failure)
  lost.queue.failed(new Error('topic is gone'))
  await assert.rejects(lost.queue.flush(100), /topic is gone/)
  await lost.queue.flush(100)
  const slow = start(false)
  slow.queue.report(failure)
  slow.late()
  await assert.rejects(slow.queue.flush(100), /Dead letters were not acknowledged within 100 ms/)
})

test('letters that were not acknowledged in time are waited for again at the next flush', async () => {
  const { queue, late } = start(false)
  queue.report(failure)
  late()
  await assert.rejects(queue.flush(100))
  await assert.rejects(queue.flush(100), /not acknowledged/)
})
