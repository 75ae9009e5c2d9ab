import assert from 'node:assert/strict'
import { test } from 'node:test'
import { AnswerMemory, LONG_ANSWER_BYTES } from '../../src/kafka/answer-memory.ts'

const MB = 1024 * 1024

test('memory that was given back is used again, by answers that fit into it and do not waste it', () => {
  const memory = new AnswerMemory()
  const first = memory.take(MB)
  assert.equal(first.length, MB)
  assert.notEqual(memory.take(MB).buffer, first.buffer)
  memory.giveBack(first.subarray(100, 200))
  assert.notEqual(memory.take(2 * MB).buffer, first.buffer, 'too short')
  assert.notEqual(memory.take(LONG_ANSWER_BYTES).buffer, first.buffer, 'much too long')
  const again = memory.take(MB - 1000)
  assert.equal(again.buffer, first.buffer)
  assert.equal(again.length, MB - 1000)
  assert.notEqual(memory.take(MB).buffer, first.buffer, 'in use')
})

test('the best of what is free is taken', () => {
  const memory = new AnswerMemory()
  const [long, short] = [memory.take(3 * MB), memory.take(2 * MB)]
  memory.giveBack(long)
  memory.giveBack(short)
  assert.equal(memory.take(MB).buffer, short.buffer)
})

test('what is not its own, or more than 16 MB, is left to the garbage collector', () => {
  const memory = new AnswerMemory()
  const foreign = Buffer.allocUnsafeSlow(MB)
  memory.giveBack(foreign)
  assert.notEqual(memory.take(MB).buffer, foreign.buffer)
  const [ten, eight] = [memory.take(10 * MB), memory.take(8 * MB)]
  memory.giveBack(ten)
  memory.giveBack(eight)
  assert.equal(memory.take(8 * MB).buffer, ten.buffer)
  assert.notEqual(memory.take(8 * MB).buffer, eight.buffer)
  memory.giveBack(ten)
  memory.clear()
  assert.notEqual(memory.take(10 * MB).buffer, ten.buffer)
})
