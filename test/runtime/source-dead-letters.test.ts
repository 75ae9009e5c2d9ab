import assert from 'node:assert/strict'
import { test } from 'node:test'
import { KafkaError } from '../../src/kafka/errors.ts'
import type { ConnectError } from '../../src/plugin/errors.ts'
import type { SourceRecord } from '../../src/plugin/record.ts'
import type { OffsetRun } from '../../src/runtime/committable-offsets.ts'
import { createSourceDeadLetters, type LetterToken } from '../../src/runtime/source-dead-letters.ts'
import type { Failure } from '../../src/runtime/tolerance.ts'
import { FakeLogger } from '../helpers/fake-context.ts'
import { sourceRecord } from '../helpers/records.ts'

interface Written {
  readonly key: unknown
  readonly value: unknown
  readonly headers: Readonly<Record<string, unknown>>
  readonly token: LetterToken
}

const RUN = {} as OffsetRun
const tooLarge = (code = 'RECORD_TOO_LARGE'): KafkaError => new KafkaError(code, `refused: ${code}`)
const failed = (error: Error): Failure<SourceRecord> => ({
  ...{ stage: 'KAFKA_PRODUCE', className: 'X', error, raw: sourceRecord('v', 7) },
})

/** @param most the longest value that the producer takes */
const setUp = (most: number, refusal: Error = tooLarge()) => {
  const written: Written[] = []
  const log = new FakeLogger()
  const counts = { deadLetters: 0 }
  const letters = createSourceDeadLetters({
    ...{ topic: 'dlq', contextHeaders: false, connector: 'c', task: 0, counts, log },
    letterOf: () => ({
      form: 'written',
      topic: 'to',
      key: 'k',
      value: 'a long value',
      headers: [{ key: 'h', value: 'x' }],
    }),
    producer: {
      append(_topic, _partition, _time, key, value, headers, _run, token) {
        if (String(value ?? '').length > most) throw refusal
        written.push({ key, value, headers: Object.fromEntries(headers.map((one) => [one.key, one.value])), token })
      },
    },
  })
  return { letters, written, log, counts }
}

const isLost = (code: string) => (error: unknown) => {
  const { message, cause } = error as ConnectError
  assert.equal(message, 'Could not write to the dead letter queue dlq')
  return cause instanceof KafkaError && cause.code === code
}

test('a record that was too large for its topic, and is so for the letters, leaves a letter that tells where it was', () => {
  const { letters, written, log, counts } = setUp(5)
  letters.take(failed(tooLarge('MESSAGE_TOO_LARGE')), RUN)
  assert.equal(written.length, 1)
  const { key, value, headers } = written[0]!
  assert.deepEqual([key, value, counts.deadLetters], [null, null, 1])
  const { '__connect.errors.exception.stacktrace': trace, ...rest } = headers
  assert.match(String(trace), /refused: MESSAGE_TOO_LARGE/)
  assert.deepEqual(rest, {
    '__connect.errors.topic': 'to',
    '__connect.errors.source.partition': '{"part":"p"}',
    '__connect.errors.source.offset': '{"at":7}',
    '__connect.errors.record.form': 'left out',
    '__connect.errors.connector.name': 'c',
    '__connect.errors.task.id': '0',
    '__connect.errors.stage': 'KAFKA_PRODUCE',
    '__connect.errors.class.name': 'X',
    '__connect.errors.exception.class.name': 'KafkaError',
    '__connect.errors.exception.message': 'refused: MESSAGE_TOO_LARGE',
  })
  assert.deepEqual(log.messages('error'), [
    'A record is too large for the dead letter queue dlq as well: its letter is written without it',
  ])
})

test('the same when only the brokers find the letter too large, once', () => {
  const { letters, written } = setUp(100)
  letters.take(failed(tooLarge('MESSAGE_TOO_LARGE')), RUN)
  assert.deepEqual([written[0]!.value, written[0]!.headers], ['a long value', { h: 'x' }])
  assert.equal(letters.leaveOut(written[0]!.token, RUN, tooLarge('MESSAGE_TOO_LARGE')), true)
  assert.deepEqual([written.length, written[1]!.value], [2, null])
  assert.equal(written[1]!.headers['__connect.errors.record.form'], 'left out')
  assert.equal(letters.leaveOut(written[1]!.token, RUN, tooLarge('MESSAGE_TOO_LARGE')), false)
  assert.equal(written.length, 2)
})

test('a record that was skipped for another reason is not left out of its letter: nothing is lost without being asked', () => {
  const { letters, written, counts } = setUp(5)
  assert.throws(() => letters.take(failed(new Error('no number')), RUN), isLost('RECORD_TOO_LARGE'))
  assert.deepEqual([written.length, counts.deadLetters], [0, 0])
  const roomy = setUp(100)
  roomy.letters.take(failed(new Error('no number')), RUN)
  assert.equal(roomy.letters.leaveOut(roomy.written[0]!.token, RUN, tooLarge()), false)
})

test('a letter that is refused for another reason is lost, however large its record', () => {
  const { letters } = setUp(5, new KafkaError('UNKNOWN_TOPIC_OR_PARTITION', 'no such topic'))
  assert.throws(() => letters.take(failed(tooLarge()), RUN), isLost('UNKNOWN_TOPIC_OR_PARTITION'))
  const roomy = setUp(100)
  roomy.letters.take(failed(tooLarge()), RUN)
  assert.equal(
    roomy.letters.leaveOut(roomy.written[0]!.token, RUN, new KafkaError('TOPIC_AUTHORIZATION_FAILED', '')),
    false,
  )
})
