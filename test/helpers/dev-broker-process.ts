import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Broker, BrokerOptions } from './kafka-broker.ts'
import { freePort, isListening, type Running, startProgram, waitUntil } from './processes.ts'
import { usesServer } from './servers-used.ts'

const MAIN = fileURLToPath(new URL('dev-broker-main.ts', import.meta.url))
const READY_MS = 30_000

/** The development broker in a process of its own, with its data on disk: it can be killed as Apache Kafka's can. */
export const startDevBrokerProcess = async (options: BrokerOptions = {}): Promise<Broker> => {
  const unknown = Object.keys(options.settings ?? {})
  if (unknown.length > 0) {
    throw new Error(`The development broker has no ${unknown}: this test must be skipped without Apache Kafka`)
  }
  const folder = mkdtempSync(join(tmpdir(), 'dev-broker-'))
  const dataDir = options.dataDir ?? join(folder, 'data')
  const port = options.port ?? (await freePort())
  const logFile = join(folder, 'broker.log')
  let running: Running | undefined
  const removeFolder = (): void => rmSync(folder, { recursive: true, force: true, maxRetries: 3 })
  process.once('exit', removeFolder)

  const start = async (): Promise<void> => {
    const args = ['--import', import.meta.resolve('tsx'), MAIN, JSON.stringify({ port, dataDir })]
    const started = startProgram(process.execPath, args, { logFile, unref: true })
    running = started
    await waitUntil(async () => started.exit !== undefined || (await isListening(port)), {
      timeoutMs: READY_MS,
      what: `the development broker to accept connections on port ${port}`,
    })
    if (started.exit !== undefined) {
      throw new Error(`The development broker ended at its start (${started.exit}):\n${started.output().slice(-4000)}`)
    }
  }
  const stop = async (): Promise<void> => {
    await running?.stop(20_000)
    running = undefined
  }
  await start()
  usesServer('the development broker', 'of this package')
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
