import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { isListening, type Running, startProgram, waitUntil } from './processes.ts'

export interface BrokerOptions {
  /** Port that clients connect to. Default: a free one. */
  readonly port?: number
  /** Folder of its data, kept at the end. Default: a temporary one, removed by {@link Broker.stop}. */
  readonly dataDir?: string
  /** Added to server.properties; the development broker takes none. */
  readonly settings?: Readonly<Record<string, string | number | boolean>>
  /** For the JVM. Default: little memory and a fast start; a benchmark wants `['-Xmx1g']`. */
  readonly jvmOptions?: readonly string[]
}

/** One broker on loopback. Stopped and started again it keeps ports and data. */
export interface Broker {
  readonly bootstrap: string
  readonly port: number
  /** Changes with every start. */
  readonly pid: number
  /** Ends it in order. Data stay while the test process lives. */
  stop(): Promise<void>
  /** SIGKILL. */
  kill(): Promise<void>
  /** Starts it again after `stop` or `kill`. */
  start(): Promise<void>
  /** Stops it for good and removes its temporary folder. */
  close(): Promise<void>
  /** What it logged so far. */
  output(): string
}

interface BrokerProgram {
  /** For messages. */
  readonly name: string
  readonly program: string
  readonly args: readonly string[]
  readonly port: number
  /** For its log; removed when it is closed, or this process ends. */
  readonly folder: string
  /** How long it may take until it accepts connections. */
  readonly readyMs: number
}

/** Starts a broker in a process of its own and waits until it accepts connections. @throws when it ends instead */
export const startBrokerProgram = async (parts: BrokerProgram): Promise<Broker> => {
  const { name, program, args, port, folder, readyMs } = parts
  const logFile = join(folder, 'broker.log')
  let running: Running | undefined
  const removeFolder = (): void => rmSync(folder, { recursive: true, force: true, maxRetries: 3 })
  process.once('exit', removeFolder)

  const start = async (): Promise<void> => {
    const started = startProgram(program, args, { logFile, unref: true })
    running = started
    await waitUntil(async () => started.exit !== undefined || (await isListening(port)), {
      timeoutMs: readyMs,
      what: `${name} to accept connections on port ${port}`,
    })
    if (started.exit !== undefined) {
      throw new Error(`${name} ended at its start (${started.exit}):\n${started.output().slice(-4000)}`)
    }
  }
  const stop = async (): Promise<void> => {
    await running?.stop(60_000)
    running = undefined
  }
  await start()
  return {
    bootstrap: `127.0.0.1:${port}`,
    port,
    get pid() {
      return running?.pid ?? -1
    },
    start,
    stop,
    async kill() {
      await running?.kill()
      running = undefined
    },
    async close() {
      await stop()
      process.removeListener('exit', removeFolder)
      removeFolder()
    },
    output: () => running?.output() ?? '',
  }
}
