import { closeSync, createReadStream, openSync, readSync, rmSync, statSync } from 'node:fs'
import { join } from 'node:path'
import type { Settings } from '../test/helpers/our-worker.ts'
import type { BenchRun, Measurement } from './bench-run.ts'
import { freshName } from './bench-run.ts'
import type { InputFile } from './input-files.ts'
import { type PeerFiles, type Side, type StartedPeer, startPeer, writePeerFiles } from './peers.ts'
import { type Sample, watchGrowth } from './watch-growth.ts'

type Measured = Omit<Measurement, 'label' | 'round'>

export interface SourceRun {
  /** One connector for each. */
  readonly inputs: readonly InputFile[]
  readonly partitions: number
  /** Converters and transforms. */
  readonly settings: Settings
  /** So many records count for what is compared from the start of the process on: the fewer of both sides. */
  readonly shared: number
}

/** Files -> a new topic; counted by the topic's end offsets. */
export const runSource = async ({ cluster, folder }: BenchRun, side: Side, source: SourceRun): Promise<Measured> => {
  const { inputs, partitions, settings, shared } = source
  const topic = freshName('source')
  await cluster.createTopic(topic, partitions)
  const connectors = inputs.map(({ path }, index) => ({
    name: `${topic}-${index}`,
    'connector.class': 'FileStreamSource',
    'tasks.max': 1,
    file: path,
    topic,
    ...settings,
  }))
  const files = await writePeerFiles(folder, cluster.bootstrap, {}, connectors)
  try {
    return await measure(side, files, {
      records: inputs.reduce((sum, { lines }) => sum + lines, 0),
      shared,
      bytes: inputs.reduce((sum, { bytes }) => sum + bytes, 0),
      count: () => cluster.recordsIn(topic),
      atTheEnd: () => cluster.recordsIn(topic),
    })
  } finally {
    await cluster.deleteTopic(topic)
    rmSync(files.folder, { recursive: true, force: true })
  }
}

export interface SinkRun {
  readonly topics: readonly string[]
  readonly records: number
  /** As of {@link SourceRun}. */
  readonly shared: number
  readonly settings: Settings
}

/** Filled topics -> a new file, with a new group; counted by the file's lines. */
export const runSink = async ({ cluster, folder }: BenchRun, side: Side, sink: SinkRun): Promise<Measured> => {
  const name = freshName('sink')
  const output = join(folder, `${name}.txt`)
  const connector = {
    name,
    'connector.class': 'FileStreamSink',
    'tasks.max': 1,
    file: output,
    topics: sink.topics.join(),
    ...sink.settings,
  }
  const files = await writePeerFiles(folder, cluster.bootstrap, {}, [connector])
  try {
    return await measure(side, files, {
      records: sink.records,
      shared: sink.shared,
      bytes: () => statSync(output).size,
      count: lineCounter(output),
      atTheEnd: () => countLines(output),
    })
  } finally {
    rmSync(output, { force: true })
    rmSync(files.folder, { recursive: true, force: true })
  }
}

interface Far {
  readonly records: number
  readonly shared: number
  readonly bytes: number | (() => number)
  /** What has arrived so far. */
  count(): number | Promise<number>
  /** What is there when the worker has stopped: exactly. */
  atTheEnd(): Promise<number>
}

const measure = async (side: Side, files: PeerFiles, far: Far): Promise<Measured> => {
  const began = performance.now()
  const starting = startPeer(side.peer, files)
  let startFailed: string | undefined
  let started: StartedPeer | undefined
  /** When the records that are compared from the start on had arrived. */
  let sharedAt: { readonly at: number; readonly cpuSeconds: number } | undefined
  let trouble: () => string | undefined = () => startFailed
  starting.then(
    (peer) => {
      started = peer
      trouble = peer.trouble
    },
    (error: unknown) => {
      startFailed = error instanceof Error ? error.message : String(error)
    },
  )
  const noteShared = ({ at, count }: Sample): void => {
    if (count >= far.shared && started !== undefined) sharedAt ??= { at, cpuSeconds: started.usage().cpuSeconds }
  }
  const growth = await watchGrowth(far.count, far.records, () => trouble(), noteShared).catch(
    async (error: unknown) => {
      await starting.then((peer) => peer.stop()).catch(() => undefined)
      throw error
    },
  )
  const peer = await starting
  const usage = peer.usage()
  const shared = sharedAt ?? { at: growth.last.at, cpuSeconds: usage.cpuSeconds }
  const { runningMs } = peer
  await peer.stop()
  const arrived = await far.atTheEnd()
  if (arrived !== far.records) throw new Error(`${arrived} records arrived instead of ${far.records}`)
  const bytes = typeof far.bytes === 'number' ? far.bytes : far.bytes()
  return {
    runningMs,
    peakMb: usage.peakMb,
    throughput: {
      records: far.records,
      recordsPerSecond: growth.perSecond,
      mbPerSecond: (growth.perSecond * (bytes / far.records)) / 1e6,
      fromStartPerSecond: far.shared / ((shared.at - began) / 1000),
      cpuSecondsPerMillion: (shared.cpuSeconds / far.shared) * 1e6,
    },
  }
}

/** All lines are equally long, so the size of the file tells how many there are: nothing but one `stat` at each look. */
const lineCounter = (path: string): (() => number) => {
  let lineBytes = 0
  return () => {
    const size = statSync(path, { throwIfNoEntry: false })?.size ?? 0
    if (size > 0 && lineBytes === 0) lineBytes = firstLineBytes(path)
    return lineBytes === 0 ? 0 : Math.floor(size / lineBytes)
  }
}

const firstLineBytes = (path: string): number => {
  const start = Buffer.alloc(64 * 1024)
  const file = openSync(path, 'r')
  try {
    return start.subarray(0, readSync(file, start)).indexOf(10) + 1 // 0: it is not complete yet
  } finally {
    closeSync(file)
  }
}

const countLines = async (path: string): Promise<number> => {
  let lines = 0
  for await (const chunk of createReadStream(path, { highWaterMark: 1 << 20 }) as AsyncIterable<Buffer>) {
    for (let at = chunk.indexOf(10); at >= 0; at = chunk.indexOf(10, at + 1)) lines++
  }
  return lines
}
