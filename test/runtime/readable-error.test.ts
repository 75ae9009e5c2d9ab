import assert from 'node:assert/strict'
import { test } from 'node:test'
import { readableError } from '../../src/runtime/readable-error.ts'

const trapped = (): never => {
  throw new Error('a trap')
}

test('an error that can be read stays what it is', () => {
  const error = new TypeError('wrong', { cause: new Error('because') })
  assert.equal(readableError(error), error)
})

test('what is no error becomes one that says what was thrown', () => {
  assert.equal(readableError('a text').message, 'a text')
  assert.equal(readableError(undefined).message, 'undefined was thrown, and not an error')
  assert.equal(readableError(Symbol('s')).message, 'Symbol(s) was thrown, and not an error')
  assert.equal(readableError({ code: 3 }).message, '{"code":3} was thrown, and not an error')
})

test('what cannot be looked at becomes an error that says so', () => {
  const error = new Error('never seen')
  const everywhere = { get: trapped, getPrototypeOf: trapped, has: trapped, ownKeys: trapped }
  const messages = [
    Object.defineProperty(new Error('x'), 'message', { get: trapped }),
    Object.defineProperty(error, 'cause', { get: trapped }),
    Object.assign(new Error('x'), { message: 42 }),
    new Proxy({}, everywhere),
    new Error('x', { cause: new Proxy({}, everywhere) }),
  ].map((thrown) => readableError(thrown).message)
  assert.deepEqual(
    new Set(messages),
    new Set(['Something was thrown that cannot be shown: it throws itself when it is read']),
  )
})

test('an error that is its own cause can be read', () => {
  const error = new Error('round')
  error.cause = error
  assert.equal(readableError(error), error)
})
