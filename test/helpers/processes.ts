import { type ChildProcess, type SpawnOptions, spawn } from 'node:child_process'
import { closeSync, mkdirSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { connect, createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'

export interface Wait {
  /** Milliseconds; then the wait fails. */
  readonly timeoutMs: number
  /** What is waited for, for the error: `the broker to accept connections`. */
  readonly what: string
  readonly intervalMs?: number
  /** Says why waiting has no sense any more. */
  readonly giveUp?: () => string | undefined
}

/**
 * Asks again and again until the answer is neither undefined nor false, and returns it. An error of the question counts as
 * "not yet" and is the cause of the final error.
 */
export const waitUntil = async <T>(
  question: () => T | Promise<T>,
  { timeoutMs, what, intervalMs = 50, giveUp }: Wait,
): Promise<Exclude<T, undefined | false>> => {
  const deadline = Date.now() + timeoutMs
  let cause: unknown
  for (;;) {
    try {
      const answer = await question()
      if (answer !== undefined && answer !== false) return answer as Exclude<T, undefined | false>
      cause = undefined
    } catch (error) {
      cause = error
    }
    const reason = giveUp?.()
    if (reason !== undefined) throw new Error(`Waited in vain for ${what}: ${reason}`, { cause })
    if (Date.now() > deadline) throw new Error(`Waited ${timeoutMs} ms for ${what}`, { cause })
    await delay(intervalMs)
  }
}

/** Fails when the promise takes longer. The promise itself goes on. */
export const within = async <T>(promise: Promise<T>, timeoutMs: number, what: string): Promise<T> => {
  const timer = new AbortController()
  const late = delay(timeoutMs, undefined, { signal: timer.signal }).then(() => {
    throw new Error(`Waited ${timeoutMs} ms for ${what}`)
  })
  late.catch(() => undefined)
  try {
    return await Promise.race([promise, late])
  } finally {
    timer.abort()
  }
}

/**
 * A loopback port that nothing listens on, and that no other test on this machine was given. Below the range that the
 * system gives to outgoing connections, so that a server that is stopped and started again finds it free.
 */
export const freePort = async (): Promise<number> => {
  for (let attempt = 0; attempt < 100; attempt++) {
    const port = 20_000 + Math.floor(Math.random() * 12_000)
    if (claim(port) && (await canListen(port))) return port
  }
  throw new Error('No free port between 20000 and 32000')
}

/** By user: files in it are not for others to change. */
const CLAIMS = join(tmpdir(), `connect-test-ports-${process.getuid?.() ?? 0}`)
const claimed: string[] = []

/** A port that was given out is taken, also before its server listens and while it is started anew. */
const claim = (port: number): boolean => {
  const file = join(CLAIMS, String(port))
  mkdirSync(CLAIMS, { recursive: true })
  try {
    writeFileSync(file, String(process.pid), { flag: 'wx' })
  } catch {
    // Of a process that was killed: for whoever comes next, as others may be looking at it, too
    if (!isOwned(file)) rmSync(file, { force: true })
    return false
  }
  if (claimed.push(file) === 1) {
    process.once('exit', () => {
      for (const one of claimed) rmSync(one, { force: true })
    })
  }
  return true
}

/** An empty file counts as owned: it is being written. */
const isOwned = (file: string): boolean => {
  try {
    process.kill(Number(readFileSync(file, 'utf8')), 0)
    return true
  } catch (error) {
    return (error as NodeJS.ErrnoException).code !== 'ESRCH'
  }
}

const canListen = (port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const server = createServer()
    server.once('error', () => resolve(false))
    server.listen(port, '127.0.0.1', () => server.close(() => resolve(true)))
  })

/** Whether something accepts connections on this loopback port. */
export const isListening = (port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1')
    const answer = (listening: boolean): void => {
      socket.destroy()
      resolve(listening)
    }
    socket.setTimeout(1000, () => answer(false))
    socket.once('connect', () => answer(true))
    socket.once('error', () => answer(false))
  })

/** A program that runs beside the test. */
export interface Running {
  readonly pid: number
  /** Settles at its end: the exit code, or the signal that ended it. */
  readonly ended: Promise<number | NodeJS.Signals>
  /** Undefined while it runs. */
  readonly exit: number | NodeJS.Signals | undefined
  /** All that it wrote so far, standard output and error in one. */
  output(): string
  signal(signal: NodeJS.Signals): void
  /** SIGTERM, then SIGKILL when it is not gone in time (10 s unless told). Resolves with how it ended. */
  stop(timeoutMs?: number): Promise<number | NodeJS.Signals>
  /** SIGKILL. Resolves when it is gone. */
  kill(): Promise<void>
}

export interface StartOptions {
  /** Its standard output and error are appended here. */
  readonly logFile: string
  readonly cwd?: string
  /** Added to our own environment; undefined removes. */
  readonly env?: Readonly<Record<string, string | undefined>>
  /** Lets our own process end while it still runs (it is killed then). */
  readonly unref?: boolean
}

/** Starts a program; it is killed when our own process ends. */
export const startProgram = (command: string, args: readonly string[], options: StartOptions): Running => {
  const log = openSync(options.logFile, 'a')
  const spawnOptions: SpawnOptions = { stdio: ['ignore', log, log], env: environment(options.env) }
  if (options.cwd !== undefined) spawnOptions.cwd = options.cwd
  const child = spawn(command, args, spawnOptions)
  closeSync(log)
  const killAtExit = (): void => {
    child.kill('SIGKILL')
  }
  process.once('exit', killAtExit)
  let exit: number | NodeJS.Signals | undefined
  const ended = endOf(child).then((how) => {
    exit = how
    process.removeListener('exit', killAtExit)
    return how
  })
  ended.catch(() => undefined)
  if (options.unref) child.unref()
  return {
    pid: child.pid ?? -1,
    ended,
    get exit() {
      return exit
    },
    output: () => readFileSync(options.logFile, 'utf8'),
    signal: (signal) => {
      child.kill(signal)
    },
    async kill() {
      if (exit !== undefined) return
      child.ref()
      child.kill('SIGKILL')
      await ended
    },
    async stop(timeoutMs = 10_000) {
      if (exit !== undefined) return exit
      child.ref()
      child.kill('SIGTERM')
      const timer = setTimeout(() => child.kill('SIGKILL'), timeoutMs)
      try {
        return await ended
      } finally {
        clearTimeout(timer)
      }
    },
  }
}

export interface Finished {
  readonly code: number | NodeJS.Signals
  readonly stdout: string
  readonly stderr: string
}

/** Runs a program to its end. Killed, with an error, when that takes longer than `timeoutMs` (60 s unless told). */
export const runProgram = async (
  command: string,
  args: readonly string[],
  options: {
    readonly timeoutMs?: number
    readonly cwd?: string
    readonly env?: Readonly<Record<string, string | undefined>>
    readonly input?: string
  } = {},
): Promise<Finished> => {
  const { timeoutMs = 60_000 } = options
  const spawnOptions: SpawnOptions = { stdio: ['pipe', 'pipe', 'pipe'], env: environment(options.env) }
  if (options.cwd !== undefined) spawnOptions.cwd = options.cwd
  const child = spawn(command, args, spawnOptions)
  const stdout: Buffer[] = []
  const stderr: Buffer[] = []
  child.stdout?.on('data', (chunk: Buffer) => stdout.push(chunk))
  child.stderr?.on('data', (chunk: Buffer) => stderr.push(chunk))
  child.stdin?.on('error', () => undefined)
  child.stdin?.end(options.input ?? '')
  try {
    const code = await within(endOf(child, 'close'), timeoutMs, `${command} ${args.join(' ')} to end`)
    return { code, stdout: Buffer.concat(stdout).toString(), stderr: Buffer.concat(stderr).toString() }
  } catch (error) {
    child.kill('SIGKILL')
    throw error
  }
}

const endOf = (child: ChildProcess, event: 'exit' | 'close' = 'exit'): Promise<number | NodeJS.Signals> =>
  new Promise((resolve, reject) => {
    child.once('error', reject)
    child.once(event, (code, signal) => resolve(signal ?? code ?? -1))
  })

const environment = (changes: Readonly<Record<string, string | undefined>> = {}): NodeJS.ProcessEnv => {
  const env: NodeJS.ProcessEnv = { ...process.env }
  delete env['NODE_TEST_CONTEXT'] // set by the test runner; a program of ours must not take itself for a test
  for (const [name, value] of Object.entries(changes)) {
    if (value === undefined) delete env[name]
    else env[name] = value
  }
  return env
}

/** Whether a program can be found on PATH. */
export const hasProgram = async (name: string, versionArgument = '--version'): Promise<boolean> => {
  try {
    await runProgram(name, [versionArgument], { timeoutMs: 20_000 })
    return true
  } catch {
    return false
  }
}
