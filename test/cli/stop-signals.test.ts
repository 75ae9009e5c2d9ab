import assert from 'node:assert/strict'
import { join } from 'node:path'
import { test } from 'node:test'
import { type Running, startProgram, waitUntil } from '../helpers/processes.ts'
import { temporaryDir } from '../helpers/services-dir.ts'

const start = async (t: Parameters<typeof temporaryDir>[0], mode: string): Promise<Running> => {
  const logFile = join(temporaryDir(t), 'log')
  const program = join(import.meta.dirname, 'wait-for-signal.ts')
  const running = startProgram(process.execPath, ['--import', import.meta.resolve('tsx'), program, mode], { logFile })
  t.after(() => running.kill())
  await waitUntil(() => running.output().includes('waiting'), { timeoutMs: 60_000, what: 'the program to wait' })
  return running
}

for (const [signal, code] of [
  ['SIGINT', 130],
  ['SIGTERM', 143],
] as const) {
  test(`${signal} asks for an orderly stop and the exit code ${code}`, async (t) => {
    const running = await start(t, 'orderly')
    running.signal(signal)
    assert.equal(await running.ended, code)
    assert.equal(running.output(), `waiting\nfirst: ${code}\n`)
  })
}

test('a second signal, of whatever kind, ends the program at once', async (t) => {
  const running = await start(t, 'stuck')
  running.signal('SIGTERM')
  await waitUntil(() => running.output().includes('first: 143'), { timeoutMs: 60_000, what: 'the first signal' })
  running.signal('SIGINT')
  assert.equal(await running.ended, 130)
  assert.equal(running.output(), 'waiting\nfirst: 143\nsecond\n')
})
