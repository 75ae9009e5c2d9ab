import { existsSync, mkdtempSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { type Running, runProgram, startProgram, waitUntil, within } from './processes.ts'
import { repoRoot } from './services-dir.ts'

export type Settings = Readonly<Record<string, string | number | boolean>>

export interface OurWorkerOptions {
  /** For property files and the log. Default: a new temporary one. A second worker in the same folder gets other files. */
  readonly folder?: string
  /** The worker's file, or what to write into one. */
  readonly worker: string | Settings
  /** Connector files, or what to write into them; in this order. */
  readonly connectors?: readonly (string | Settings)[]
  /** Options before the files, such as `--log-level DEBUG`. */
  readonly args?: readonly string[]
  readonly env?: Readonly<Record<string, string | undefined>>
  /**
   * What to wait for: `started` (all connectors of the files are created), `nothing`, or a text of the log.
   * Default: `started`.
   */
  readonly ready?: string | RegExp
}

/** The program, started as a user starts it: what it shows is its log, its exit code and what `/proc` knows. */
export interface OurWorker {
  readonly pid: number
  readonly folder: string
  /** Milliseconds from the start of the process until what `ready` names was logged. */
  readonly readyAfterMs: number
  /** All that it logged so far. */
  output(): string
  /** Waits (60 s unless told) until the log, from `from` on, holds the text. @returns the line */
  waitForLog(text: string | RegExp, options?: { readonly timeoutMs?: number; readonly from?: number }): Promise<string>
  signal(signal: NodeJS.Signals): void
  /** Where its REST API listens, such as `http://127.0.0.1:41234`. */
  restUrl(): string
  /** What REST says of all tasks: `CONNECTOR-TASK` to state. */
  taskStates(): Promise<ReadonlyMap<string, string>>
  /** The same, once (within 60 s) no task is UNASSIGNED: tasks are, between their stop and start with a new config. */
  settledTaskStates(): Promise<ReadonlyMap<string, string>>
  /** Sends the signal (SIGTERM) and waits for the end, at most `timeoutMs` (40 s). @returns the exit code or the signal */
  stop(signal?: NodeJS.Signals, timeoutMs?: number): Promise<number | NodeJS.Signals>
  /** SIGKILL. Resolves when it is gone. */
  kill9(): Promise<void>
  readonly exit: number | NodeJS.Signals | undefined
  readonly ended: Promise<number | NodeJS.Signals>
  /** Megabytes (2^20 bytes) of resident memory: now, and the most there ever was. */
  memory(): { readonly residentMb: number; readonly peakMb: number }
  /** Milliseconds of processor time, user and system, since its start. */
  cpuMs(): number
}

const STARTED = /Kafka Connect started/
const READY_MS = 60_000
/** USER_HZ: what /proc counts in, on every Linux. */
const MS_PER_TICK = 10

/** Starts `connect-standalone` on property files. @throws when it ends, or does not get ready within 60 s, with its log */
export const startOurWorker = async (options: OurWorkerOptions): Promise<OurWorker> => {
  const program = await builtProgram()
  const folder = options.folder ?? mkdtempSync(join(tmpdir(), 'our-worker-'))
  const number = readdirSync(folder).filter((name) => /^worker-\d+\.log$/.test(name)).length
  const files = [options.worker, ...(options.connectors ?? [])].map((file, index) =>
    typeof file === 'string' ? file : writeProperties(join(folder, `${number}-${index}.properties`), file),
  )
  const logFile = join(folder, `worker-${number}.log`)
  const began = performance.now()
  const running = startProgram(process.execPath, [program, ...(options.args ?? []), ...files], {
    logFile,
    ...(options.env === undefined ? {} : { env: options.env }),
  })
  const { ready = STARTED } = options
  if (ready !== 'nothing') await waitForLog(running, ready, { timeoutMs: READY_MS, intervalMs: 3 })
  return ourWorker(running, folder, performance.now() - began)
}

/** Settings of a worker that keeps to itself: strings, its own offset file and whichever REST port is free. */
export const workerSettings = (bootstrap: string, folder: string, more: Settings = {}): Settings => ({
  'bootstrap.servers': bootstrap,
  'key.converter': 'org.apache.kafka.connect.storage.StringConverter',
  'value.converter': 'org.apache.kafka.connect.storage.StringConverter',
  'offset.storage.file.filename': join(folder, 'connect.offsets'),
  'offset.flush.interval.ms': 500,
  listeners: 'http://127.0.0.1:0',
  ...more,
})

export const fileSource = (name: string, file: string, topic: string, more: Settings = {}): Settings => ({
  name,
  'connector.class': 'FileStreamSource',
  'tasks.max': 1,
  file,
  topic,
  ...more,
})

export const fileSink = (name: string, file: string, topics: string, more: Settings = {}): Settings => ({
  name,
  'connector.class': 'FileStreamSink',
  'tasks.max': 1,
  file,
  topics,
  ...more,
})

/** Runs `connect-standalone` to its end: for what does not even start. */
export const runOurWorker = async (args: readonly string[], timeoutMs = 90_000) =>
  runProgram(process.execPath, [await builtProgram(), ...args], { timeoutMs })

const ourWorker = (running: Running, folder: string, readyAfterMs: number): OurWorker => ({
  pid: running.pid,
  folder,
  readyAfterMs,
  output: () => running.output(),
  waitForLog: (text, { timeoutMs = 60_000, from = 0 } = {}) => waitForLog(running, text, { timeoutMs, from }),
  signal: (signal) => running.signal(signal),
  restUrl: () => restUrl(running),
  taskStates: () => taskStates(running),
  async settledTaskStates() {
    let states: ReadonlyMap<string, string> = new Map()
    const settled = async (): Promise<boolean> => {
      states = await taskStates(running)
      return ![...states.values()].includes('UNASSIGNED')
    }
    await waitUntil(settled, { timeoutMs: 60_000, what: `no task to be UNASSIGNED; ${running.output().slice(-1500)}` })
    return states
  },
  async stop(signal = 'SIGTERM', timeoutMs = 40_000) {
    running.signal(signal)
    try {
      return await within(running.ended, timeoutMs, `the worker to end after ${signal}`)
    } catch (error) {
      await running.kill()
      throw new Error(`${error instanceof Error ? error.message : error}:\n${running.output().slice(-4000)}`)
    }
  },
  kill9: () => running.kill(),
  get exit() {
    return running.exit
  },
  ended: running.ended,
  memory() {
    const status = readFileSync(`/proc/${running.pid}/status`, 'utf8')
    const megabytes = (name: string): number =>
      Number(new RegExp(`^${name}:\\s+(\\d+) kB`, 'm').exec(status)?.[1]) / 1024
    return { residentMb: megabytes('VmRSS'), peakMb: megabytes('VmHWM') }
  },
  cpuMs() {
    const stat = readFileSync(`/proc/${running.pid}/stat`, 'utf8')
    // The name of the program, in brackets, may hold blanks.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
    return (Number(fields[11]) + Number(fields[12])) * MS_PER_TICK
  },
})

const taskStates = async (running: Running): Promise<ReadonlyMap<string, string>> => {
  const answer = await fetch(`${restUrl(running)}/connectors?expand=status`, { signal: AbortSignal.timeout(20_000) })
  const found = (await answer.json()) as Readonly<Record<string, { readonly status: ConnectorStatus }>>
  return new Map(
    Object.entries(found).flatMap(([name, { status }]) =>
      status.tasks.map(({ id, state }) => [`${name}-${id}`, state] as const),
    ),
  )
}

interface ConnectorStatus {
  readonly tasks: readonly { readonly id: number; readonly state: string }[]
}

const restUrl = (running: Running): string => {
  const url = /REST API listens on (https?:\/\/[^\s,"]+)/.exec(running.output())?.[1]
  if (url === undefined) throw new Error(`The worker has no REST API:\n${running.output()}`)
  return url
}

interface LogWait {
  readonly timeoutMs: number
  readonly from?: number
  readonly intervalMs?: number
}

const waitForLog = async (running: Running, text: string | RegExp, wait: LogWait): Promise<string> => {
  const { timeoutMs, from = 0, intervalMs = 20 } = wait
  try {
    return await waitUntil(
      () =>
        running
          .output()
          .slice(from)
          .split('\n')
          .find((line) => (typeof text === 'string' ? line.includes(text) : text.test(line))),
      {
        timeoutMs,
        intervalMs,
        what: `the log to say ${text}`,
        giveUp: () => (running.exit === undefined ? undefined : `the worker ended (${running.exit})`),
      },
    )
  } catch (error) {
    throw new Error(`${error instanceof Error ? error.message : error}:\n${running.output().slice(-6000)}`)
  }
}

/** Writes a property file that Java reads back as it was given. @returns the path */
export const writeProperties = (path: string, settings: Settings): string => {
  const escaped = (text: string): string => text.replaceAll('\\', '\\\\').replaceAll('\n', '\\n')
  const lines = Object.entries(settings).map(([key, value]) => {
    const name = escaped(key).replaceAll(/[ :=]/g, '\\$&')
    return `${name}=${escaped(String(value))}\n`
  })
  writeFileSync(path, lines.join(''))
  return path
}

/** The folder of the package that is run. */
export const programRoot = (): string => {
  const given = process.env['CONNECT_PROGRAM']
  return given ? dirname(dirname(given)) : repoRoot
}

let building: Promise<string> | undefined

/**
 * The program's start file: CONNECT_PROGRAM, or the project's own, built first when `dist/` is missing or older than a
 * source file.
 */
const builtProgram = (): Promise<string> => {
  building ??= build()
  return building
}

const build = async (): Promise<string> => {
  const given = process.env['CONNECT_PROGRAM']
  if (given) return given
  const built = join(repoRoot, 'dist/cli/main.js')
  const source = join(repoRoot, 'src')
  const newest = Math.max(
    ...readdirSync(source, { recursive: true, encoding: 'utf8' }).map((file) => statSync(join(source, file)).mtimeMs),
  )
  if (!existsSync(built) || statSync(built).mtimeMs < newest) {
    const { code, stdout, stderr } = await runProgram(process.execPath, ['--import', 'tsx', 'scripts/build.ts'], {
      cwd: repoRoot,
      timeoutMs: 120_000,
    })
    if (code !== 0) throw new Error(`The program cannot be built:\n${stdout}${stderr}`)
  }
  return join(repoRoot, 'bin/connect-standalone')
}
