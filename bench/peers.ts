import { mkdirSync, mkdtempSync } from 'node:fs'
import { join } from 'node:path'
import { startJvmWorker } from '../test/helpers/jvm-worker.ts'
import { type Settings, startOurWorker, writeProperties } from '../test/helpers/our-worker.ts'
import { freePort, waitUntil } from '../test/helpers/processes.ts'
import { type ProcessUsage, usageOf } from './process-usage.ts'

export type Peer = 'ours' | 'jvm'

/** One side of a comparison; in the A/A control both are ours. */
export interface Side {
  readonly label: string
  readonly peer: Peer
}

export const OURS: Side = { label: 'ours', peer: 'ours' }
export const JVM: Side = { label: 'JVM', peer: 'jvm' }
export const A1: Side = { label: 'A1 (ours)', peer: 'ours' }
export const A2: Side = { label: 'A2 (ours)', peer: 'ours' }

export interface StartedPeer {
  /** Milliseconds from the start of the process until all tasks were RUNNING. */
  readonly runningMs: number
  usage(): ProcessUsage
  /** Why it cannot go on, if so. */
  trouble(): string | undefined
  stop(): Promise<void>
}

/** Heap: what Apache's connect-standalone script sets; collector: what the script it calls sets. */
const JVM_OPTIONS = [
  '-Xms256M',
  '-Xmx2G',
  '-server',
  '-XX:+UseG1GC',
  '-XX:MaxGCPauseMillis=20',
  '-XX:InitiatingHeapOccupancyPercent=35',
  '-XX:+ExplicitGCInvokesConcurrent',
  '-Djava.awt.headless=true',
]

/** The files of one run; both sides get the same. */
export interface PeerFiles {
  readonly folder: string
  readonly workerFile: string
  readonly connectorFiles: readonly string[]
}

/** Writes them into a new folder, with an offset file and a REST port of their own. */
export const writePeerFiles = async (
  parent: string,
  bootstrap: string,
  worker: Settings,
  connectors: readonly Settings[],
): Promise<PeerFiles> => {
  const folder = mkdtempSync(join(parent, 'run-'))
  const plugins = join(folder, 'plugins')
  mkdirSync(plugins)
  const workerFile = writeProperties(join(folder, 'worker.properties'), {
    'bootstrap.servers': bootstrap,
    'key.converter': 'org.apache.kafka.connect.storage.StringConverter',
    'value.converter': 'org.apache.kafka.connect.storage.StringConverter',
    'offset.storage.file.filename': join(folder, 'connect.offsets'),
    'offset.flush.interval.ms': 10_000, // as in the file that comes with Apache Kafka
    'plugin.path': plugins,
    listeners: `http://127.0.0.1:${await freePort()}`,
    ...worker,
  })
  const connectorFiles = connectors.map((connector, index) =>
    writeProperties(join(folder, `connector-${index}.properties`), connector),
  )
  return { folder, workerFile, connectorFiles }
}

/** Starts a worker and waits until every task of its connectors (one each) is RUNNING. */
export const startPeer = (peer: Peer, files: PeerFiles): Promise<StartedPeer> =>
  peer === 'ours' ? startOurs(files) : startJvm(files)

const RUNNING = /finished initialization and start/g
const READY_MS = 60_000

const startOurs = async ({ folder, workerFile, connectorFiles }: PeerFiles): Promise<StartedPeer> => {
  const began = performance.now()
  const worker = await startOurWorker({ folder, worker: workerFile, connectors: connectorFiles, ready: 'nothing' })
  const trouble = (): string | undefined => {
    const failed = worker.output().match(/^.*(?: ERROR |FAILED).*$/m)?.[0]
    return worker.exit === undefined ? failed : `the worker ended (${worker.exit}): ${worker.output().slice(-2000)}`
  }
  try {
    await waitUntil(() => (worker.output().match(RUNNING)?.length ?? 0) >= connectorFiles.length, {
      timeoutMs: READY_MS,
      intervalMs: 5,
      what: `${connectorFiles.length} tasks to run`,
      giveUp: trouble,
    })
  } catch (error) {
    await worker.kill9()
    throw error
  }
  return {
    runningMs: performance.now() - began,
    usage: () => usageOf(worker.pid),
    trouble,
    async stop() {
      await worker.stop()
    },
  }
}

const startJvm = async ({ workerFile, connectorFiles }: PeerFiles): Promise<StartedPeer> => {
  const began = performance.now()
  const worker = await startJvmWorker({ workerFile, connectorFiles, jvmOptions: JVM_OPTIONS })
  return {
    runningMs: performance.now() - began,
    usage: () => usageOf(worker.pid),
    trouble: () => worker.output().match(/^.*Task threw an uncaught and unrecoverable exception.*$/m)?.[0],
    stop: () => worker.stop(),
  }
}
