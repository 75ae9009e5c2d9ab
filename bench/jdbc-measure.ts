import { rmSync } from 'node:fs'
import type { BenchCluster } from './cluster.ts'
import type { BenchDatabase } from './jdbc-database.ts'
import { type Peer, type PeerFiles, type StartedPeer, startPeer } from './peers.ts'
import { type Sample, watchGrowth } from './watch-growth.ts'

/** What a workload has at hand. */
export interface JdbcBench {
  readonly cluster: BenchCluster
  readonly database: BenchDatabase
  /** For everything that is written. */
  readonly folder: string
  /** `plugin.path` of the JVM worker. */
  readonly plugins: string
}

export interface JdbcMeasurement {
  readonly side: string
  readonly round: number
  /** Steady: from the first quarter's arrival on. See `watch-growth.ts`. */
  readonly rowsPerSecond: number
  readonly fromStartPerSecond: number
  /** Processor time of the steady part, user and system, of the worker. */
  readonly cpuPer100k: number
  /** The same of the database. */
  readonly databaseCpuPer100k: number
  /** The worker's from the start of the process on, for all rows. */
  readonly cpuSeconds: number
  readonly peakMb: number
  readonly runningMs: number
}

export interface Far {
  readonly rows: number
  /** Rows that have arrived. */
  count(): Promise<number>
  /** Throws unless exactly what should have arrived is there. The worker has stopped. */
  check(): Promise<void>
}

interface Used {
  readonly count: number
  readonly worker: number
  readonly database: number
}

const WARM_SHARE = 0.25

/** Runs a worker until all rows have arrived. */
export const measureJdbc = async (
  { database }: JdbcBench,
  peer: Peer,
  files: PeerFiles,
  far: Far,
): Promise<Omit<JdbcMeasurement, 'side' | 'round'>> => {
  const began = performance.now()
  const starting = startPeer(peer, files)
  let startFailed: string | undefined
  let started: StartedPeer | undefined
  starting.then(
    (worker) => {
      started = worker
    },
    (error: unknown) => {
      startFailed = error instanceof Error ? error.message : String(error)
    },
  )
  let warm: Used | undefined
  const used = (count: number): Used => ({
    count,
    worker: started?.usage().cpuSeconds ?? 0,
    database: database.usage().cpuSeconds,
  })
  const note = ({ count }: Sample): void => {
    if (count >= far.rows * WARM_SHARE && started !== undefined) warm ??= used(count)
  }
  const trouble = (): string | undefined => startFailed ?? started?.trouble()
  try {
    const growth = await watchGrowth(far.count, far.rows, trouble, note)
    const worker = await starting
    const { cpuSeconds, peakMb } = worker.usage()
    const end = used(far.rows)
    await worker.stop()
    started = undefined
    await far.check()
    const from = warm ?? { count: 0, worker: 0, database: 0 }
    const share = 100_000 / Math.max(1, end.count - from.count)
    return {
      rowsPerSecond: growth.perSecond,
      fromStartPerSecond: far.rows / ((growth.last.at - began) / 1000),
      cpuPer100k: (end.worker - from.worker) * share,
      databaseCpuPer100k: (end.database - from.database) * share,
      cpuSeconds,
      peakMb,
      runningMs: worker.runningMs,
    }
  } finally {
    await starting.then((worker) => started && worker.stop()).catch(() => undefined)
    rmSync(files.folder, { recursive: true, force: true })
  }
}
