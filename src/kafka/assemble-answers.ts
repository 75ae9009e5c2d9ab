import { type AnswerMemory, LONG_ANSWER_BYTES } from './answer-memory.ts'
import type { Connection } from './kafkajs-types.ts'

const LENGTH_BYTES = 4
/** An answer that says it is longer is probably none; kafkajs may see to it, which takes memory only for what comes. */
const LONGEST_ANSWER_BYTES = 128 * 1024 * 1024

/**
 * Puts long answers together in `memory`, and hands them to kafkajs in one piece: it would join (copy) all that it has in new
 * memory each time. Everything else goes to it as it comes.
 *
 * @returns forgets the answer under way, for a connection that is opened again
 */
export const assembleAnswers = (connection: Connection, memory: AnswerMemory): (() => void) => {
  const processData = connection.processData.bind(connection)
  let answer: Buffer | undefined
  let filled = 0

  const hand = (data: Buffer): void => {
    // kafkajs keeps an empty remainder after an answer, and would join it with the next.
    if (connection.bytesBuffered === 0) connection.chunks = []
    processData(data)
  }

  /** Begins a long answer where kafkajs has nothing of it yet. @returns whether one begins here */
  const begin = (data: Buffer, at: number): boolean => {
    if (connection.bytesBuffered > 0 || data.length - at < LENGTH_BYTES) return false
    const length = LENGTH_BYTES + data.readInt32BE(at)
    if (length < LONG_ANSWER_BYTES || length > LONGEST_ANSWER_BYTES || length <= data.length - at) return false
    answer = memory.take(length)
    filled = 0
    return true
  }

  /** @returns the position in `data` after what was copied */
  const fill = (data: Buffer, at: number): number => {
    const whole = answer!
    const copied = data.copy(whole, filled, at)
    filled += copied
    if (filled === whole.length) {
      answer = undefined
      hand(whole)
    }
    return at + copied
  }

  connection.processData = (data) => {
    const at = answer === undefined ? 0 : fill(data, 0)
    if (at === data.length) return
    if (begin(data, at)) fill(data, at)
    else hand(at === 0 ? data : data.subarray(at))
  }
  return () => {
    answer = undefined
  }
}
