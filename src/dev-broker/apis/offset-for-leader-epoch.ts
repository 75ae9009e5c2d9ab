import { offsetForLeaderEpoch } from '../../protocol/messages/offset-for-leader-epoch.ts'
import { checkLeaderEpoch, leaderEpoch as currentEpoch } from '../broker.ts'
import { BrokerError, noError } from '../broker-error.ts'
import { handler } from '../handler.ts'
import { partitionOf } from '../topics.ts'

/** There is one epoch, 0: it ends where the log ends. */
export const offsetForLeaderEpochHandler = handler(offsetForLeaderEpoch, ({ topics }, { broker }) => ({
  topics: topics.map(({ topic, partitions }) => ({
    topic,
    partitions: partitions.map(({ partition, currentLeaderEpoch, leaderEpoch }) => {
      try {
        const log = partitionOf(broker.topics, topic, partition)
        const problem = checkLeaderEpoch(currentLeaderEpoch)
        if (problem !== noError) return { partition, errorCode: problem }
        if (leaderEpoch !== currentEpoch) return { partition, errorCode: noError }
        return { partition, errorCode: noError, leaderEpoch, endOffset: log.endOffset }
      } catch (error) {
        if (error instanceof BrokerError) return { partition, errorCode: error.code }
        throw error
      }
    }),
  })),
}))
