import type { KafkaConnections } from './connections.ts'
import { KafkaError } from './errors.ts'
import { FetchPartition } from './fetch-partition.ts'
import type { Fetcher } from './fetcher.ts'
import type { GroupClient } from './group-client.ts'
import type { AssignedPartition } from './group-membership.ts'

export interface StartPositionParts {
  readonly connections: KafkaConnections
  readonly client: Pick<GroupClient, 'committed'>
  readonly fetcher: Pick<Fetcher, 'reset'>
  readonly topics: readonly string[]
  readonly retryBackoffMs: number
  /** Whether nobody wants to know any more. */
  readonly isOver: () => boolean
  readonly onTrouble: (message: string, error: unknown) => void
}

/**
 * Finds out where new partitions start: at the offset that the group committed, or by `auto.offset.reset`; tries again
 * until it worked or cannot work. @returns those that have a start. @throws KafkaError
 */
export const findStartPositions = async (
  partitions: readonly AssignedPartition[],
  parts: StartPositionParts,
): Promise<readonly FetchPartition[]> => {
  const fresh = partitions.map(({ topic, partition }) => new FetchPartition(topic, partition))
  const byKey = new Map(fresh.map((one) => [`${one.topic}-${one.partition}`, one]))
  while (!parts.isOver()) {
    try {
      for (const { topic, partition, offset } of fresh.length === 0 ? [] : await parts.client.committed(partitions)) {
        byKey.get(`${topic}-${partition}`)?.seek(offset)
      }
      await parts.fetcher.reset(fresh.filter(({ fetchOffset }) => fetchOffset === null))
      break
    } catch (error) {
      if (!(error instanceof KafkaError) || !error.retriable) throw error
      parts.onTrouble('Looking up where to start failed and will be tried again', error)
      await parts.connections.refreshMetadata(parts.topics).catch(() => undefined)
      await new Promise((resolve) => setTimeout(resolve, parts.retryBackoffMs))
    }
  }
  return fresh.filter(({ fetchOffset }) => fetchOffset !== null)
}
