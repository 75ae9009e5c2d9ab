import assert from 'node:assert/strict'
import { test } from 'node:test'
import { EXIT, ExitError } from '../../src/cli/exit-codes.ts'

test("exit codes are those of the JVM worker's scripts, and one for --exit-on-failure", () => {
  assert.deepEqual(EXIT, { ok: 0, usage: 1, worker: 2, connector: 3, failed: 4, interrupted: 130, terminated: 143 })
})

test('an error that ends the program carries its code, message and cause', () => {
  const cause = new Error('why')
  const error = new ExitError(EXIT.connector, 'what', { cause })
  assert.deepEqual([error.exitCode, error.message, error.cause], [3, 'what', cause])
})
