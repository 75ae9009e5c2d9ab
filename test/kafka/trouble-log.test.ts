import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createTroubleLog } from '../../src/kafka/trouble-log.ts'

const start = (t: { mock: typeof test.mock }) => {
  const lines: string[] = []
  let now = 0
  t.mock.method(performance, 'now', () => now)
  const trouble = createTroubleLog({
    warn: (message) => lines.push(`warn ${message}`),
    info: () => undefined,
    debug: (message) => lines.push(`debug ${message}`),
    isEnabled: () => true,
  })
  const at = (ms: number): void => {
    now = ms
  }
  return { lines, trouble, at }
}

test('a message without an error is a warning at once, then not again for a while', (t) => {
  const { lines, trouble, at } = start(t)
  for (const ms of [0, 100, 9000, 10_500]) {
    at(ms)
    trouble('no topic', undefined)
  }
  assert.deepEqual(lines, ['warn no topic', 'debug no topic', 'debug no topic', 'warn no topic'])
})

test('trouble with an error is ordinary for some seconds and worth a warning when it lasts', (t) => {
  const { lines, trouble, at } = start(t)
  for (const ms of [0, 2900, 3100, 5000]) {
    at(ms)
    trouble('no leader', new Error('x'))
  }
  assert.deepEqual(lines, ['debug no leader', 'debug no leader', 'warn no leader', 'debug no leader'])
})

test('trouble that had passed begins anew', (t) => {
  const { lines, trouble, at } = start(t)
  for (const ms of [0, 4000, 60_000]) {
    at(ms)
    trouble('no leader', new Error('x'))
  }
  assert.deepEqual(lines, ['debug no leader', 'warn no leader', 'debug no leader'])
})
