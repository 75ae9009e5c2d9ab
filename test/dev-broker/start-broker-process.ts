import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { DevBrokerOptions } from '../../src/dev-broker/start-broker.ts'
import { freePort, isListening, type Running, startProgram, waitUntil } from '../helpers/processes.ts'
import { repoRoot } from '../helpers/services-dir.ts'

/** A development broker in a process of its own. */
export interface BrokerProcess {
  readonly bootstrap: string
  /** What it has logged so far. */
  output(): string
  /** Bytes of memory that it has now, and that it had at most. */
  memory(): { readonly now: number; readonly most: number }
  /** Bytes of memory that are in use, without garbage. */
  memoryInUse(): Promise<number>
  /** Processor time in ms, user and system. */
  cpuMs(): number
  /** Undefined while it runs. */
  readonly exit: number | NodeJS.Signals | undefined
  /** SIGKILL, and a new process with the same port and options. */
  restart(): Promise<void>
  kill(): Promise<void>
}

/** @param folder for its log file */
export const startBrokerProcess = async (folder: string, options: DevBrokerOptions = {}): Promise<BrokerProcess> => {
  const port = options.port ?? (await freePort())
  let running: Running
  const start = async (): Promise<void> => {
    const program = join(repoRoot, 'test/dev-broker/broker-process.ts')
    const args = ['--import', 'tsx', program, JSON.stringify({ ...options, port })]
    running = startProgram(process.execPath, args, { logFile: join(folder, 'broker.log'), cwd: repoRoot })
    await waitUntil(() => isListening(port), {
      timeoutMs: 60_000,
      intervalMs: 20,
      what: 'the broker',
      giveUp: () => (running.exit === undefined ? undefined : running.output()),
    })
  }
  await start()
  return {
    bootstrap: `127.0.0.1:${port}`,
    output: () => running.output(),
    memory: () => {
      const status = readFileSync(`/proc/${running.pid}/status`, 'utf8')
      const bytes = (name: string): number => Number(new RegExp(`${name}:\\s+(\\d+) kB`).exec(status)?.[1]) * 1024
      return { now: bytes('VmRSS'), most: bytes('VmHWM') }
    },
    memoryInUse: async () => {
      const answers = (): string[] => running.output().match(/^in use \d+$/gm) ?? []
      const before = answers().length
      running.signal('SIGUSR2')
      await waitUntil(() => answers().length > before, { timeoutMs: 60_000, what: 'the memory in use' })
      return Number(answers().at(-1)!.split(' ')[2])
    },
    cpuMs: () => {
      const stat = readFileSync(`/proc/${running.pid}/stat`, 'utf8')
      const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
      return (Number(fields[11]) + Number(fields[12])) * 10 // Linux counts in units of 10 ms
    },
    get exit() {
      return running.exit
    },
    restart: async () => {
      await running.kill()
      await start()
    },
    kill: () => running.kill(),
  }
}
