import type { RawConfig } from '../config/define.ts'
import { loadCodecs } from '../protocol/compression.ts'
import { createConnections } from './connections.ts'
import { consumerSettings } from './consumer-settings.ts'
import { KafkaError } from './errors.ts'
import { FetchPartition } from './fetch-partition.ts'
import type { FetchedRecord } from './fetched-record.ts'
import { createFetcher } from './fetcher.ts'
import type { KafkaLogger } from './kafka-log.ts'
import { onceConnected } from './once-connected.ts'
import { createTroubleLog } from './trouble-log.ts'

export interface TopicRange {
  readonly partition: number
  /** Offset of the first record. */
  readonly from: number
  /** Offset before which to stop. */
  readonly to: number
}

const MOST_RECORDS = 500
const WAIT_MS = 500
const NOTHING_MORE_MS = 5000
const SILENCE_MS = 60_000

/**
 * Reads parts of a topic, without a group: for commands that look at a topic and end. Yields records in order per partition.
 * @param raw Java consumer settings (prefixes already removed)
 * @throws KafkaError when it cannot go on, or when nothing came for a minute
 */
export async function* readTopic(
  raw: RawConfig,
  topic: string,
  ranges: readonly TopicRange[],
  log: KafkaLogger,
): AsyncGenerator<FetchedRecord[]> {
  const { settings } = consumerSettings(raw)
  const connections = createConnections(settings.connection, log)
  let wake: () => void = () => undefined
  const fetcher = createFetcher(connections, settings, await loadCodecs(), () => wake(), createTroubleLog(log))
  let lastAt = performance.now()
  const ends = new Map<number, number>()
  for (const { partition, from, to } of ranges) {
    if (from >= to) continue
    const fetched = new FetchPartition(topic, partition)
    fetched.seek(from)
    fetcher.partitions.set(`${topic}-${partition}`, fetched)
    ends.set(partition, to)
  }
  const isDone = (): boolean => {
    for (const [key, { partition, position }] of fetcher.partitions) {
      if (position >= ends.get(partition)!) fetcher.partitions.delete(key)
    }
    return fetcher.partitions.size === 0
  }
  try {
    if (fetcher.partitions.size === 0) return
    await onceConnected(connections)()
    await connections.refreshMetadata([topic])
    for (;;) {
      const records = fetcher.take(MOST_RECORDS)
      const wanted = records.filter(({ partition, offset }) => offset < ends.get(partition)!)
      if (wanted.length > 0) yield wanted
      if (isDone()) return
      if (records.length > 0) {
        lastAt = performance.now()
        continue
      }
      const silence = performance.now() - lastAt
      // What was compacted away never comes.
      if (
        silence > NOTHING_MORE_MS &&
        [...fetcher.partitions.values()].every(({ highWatermark }) => highWatermark >= 0)
      )
        return
      if (silence > SILENCE_MS) {
        throw new KafkaError('REQUEST_TIMED_OUT', `No record of ${topic} came for ${SILENCE_MS} ms`, {
          retriable: true,
        })
      }
      const changed = new Promise<void>((resolve) => {
        wake = resolve
      })
      fetcher.fill()
      const timer = setTimeout(() => wake(), WAIT_MS)
      await changed
      clearTimeout(timer)
    }
  } finally {
    fetcher.stop()
    await connections.disconnect()
  }
}
