import { appendFileSync, closeSync, type FSWatcher, openSync, readSync, rmSync, watch, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { waitUntil } from '../test/helpers/processes.ts'
import { type BenchRun, freshName, type Measurement } from './bench-run.ts'
import { type Side, startPeer, writePeerFiles } from './peers.ts'

/** Not counted: the first lines find caches cold and connections closed. */
const WARM_UP = 3
const LINES = 25
/** Lines come at times that do not keep step with anyone's sleep. */
const PAUSE_MS = { least: 100, most: 700 }
const ARRIVAL_MS = 30_000

/** Appends single lines to a file that is otherwise quiet, and notes when each is in the topic and in the sink's file. */
export const runLatency = async (
  { cluster, folder, options }: BenchRun,
  side: Side,
): Promise<Omit<Measurement, 'label' | 'round'>> => {
  const lines = WARM_UP + (options.quick ? 10 : LINES)
  const topic = freshName('latency')
  await cluster.createTopic(topic, 1)
  const from = join(folder, `${topic}-from.txt`)
  const to = join(folder, `${topic}-to.txt`)
  for (const path of [from, to]) writeFileSync(path, '')
  const files = await writePeerFiles(folder, cluster.bootstrap, {}, [
    { name: `${topic}-source`, 'connector.class': 'FileStreamSource', 'tasks.max': 1, file: from, topic },
    { name: `${topic}-sink`, 'connector.class': 'FileStreamSink', 'tasks.max': 1, file: to, topics: topic },
  ])
  const sent = new Map<string, number>()
  const inTopic = new Map<string, number>()
  const inFile = new Map<string, number>()
  const unfollow = await cluster.follow(topic, (line) => inTopic.set(line, performance.now()))
  const unwatch = watchLines(to, (line) => inFile.set(line, performance.now()))
  try {
    const peer = await startPeer(side.peer, files)
    try {
      for (let index = 0; index < lines; index++) {
        const line = `line ${index}`
        sent.set(line, performance.now())
        appendFileSync(from, `${line}\n`)
        await waitUntil(() => inTopic.has(line) && inFile.has(line), {
          timeoutMs: ARRIVAL_MS,
          intervalMs: 20,
          what: `${line} in topic and file`,
          giveUp: peer.trouble,
        })
        await delay(PAUSE_MS.least + Math.random() * (PAUSE_MS.most - PAUSE_MS.least))
      }
      const counted = [...sent].slice(WARM_UP)
      const since = (seen: ReadonlyMap<string, number>) => counted.map(([line, at]) => seen.get(line)! - at)
      return {
        runningMs: peer.runningMs,
        peakMb: peer.usage().peakMb,
        latency: { topicMs: since(inTopic), fileMs: since(inFile) },
      }
    } finally {
      await peer.stop()
    }
  } finally {
    unwatch()
    await unfollow()
    await cluster.deleteTopic(topic)
    for (const path of [from, to, files.folder]) rmSync(path, { recursive: true, force: true })
  }
}

/** Reads what is appended as soon as the system tells of it. */
const watchLines = (path: string, onLine: (line: string) => void): (() => void) => {
  const file = openSync(path, 'r')
  const chunk = Buffer.alloc(64 * 1024)
  let unfinished = ''
  const read = (): void => {
    for (let bytes = readSync(file, chunk); bytes > 0; bytes = readSync(file, chunk)) {
      const lines = (unfinished + chunk.toString('utf8', 0, bytes)).split('\n')
      unfinished = lines.pop() ?? ''
      for (const line of lines) onLine(line)
    }
  }
  const watcher: FSWatcher = watch(path, read)
  return () => {
    watcher.close()
    closeSync(file)
  }
}
