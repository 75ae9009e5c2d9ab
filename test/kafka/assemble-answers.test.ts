import assert from 'node:assert/strict'
import { test } from 'node:test'
import { AnswerMemory, LONG_ANSWER_BYTES } from '../../src/kafka/answer-memory.ts'
import { assembleAnswers } from '../../src/kafka/assemble-answers.ts'
import { kafkajs } from '../../src/kafka/kafkajs-internals.ts'
import type { Connection } from '../../src/kafka/kafkajs-types.ts'
import { seededRandom } from '../helpers/seeded-random.ts'

const logger = kafkajs.createLogger({ level: 0, logCreator: () => () => {} })
const options = { host: 'localhost', port: 1, logger, clientId: 'c', connectionTimeout: 10, requestTimeout: 10 }

interface Answer {
  readonly correlationId: number
  readonly payload: Buffer
}

/** A connection of kafkajs with the answers that come out of it. */
const connect = (): { connection: Connection; memory: AnswerMemory; forget: () => void; answers: Answer[] } => {
  const connection = new kafkajs.Connection({
    ...options,
    socketFactory: () => assert.fail('no socket is opened here'),
  })
  const answers: Answer[] = []
  const queue = connection.requestQueue as unknown as { fulfillRequest(answer: Answer): void }
  queue.fulfillRequest = ({ correlationId, payload }) => answers.push({ correlationId, payload })
  const memory = new AnswerMemory()
  return { connection, memory, answers, forget: assembleAnswers(connection, memory) }
}

const frame = (correlationId: number, payload: Buffer): Buffer => {
  const head = Buffer.alloc(8)
  head.writeInt32BE(4 + payload.length, 0)
  head.writeInt32BE(correlationId, 4)
  return Buffer.concat([head, payload])
}

test('answers long and short come out whole and in order, in whatever pieces they arrive', () => {
  const below = seededRandom(11)
  for (let round = 0; round < 60; round++) {
    const { connection, memory, answers } = connect()
    const payloads = Array.from({ length: 1 + below(8) }, () =>
      Buffer.alloc(below(2) === 0 ? below(200) : below(6 * LONG_ANSWER_BYTES), below(256)),
    )
    const stream = Buffer.concat(payloads.map((payload, id) => frame(id, payload)))
    const largest = [3, 5000, 65_536, 1_000_000][below(4)]!
    if (largest === 3 && stream.length > 400_000) continue
    let seen = 0
    for (let at = 0; at < stream.length; ) {
      const size = Math.min(stream.length - at, 1 + below(largest))
      // As the socket's memory is its own: what comes next must not show in what came before.
      connection.processData(Buffer.from(stream.subarray(at, at + size)))
      at += size
      for (; seen < answers.length; seen++) {
        const { correlationId, payload } = answers[seen]!
        assert.equal(correlationId, seen)
        assert.ok(payload.equals(payloads[seen]!), `round ${round}: answer ${seen}`)
        if (below(10) < 7) memory.giveBack(payload)
      }
    }
    assert.equal(answers.length, payloads.length, `round ${round}`)
  }
})

test('the memory of an answer that was given back holds a later one', () => {
  const { connection, memory, answers } = connect()
  const send = (id: number) => {
    const whole = frame(id, Buffer.alloc(3 * LONG_ANSWER_BYTES, id))
    connection.processData(whole.subarray(0, 1000))
    connection.processData(whole.subarray(1000))
  }
  send(1)
  memory.giveBack(answers[0]!.payload)
  send(2)
  assert.equal(answers[1]!.payload.buffer, answers[0]!.payload.buffer)
  assert.ok(answers[1]!.payload.every((byte) => byte === 2))
})

test('half an answer of a connection that was lost does not reach the next one', () => {
  const { connection, answers, forget } = connect()
  connection.processData(frame(1, Buffer.alloc(2 * LONG_ANSWER_BYTES)).subarray(0, LONG_ANSWER_BYTES))
  forget()
  connection.processData(frame(2, Buffer.from('short')))
  assert.deepEqual(
    answers.map(({ correlationId, payload }) => [correlationId, String(payload)]),
    [[2, 'short']],
  )
})

test('no memory is taken for what only says that it is long', () => {
  const { connection, memory } = connect()
  memory.take = () => assert.fail('took memory')
  connection.processData(Buffer.from('HTTP/1.1 400 Bad Request\r\n\r\n'))
  assert.equal(connection.bytesBuffered, 28)
})
