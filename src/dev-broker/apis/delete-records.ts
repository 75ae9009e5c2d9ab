import { deleteRecords } from '../../protocol/messages/delete-records.ts'
import { BrokerError, noError } from '../broker-error.ts'
import { handler } from '../handler.ts'
import { partitionOf } from '../topics.ts'

/** "All that is there". */
const toTheEnd = -1

export const deleteRecordsHandler = handler(deleteRecords, ({ topics }, { broker }) => ({
  topics: topics.map(({ name, partitions }) => ({
    name,
    partitions: partitions.map(({ partitionIndex, offset }) => {
      try {
        const log = partitionOf(broker.topics, name, partitionIndex)
        if (!log.settings.deletes) throw new BrokerError('POLICY_VIOLATION')
        log.deleteBefore(offset === toTheEnd ? log.endOffset : offset)
        return { partitionIndex, lowWatermark: log.startOffset, errorCode: noError }
      } catch (error) {
        if (error instanceof BrokerError) return { partitionIndex, lowWatermark: -1, errorCode: error.code }
        throw error
      }
    }),
  })),
}))
