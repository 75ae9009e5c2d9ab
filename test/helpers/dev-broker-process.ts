import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { type Broker, type BrokerOptions, startBrokerProgram } from './broker-program.ts'
import { freePort } from './processes.ts'
import { usesServer } from './servers-used.ts'

const MAIN = fileURLToPath(new URL('dev-broker-main.ts', import.meta.url))
const READY_MS = 90_000

/** The development broker in a process of its own, with its data on disk: it can be killed as Apache Kafka's can. */
export const startDevBrokerProcess = async (options: BrokerOptions = {}): Promise<Broker> => {
  const unknown = Object.keys(options.settings ?? {})
  if (unknown.length > 0) {
    throw new Error(`The development broker has no ${unknown}: this test must be skipped without Apache Kafka`)
  }
  const folder = mkdtempSync(join(tmpdir(), 'dev-broker-'))
  const dataDir = options.dataDir ?? join(folder, 'data')
  const port = options.port ?? (await freePort())
  const broker = await startBrokerProgram({
    name: 'the development broker',
    program: process.execPath,
    args: ['--import', import.meta.resolve('tsx'), MAIN, JSON.stringify({ port, dataDir })],
    ...{ port, folder, readyMs: READY_MS },
  })
  usesServer('the development broker', 'of this package')
  return broker
}
