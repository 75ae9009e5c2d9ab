import { listOffsets } from '../../protocol/messages/list-offsets.ts'
import { checkLeaderEpoch, leaderEpoch } from '../broker.ts'
import { BrokerError, noError } from '../broker-error.ts'
import { handler } from '../handler.ts'
import type { PartitionLog, TimedOffset } from '../log/partition-log.ts'
import { partitionOf } from '../topics.ts'

/** Timestamps that are none. Tiered storage (-5) and its beginnings (-4, -6) are answered as for a topic without it. */
const special = { latest: -1, earliest: -2, maxTimestamp: -3, earliestLocal: -4, latestTiered: -5, pendingUpload: -6 }
const committedOnly = 1

export const listOffsetsHandler = handler(listOffsets, async (request, { broker }) => {
  const readsRecords = ({ timestamp }: { timestamp: number }) => timestamp >= 0 || timestamp === special.maxTimestamp
  if (request.topics.some(({ partitions }) => partitions.some(readsRecords))) await broker.codecs.load()
  const committed = request.isolationLevel === committedOnly
  return {
    topics: request.topics.map(({ name, partitions }) => ({
      name,
      partitions: partitions.map(({ partitionIndex, timestamp, currentLeaderEpoch }) => {
        try {
          const log = partitionOf(broker.topics, name, partitionIndex)
          const problem = checkLeaderEpoch(currentLeaderEpoch)
          if (problem !== noError) return { partitionIndex, errorCode: problem }
          const found = lookUp(log, timestamp, committed)
          return { partitionIndex, errorCode: noError, ...found, leaderEpoch: found.offset < 0 ? -1 : leaderEpoch }
        } catch (error) {
          if (error instanceof BrokerError) return { partitionIndex, errorCode: error.code }
          throw error
        }
      }),
    })),
  }
})

const none: TimedOffset = { offset: -1, timestamp: -1 }

const lookUp = (log: PartitionLog, timestamp: number, committed: boolean): TimedOffset => {
  const end = committed ? log.stableOffset : log.endOffset
  switch (timestamp) {
    case special.latest:
      return { offset: end, timestamp: -1 }
    case special.earliest:
    case special.earliestLocal:
      return { offset: log.startOffset, timestamp: -1 }
    case special.maxTimestamp:
      return log.offsetOfMaxTime() ?? none
    case special.latestTiered:
    case special.pendingUpload:
      return none
  }
  if (timestamp < 0) throw new BrokerError('UNSUPPORTED_VERSION')
  const found = log.offsetOfTime(timestamp)
  return found === undefined || found.offset >= end ? none : found
}
