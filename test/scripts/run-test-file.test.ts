import assert from 'node:assert/strict'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { runTestFile, type TestFileResult } from '../../scripts/run-test-file.ts'
import { runProgram, waitUntil } from '../helpers/processes.ts'
import { repoRoot, temporaryDir } from '../helpers/services-dir.ts'

const run = async (t: TestContext, code: string, timeoutMs = 60_000): Promise<TestFileResult> => {
  const file = join(temporaryDir(t), 'some.test.mts')
  writeFileSync(file, `import { describe, test } from 'node:test'\nimport assert from 'node:assert/strict'\n${code}`)
  return runTestFile({ file, timeoutMs, env: {}, cwd: repoRoot })
}

test('passed, failed and skipped tests are counted, those in suites and in other tests too', async (t) => {
  const { passed, failures, skipped } = await run(
    t,
    `test('good', () => {})
     test('bad', () => assert.equal(1, 2))
     test('later', { todo: true }, () => {})
     test('missing', (t) => t.skip('no server'))
     describe('suite', () => { test('inner', () => {}); test('wrong', () => { throw new Error('inner error') }) })
     test('outer', async (t) => { await t.test('step', () => {}) })`,
  )
  assert.equal(passed, 4) // good, suite > inner, outer > step, outer
  assert.deepEqual(
    failures.map(({ name }) => name),
    ['bad', 'suite > wrong'],
  )
  assert.match(failures[0]?.error ?? '', /1 !== 2/)
  assert.match(failures[1]?.error ?? '', /Error: inner error\n\s+at /)
  assert.deepEqual(skipped, [
    { name: 'later', reason: 'no reason given' },
    { name: 'missing', reason: 'no server' },
  ])
})

const BROKEN: readonly (readonly [what: string, code: string, error: RegExp])[] = [
  ['has no test', '', /^It has no test, or it ended before its tests did\.$/],
  [
    'ends itself in the middle',
    `test('x', () => process.exit(0)); test('y', () => {})`,
    /^It has no test, or it ended before its tests did\.$/,
  ],
  ['is killed', `test('x', () => process.kill(process.pid, 'SIGKILL'))`, /^It ended with SIGKILL\.$/],
  ['does not compile', 'const x = ', /^It ended with exit 1\.$/],
]

for (const [what, code, error] of BROKEN) {
  test(`a file that ${what} has failed`, async (t) => {
    const { failures } = await run(t, code)
    assert.equal(failures.length, 1)
    assert.match(failures[0]?.error ?? '', error)
  })
}

test('a file that hangs is killed with what it started, and has failed', async (t) => {
  // Long enough for its test to come to its end, however slow this machine is
  const { seconds } = await run(t, `test('quick', () => {})`)
  const limit = Math.max(3, Math.ceil(5 * seconds))
  const { failures, passed, output } = await run(
    t,
    `import { spawn } from 'node:child_process'
     test('done', () => { console.log('PID ' + spawn('sleep', ['600'], { stdio: 'inherit' }).pid) })`,
    limit * 1000,
  )
  assert.equal(passed, 1)
  assert.deepEqual(failures, [
    {
      name: 'the file as a whole',
      error: `It ended with no end after ${limit} s (a test hangs, or leaves something open).`,
    },
  ])
  const pid = Number(/PID (\d+)/.exec(output)?.[1])
  assert.ok(pid > 0)
  await waitUntil(
    async () => /^(Z.*)?$/.test((await runProgram('ps', ['-o', 'stat=', '-p', `${pid}`])).stdout.trim()),
    {
      timeoutMs: 20_000,
      what: 'the process that the file started to be gone (or a zombie, where nobody reaps orphans)',
    },
  )
})

test('an error after the end of a test is a failure', async (t) => {
  const { passed, failures } = await run(t, `test('x', () => { setTimeout(() => { throw new Error('late') }, 50) })`)
  assert.equal(passed, 1)
  assert.match(failures[0]?.error ?? '', /generated asynchronous activity after the test ended/)
})
