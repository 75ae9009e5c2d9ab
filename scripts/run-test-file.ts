import { type ChildProcess, spawn } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

export interface TestFileResult {
  readonly file: string
  readonly passed: number
  readonly failures: readonly { readonly name: string; readonly error: string }[]
  /** Tests that did not run, with the reason they give. */
  readonly skipped: readonly { readonly name: string; readonly reason: string }[]
  readonly seconds: number
  /** The end of what the file's process wrote. */
  readonly output: string
}

export interface TestFileOptions {
  readonly file: string
  readonly timeoutMs: number
  readonly env: Readonly<Record<string, string>>
  readonly cwd: string
}

const REPORTER = fileURLToPath(new URL('test-events.mjs', import.meta.url))
const OUTPUT_KEPT = 20_000

/**
 * Runs one test file in a process of its own and counts its tests. A file that crashes, hangs, or has no test at all is
 * a failure too. Whatever the file started is killed when it ends.
 */
export const runTestFile = async ({ file, timeoutMs, env, cwd }: TestFileOptions): Promise<TestFileResult> => {
  const folder = mkdtempSync(join(tmpdir(), 'test-events-'))
  const events = join(folder, 'events')
  const begin = Date.now()
  try {
    const child = spawn(
      process.execPath,
      ['--import', 'tsx', `--test-reporter=${REPORTER}`, `--test-reporter-destination=${events}`, file],
      {
        cwd,
        env: { ...process.env, NODE_TEST_CONTEXT: undefined, ...env },
        stdio: ['ignore', 'pipe', 'pipe'],
        detached: true,
      },
    )
    const { how, output } = await endOf(child, timeoutMs)
    const found = readEvents(events)
    const result = countEvents(found)
    const failures = [...result.failures]
    const crashed = how !== 'exit 0' && (failures.length === 0 || how !== 'exit 1')
    if (crashed) failures.push({ name: 'the file as a whole', error: `It ended with ${how}.` })
    else if (!found.some(({ end }) => end)) {
      failures.push({ name: 'the file as a whole', error: 'It has no test, or it ended before its tests did.' })
    }
    return { file, ...result, failures, seconds: (Date.now() - begin) / 1000, output }
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

const endOf = (child: ChildProcess, timeoutMs: number): Promise<{ readonly how: string; readonly output: string }> =>
  new Promise((resolve, reject) => {
    let output = ''
    const keep = (chunk: Buffer): void => {
      output = (output + chunk.toString()).slice(-OUTPUT_KEPT)
    }
    child.stdout?.on('data', keep)
    child.stderr?.on('data', keep)
    const killGroup = (): void => {
      try {
        if (child.pid !== undefined) process.kill(-child.pid, 'SIGKILL')
      } catch {
        // nothing of it is left
      }
    }
    let late = false
    const timer = setTimeout(() => {
      late = true
      killGroup()
    }, timeoutMs)
    process.once('exit', killGroup)
    child.once('error', reject)
    child.once('exit', (code, signal) => {
      clearTimeout(timer)
      process.removeListener('exit', killGroup)
      killGroup()
      const how = late
        ? `no end after ${timeoutMs / 1000} s (a test hangs, or leaves something open)`
        : (signal ?? `exit ${code}`)
      setImmediate(() => resolve({ how, output }))
    })
  })

interface TestEvent {
  readonly name: string
  readonly passed: boolean
  readonly suite: boolean
  readonly skipped?: true | string
  readonly parentOfFailure: boolean
  readonly error?: string
  /** Not a test: what the runner has to say. */
  readonly note?: string
  /** The last event: the runner came to its end. */
  readonly end?: true
}

const readEvents = (file: string): TestEvent[] => {
  let text = ''
  try {
    text = readFileSync(file, 'utf8')
  } catch {
    // ended before the reporter began
  }
  const whole = text.slice(0, text.lastIndexOf('\n') + 1) // a killed process may have written half a line
  return whole
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as TestEvent)
}

const countEvents = (events: readonly TestEvent[]): Pick<TestFileResult, 'passed' | 'failures' | 'skipped'> => {
  let passed = 0
  const failures: { name: string; error: string }[] = []
  const skipped: { name: string; reason: string }[] = []
  for (const event of events) {
    if (event.end) continue
    if (event.note !== undefined) failures.push({ name: 'after a test had ended', error: event.note })
    else if (event.skipped !== undefined) {
      skipped.push({
        name: event.name,
        reason: typeof event.skipped === 'string' && event.skipped !== '' ? event.skipped : 'no reason given',
      })
    } else if (event.passed) passed++
    // A suite only repeats the failures of its tests, unless it failed by itself
    else if (!event.parentOfFailure || !event.suite) {
      failures.push({ name: event.name, error: event.error ?? 'failed' })
    }
  }
  return { passed, failures, skipped }
}
