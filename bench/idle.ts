import { rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { type BenchRun, freshName, type Measurement } from './bench-run.ts'
import { type Side, startPeer, writePeerFiles } from './peers.ts'

/** What a worker does to come to rest after its start is not what is asked here. */
const SETTLE_MS = 5_000
const MEASURE_MS = 8_000

/** Processor and memory of connectors with nothing to do: sources and sinks in turns, each with a file of its own. */
export const runIdle = async (
  { cluster, folder, options }: BenchRun,
  side: Side,
  count: number,
): Promise<Omit<Measurement, 'label' | 'round'>> => {
  const topic = freshName('idle')
  await cluster.createTopic(topic, 1)
  const fileOf = (index: number): string => join(folder, `${topic}-${index}.txt`)
  const connectors = Array.from({ length: count }, (_, index) => ({
    name: `${topic}-${index}`,
    'tasks.max': 1,
    file: fileOf(index),
    ...(index % 2 === 0
      ? { 'connector.class': 'FileStreamSource', topic }
      : { 'connector.class': 'FileStreamSink', topics: topic }),
  }))
  for (let index = 0; index < count; index++) writeFileSync(fileOf(index), index % 2 === 0 ? 'the only line\n' : '')
  const files = await writePeerFiles(folder, cluster.bootstrap, {}, connectors)
  try {
    const peer = await startPeer(side.peer, files)
    try {
      await delay(options.quick ? SETTLE_MS / 5 : SETTLE_MS)
      const before = peer.usage()
      const began = performance.now()
      await delay(options.quick ? MEASURE_MS / 4 : MEASURE_MS)
      const after = peer.usage()
      const seconds = (performance.now() - began) / 1000
      const problem = peer.trouble()
      if (problem !== undefined) throw new Error(problem)
      return {
        runningMs: peer.runningMs,
        peakMb: after.peakMb,
        idle: {
          cpuPercent: ((after.cpuSeconds - before.cpuSeconds) / seconds) * 100,
          residentMb: after.residentMb,
        },
      }
    } finally {
      await peer.stop()
    }
  } finally {
    await cluster.deleteTopic(topic)
    for (let index = 0; index < count; index++) rmSync(fileOf(index), { force: true })
    rmSync(files.folder, { recursive: true, force: true })
  }
}
