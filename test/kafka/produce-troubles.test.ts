import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createProduceTroubles } from '../../src/kafka/produce-troubles.ts'

test('pauses double with each trouble in a row up to retry.backoff.max.ms, and begin anew when it is over', () => {
  const told: string[] = []
  const troubles = createProduceTroubles({ retryBackoffMs: 100, retryBackoffMaxMs: 1000 }, (message) =>
    told.push(message),
  )
  const pauses = [troubles.pause()]
  for (const message of ['a', 'b', 'c', 'd', 'e']) {
    troubles.note(message, undefined)
    pauses.push(troubles.pause())
  }
  assert.deepEqual(pauses, [100, 100, 200, 400, 800, 1000])
  assert.deepEqual(told, ['a', 'b', 'c', 'd', 'e'])
  for (let more = 0; more < 2000; more++) troubles.note('f', undefined)
  assert.equal(troubles.pause(), 1000)
  troubles.over()
  assert.equal(troubles.pause(), 100)
})
