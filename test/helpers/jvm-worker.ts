import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { KAFKA_VERSION, kafkaClassPath } from './kafka-libs.ts'
import { type Running, startProgram, waitUntil } from './processes.ts'
import { usesServer } from './servers-used.ts'

export interface JvmWorkerOptions {
  /** Must name its REST address, as in `listeners=http://127.0.0.1:18083`, and a `plugin.path`, if only an empty folder. */
  readonly workerFile: string
  readonly connectorFiles: readonly string[]
  readonly jvmOptions?: readonly string[]
  /** Default: each connector file's connector and at least one task of it are RUNNING. */
  readonly ready?: 'running' | 'rest'
}

/** The genuine JVM Connect worker in standalone mode. */
export interface JvmWorker {
  /** For example `http://127.0.0.1:18083`. */
  readonly url: string
  readonly pid: number
  output(): string
  /** SIGTERM; it commits its offsets and ends within 30 s, else it is killed. */
  stop(): Promise<void>
  kill(): Promise<void>
}

const READY_MS = 150_000

/** Starts the JVM worker and waits until it runs (8 to 12 s). @throws when a connector or task is FAILED, with its trace */
export const startJvmWorker = async (options: JvmWorkerOptions): Promise<JvmWorker> => {
  const url = restUrl(readFileSync(options.workerFile, 'utf8'), options.workerFile)
  const classPath = await kafkaClassPath()
  const folder = mkdtempSync(join(tmpdir(), 'jvm-worker-'))
  const removeFolder = (): void => rmSync(folder, { recursive: true, force: true, maxRetries: 3 })
  process.once('exit', removeFolder)
  const logSettings = join(folder, 'connect-log4j2.yaml')
  writeFileSync(logSettings, LOG_SETTINGS)
  const worker = startProgram(
    'java',
    [
      ...(options.jvmOptions ?? ['-Xms128m', '-Xmx512m', '-XX:+UseSerialGC', '-XX:TieredStopAtLevel=1']),
      `-Dlog4j2.configurationFile=${logSettings}`,
      '-cp',
      classPath,
      'org.apache.kafka.connect.cli.ConnectStandalone',
      options.workerFile,
      ...options.connectorFiles,
    ],
    { logFile: join(folder, 'worker.log') },
  )
  const finish = async (end: () => Promise<unknown>): Promise<void> => {
    await end()
    process.removeListener('exit', removeFolder)
    removeFolder()
  }
  try {
    await untilReady(worker, url, options.ready === 'rest' ? 0 : options.connectorFiles.length)
  } catch (error) {
    const output = worker.output()
    await finish(() => worker.kill())
    throw new Error(`The JVM worker did not start:\n${output.slice(-6000)}`, { cause: error })
  }
  usesServer('the JVM worker of Apache Kafka Connect', KAFKA_VERSION)
  return {
    url,
    pid: worker.pid,
    output: () => worker.output(),
    stop: () => finish(() => worker.stop(30_000)),
    kill: () => finish(() => worker.kill()),
  }
}

const restUrl = (settings: string, file: string): string => {
  const url = /^\s*listeners\s*[=:]\s*(http:\/\/[^\s,]+)/im.exec(settings)?.[1]
  if (url === undefined) throw new Error(`${file} has no line such as listeners=http://127.0.0.1:18083`)
  return url
}

interface Status {
  readonly connector: { readonly state: string; readonly trace?: string }
  readonly tasks: readonly { readonly state: string; readonly trace?: string }[]
}

const untilReady = async (worker: Running, url: string, connectors: number): Promise<void> => {
  let failed: string | undefined
  await waitUntil(
    async () => {
      if (worker.exit !== undefined) failed = `it ended (${worker.exit})`
      const answer = await fetch(`${url}/connectors?expand=status`, { signal: AbortSignal.timeout(20_000) })
      const found = (await answer.json()) as Readonly<Record<string, { readonly status: Status }>>
      const statuses = Object.values(found).map(({ status }) => status)
      const bad = statuses
        .flatMap(({ connector, tasks }) => [connector, ...tasks])
        .find(({ state }) => state === 'FAILED')
      if (bad !== undefined) failed = bad.trace ?? 'a connector or task is FAILED'
      return (
        statuses.length >= connectors &&
        statuses.every(
          ({ connector, tasks }) =>
            connector.state === 'RUNNING' && tasks.length > 0 && tasks.every(({ state }) => state === 'RUNNING'),
        )
      )
    },
    {
      timeoutMs: READY_MS,
      intervalMs: 200,
      what: `the JVM worker at ${url} to run its connectors`,
      giveUp: () => failed,
    },
  )
}

const LOG_SETTINGS = `Configuration:
  status: warn
  Appenders:
    Console:
      name: STDOUT
      PatternLayout:
        pattern: "[%d] %p %X{connector.context}%m (%c:%L)%n"
  Loggers:
    Root:
      level: INFO
      AppenderRef:
        - ref: STDOUT
`
