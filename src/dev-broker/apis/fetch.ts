import { errorCode } from '../../protocol/error-codes.ts'
import type { RequestOf } from '../../protocol/message.ts'
import { fetch } from '../../protocol/messages/fetch.ts'
import { type Broker, checkLeaderEpoch } from '../broker.ts'
import { BrokerError, noError } from '../broker-error.ts'
import { handler } from '../handler.ts'
import type { PartitionLog } from '../log/partition-log.ts'
import { arrivals } from './wait-for-records.ts'

type Request = RequestOf<typeof fetch>
type Asked = Request['topics'][number]['partitions'][number]

const topicIdsFrom = 13
/** fetch.max.bytes of Kafka's broker. */
const maxResponseBytes = 55 * 1024 * 1024
const committedOnly = 1

/** Fetch sessions are refused by answering with session id 0: clients then name all partitions each time. */
export const fetchHandler = handler(fetch, async (request, { broker, version, connection }) => {
  if (request.sessionId !== 0)
    return { errorCode: errorCode('FETCH_SESSION_ID_NOT_FOUND'), sessionId: 0, responses: [] }
  const found = findPartitions(request, broker, version)
  const committed = request.isolationLevel === committedOnly
  const isEnough = (): boolean => {
    let bytes = 0
    for (const { log, problem, asked } of found.flatMap(({ partitions }) => partitions)) {
      if (log === undefined || problem !== noError) return true
      if (log.isDeleted || asked.fetchOffset < log.startOffset || asked.fetchOffset > log.endOffset) return true
      bytes += Math.min(log.availableFrom(asked.fetchOffset, committed), asked.partitionMaxBytes)
      if (bytes >= request.minBytes) return true
    }
    return false
  }
  if (request.maxWaitMs > 0 && !isEnough()) {
    const logs = found.flatMap(({ partitions }) => partitions.map(({ log }) => log!))
    await arrivals(logs, isEnough, request.maxWaitMs, connection.signal)
  }
  return { errorCode: noError, sessionId: 0, responses: readAll(found, request, committed) }
})

interface FoundPartition {
  readonly asked: Asked
  readonly log: PartitionLog | undefined
  readonly problem: number
}

interface FoundTopic {
  readonly topic: string
  readonly topicId: string
  readonly partitions: readonly FoundPartition[]
}

const findPartitions = ({ topics }: Request, broker: Broker, version: number): FoundTopic[] => {
  const unknown = errorCode(version >= topicIdsFrom ? 'UNKNOWN_TOPIC_ID' : 'UNKNOWN_TOPIC_OR_PARTITION')
  return topics.map(({ topic: name, topicId, partitions }) => {
    const topic = version >= topicIdsFrom ? broker.topics.byId(topicId) : broker.topics.get(name)
    return {
      topic: name,
      topicId,
      partitions: partitions.map((asked) => {
        const log = topic?.partitions[asked.partition]
        const missing = topic === undefined ? unknown : errorCode('UNKNOWN_TOPIC_OR_PARTITION')
        return { asked, log, problem: log === undefined ? missing : checkLeaderEpoch(asked.currentLeaderEpoch) }
      }),
    }
  })
}

const nothing = Buffer.alloc(0)

const readAll = (found: readonly FoundTopic[], request: Request, committed: boolean) => {
  let left = Math.min(request.maxBytes, maxResponseBytes)
  let isFirst = true
  const read = ({ log, asked, problem }: FoundPartition) => {
    if (log === undefined || problem !== noError) return failed(asked.partition, problem, log === undefined ? [] : null)
    try {
      const maxBytes = Math.min(asked.partitionMaxBytes, left)
      const { records, aborted } = log.read(asked.fetchOffset, { maxBytes, atLeastOne: isFirst, committed })
      if (records.length > 0) isFirst = false
      left = Math.max(0, left - records.length)
      return {
        partitionIndex: asked.partition,
        errorCode: noError,
        highWatermark: log.endOffset,
        lastStableOffset: log.stableOffset,
        logStartOffset: log.startOffset,
        abortedTransactions: aborted?.map(({ producerId, firstOffset }) => ({ producerId, firstOffset })) ?? null,
        records,
      }
    } catch (error) {
      if (!(error instanceof BrokerError)) throw error
      return failed(asked.partition, error.code, null)
    }
  }
  return found.map(({ topic, topicId, partitions }) => ({ topic, topicId, partitions: partitions.map(read) }))
}

const failed = (partitionIndex: number, code: number, abortedTransactions: [] | null) => ({
  partitionIndex,
  errorCode: code,
  highWatermark: -1,
  abortedTransactions,
  records: nothing,
})
