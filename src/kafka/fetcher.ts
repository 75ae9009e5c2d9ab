import { untilSharedMoment } from '../config/shared-moment.ts'
import type { Codecs } from '../protocol/compression.ts'
import { kafkaError } from '../protocol/error-codes.ts'
import type { ResponseOf } from '../protocol/message.ts'
import { fetch } from '../protocol/messages/fetch.ts'
import { listOffsets } from '../protocol/messages/list-offsets.ts'
import { AnswerLease } from './answer-lease.ts'
import { LONG_ANSWER_BYTES } from './answer-memory.ts'
import { type AskedFetch, mayAsk, type Question } from './asked-fetch.ts'
import { brokerError } from './broker-error.ts'
import { call } from './call.ts'
import type { KafkaConnections } from './connections.ts'
import type { ConsumerSettings } from './consumer-settings.ts'
import { KafkaError } from './errors.ts'
import type { FetchPartition } from './fetch-partition.ts'
import type { FetchedRecord } from './fetched-record.ts'
import { groupByTopic } from './group-client.ts'

export type FetchSettings = Pick<
  ConsumerSettings,
  | 'fetchMinBytes'
  | 'fetchMaxBytes'
  | 'fetchMaxWaitMs'
  | 'fetchIdleWaitMs'
  | 'maxPartitionFetchBytes'
  | 'autoOffsetReset'
  | 'isolationLevel'
  | 'checkCrcs'
  | 'rackId'
  | 'requestTimeoutMs'
  | 'retryBackoffMs'
>

export interface Fetcher {
  /** By `topic-partition`; the caller adds and removes what is assigned. */
  readonly partitions: Map<string, FetchPartition>
  /** Sends the fetches that make sense now: one per broker at a time (two if one waits long), ahead of what is being worked on. */
  fill(): void
  /** Records at hand, at most `max`. @throws KafkaError when fetching failed for good */
  take(max: number): FetchedRecord[]
  /** The memory of all records taken may be used again: nobody looks at them any more. */
  release(): void
  /** Where partitions without a committed offset start, by `auto.offset.reset`. @throws KafkaError for `none` */
  reset(partitions: readonly FetchPartition[]): Promise<void>
  /** How many fetch requests were sent. */
  fetches(): number
  stop(): void
}

/** Versions above address topics by id. */
const FETCH_MAX_VERSION = 12
/** Fetched bytes that wait to be worked on, over all partitions, before fetching pauses. */
const MOST_BUFFERED_BYTES = 32 * 1024 * 1024
/** Fetches of one partition kept: one being worked on, one ahead. */
const MOST_BUFFERED_FETCHES = 4

export const createFetcher = (
  connections: KafkaConnections,
  settings: FetchSettings,
  codecs: Codecs,
  /** Called whenever `take` may have something new. */
  onData: () => void,
  onTrouble: (message: string, error: unknown) => void,
): Fetcher => {
  const partitions = new Map<string, FetchPartition>()
  const underWay = new Map<number, readonly AskedFetch[]>()
  /** How long the next fetch may wait at a broker, if that is not `fetchMaxWaitMs`. */
  const idleWaits = new Map<number, number>()
  let failure: KafkaError | undefined
  let refreshing: Promise<void> | undefined
  let stopped = false
  let turn = 0
  let fetches = 0

  const fill = (): void => {
    if (stopped || failure !== undefined) return
    const now = performance.now()
    let buffered = 0
    for (const partition of partitions.values()) buffered += partition.bufferedBytes
    if (buffered > MOST_BUFFERED_BYTES) return
    const requests = new Map<number, FetchPartition[]>()
    for (const partition of partitions.values()) {
      if (partition.paused || partition.fetchOffset === null || partition.heldUntil > now) continue
      if (partition.bufferedFetches >= MOST_BUFFERED_FETCHES) continue
      const leader = connections.leaderOf(partition.topic, partition.partition)
      if (leader < 0) {
        refresh(partition)
        continue
      }
      if (!mayAsk(underWay.get(leader), partition)) continue
      const request = requests.get(leader)
      if (request === undefined) requests.set(leader, [partition])
      else request.push(partition)
    }
    for (const [node, wanted] of requests) void fetchFrom(node, wanted)
  }

  const fetchFrom = async (node: number, wanted: readonly FetchPartition[]): Promise<void> => {
    const others = underWay.get(node) ?? []
    const lane = others.length === 0 ? 'fetch' : 'fetch-aside'
    const waitMs = lane === 'fetch' ? (idleWaits.get(node) ?? settings.fetchMaxWaitMs) : settings.fetchMaxWaitMs
    const questions = new Map<string, Question>(
      wanted.map((p) => [`${p.topic}-${p.partition}`, { partition: p, epoch: p.epoch, offset: p.fetchOffset! }]),
    )
    const isHeld = waitMs > settings.fetchMaxWaitMs
    const asked: AskedFetch = { lane, isHeld, questions }
    const askedMs = isHeld ? untilSharedMoment(waitMs) : waitMs
    underWay.set(node, [...others, asked])
    fetches++
    let hadNothing = false
    try {
      const response = await call(connections, node, fetch, fetchRequest(wanted, settings, askedMs), {
        maxVersion: FETCH_MAX_VERSION,
        timeoutMs: settings.requestTimeoutMs + waitMs,
        lane,
      })
      if (response.throttleTimeMs > 0) connections.throttle(node, response.throttleTimeMs)
      hadNothing = response.responses.every(({ partitions: answers }) => answers.every(isEmpty))
      const lease = new AnswerLease(connections.answers)
      if (!stopped) for (const topic of response.responses) takeIn(topic, questions, lease)
      // The end of the topics comes nearer: memory of long answers is of no use then.
      if (bytesIn(response) < LONG_ANSWER_BYTES) connections.answers.clear()
    } catch (error) {
      if (!stopped) failed(error, wanted)
    }
    if (hadNothing)
      idleWaits.set(node, Math.min(Math.max(waitMs, idleWaits.get(node) ?? 0) * 2, settings.fetchIdleWaitMs))
    else idleWaits.delete(node)
    underWay.set(
      node,
      underWay.get(node)!.filter((one) => one !== asked),
    )
    onData()
  }

  const takeIn = (
    { topic, partitions: answers }: ResponseOf<typeof fetch>['responses'][number],
    asked: ReadonlyMap<string, Question>,
    lease: AnswerLease,
  ): void => {
    for (const answer of answers) {
      const question = asked.get(`${topic}-${answer.partitionIndex}`)
      // Meanwhile the partition may have been taken away, or somebody has sought elsewhere.
      if (question === undefined || question.epoch !== question.partition.epoch) continue
      const { partition, offset } = question
      if (answer.errorCode !== 0) {
        partitionFailed(partition, answer.errorCode)
        continue
      }
      partition.highWatermark = answer.highWatermark
      try {
        const aborted = settings.isolationLevel === 'read_committed' ? answer.abortedTransactions : null
        partition.add(answer.records, { codecs, fromOffset: offset, checkCrc: settings.checkCrcs, aborted }, lease)
      } catch (error) {
        const message = `Records of ${topic}-${partition.partition} from offset ${offset} on cannot be read: ${String(error)}`
        failure = new KafkaError('CORRUPT_MESSAGE', message, { retriable: false, cause: error })
      }
    }
  }

  const partitionFailed = (partition: FetchPartition, errorCode: number): void => {
    const name = `${partition.topic}-${partition.partition}`
    if (kafkaError(errorCode).name === 'OFFSET_OUT_OF_RANGE') {
      onTrouble(
        `Offset ${partition.fetchOffset} of ${name} is out of range: going on as auto.offset.reset says`,
        undefined,
      )
      partition.fetchOffset = null
      partition.drop()
      void reset([partition]).then(onData, (error: unknown) => failed(error, [partition]))
      return
    }
    const error = brokerError(errorCode, `fetch from ${name}`)!
    if (error.retriable || error.code === 'UNKNOWN_TOPIC_OR_PARTITION') refresh(partition)
    else failure = error
  }

  const failed = (error: unknown, wanted: readonly FetchPartition[]): void => {
    if (error instanceof KafkaError && !error.retriable) failure = error
    else onTrouble('Fetching failed and will be tried again', error)
    for (const partition of wanted) refresh(partition)
    if (wanted.some(({ fetchOffset }) => fetchOffset === null)) {
      setTimeout(() => {
        if (stopped) return
        const unknown = wanted.filter((partition) => partition.fetchOffset === null && isHeld(partition))
        if (unknown.length > 0) void reset(unknown).then(onData, (again: unknown) => failed(again, unknown))
      }, settings.retryBackoffMs)
    }
  }

  const isHeld = (partition: FetchPartition): boolean =>
    partitions.get(`${partition.topic}-${partition.partition}`) === partition

  /** Looks for the partition's leader again; it is left alone for a moment. */
  const refresh = (partition: FetchPartition): void => {
    partition.heldUntil = performance.now() + settings.retryBackoffMs
    if (refreshing !== undefined) return
    const topics = [...new Set([...partitions.values()].map(({ topic }) => topic))]
    refreshing = connections
      .refreshMetadata(topics)
      .catch((error: unknown) => onTrouble('Asking the brokers for leaders failed and will be tried again', error))
      .then(() => {
        refreshing = undefined
        setTimeout(onData, settings.retryBackoffMs)
      })
  }

  const reset = async (unknown: readonly FetchPartition[]): Promise<void> => {
    if (unknown.length === 0) return
    if (settings.autoOffsetReset === 'none') {
      const names = unknown.map(({ topic, partition }) => `${topic}-${partition}`).join(', ')
      const message = `Undefined offset with no reset policy for partitions: [${names}]. Set auto.offset.reset, or commit offsets for the group.`
      throw new KafkaError('NO_OFFSET', message, { retriable: false })
    }
    const policy = settings.autoOffsetReset
    const timestamp = policy === 'earliest' ? -2 : policy === 'latest' ? -1 : Date.now() - policy.agoMs
    const byLeader = new Map<number, FetchPartition[]>()
    for (const partition of unknown) {
      const leader = connections.leaderOf(partition.topic, partition.partition)
      if (leader < 0) {
        const message = `${partition.topic}-${partition.partition} has no leader`
        throw new KafkaError('LEADER_NOT_AVAILABLE', message, { retriable: true })
      }
      byLeader.set(leader, [...(byLeader.get(leader) ?? []), partition])
    }
    const epochs = new Map(unknown.map((partition) => [partition, partition.epoch]))
    for (const [node, group] of byLeader) {
      const topics = groupByTopic(group, ({ partition }) => ({ partitionIndex: partition, timestamp }))
      const isolationLevel = settings.isolationLevel === 'read_committed' ? 1 : 0
      const answer = await call(
        connections,
        node,
        listOffsets,
        { replicaId: -1, isolationLevel, topics },
        { maxVersion: 9 },
      )
      for (const { name, partitions: answered } of answer.topics) {
        for (const { partitionIndex, errorCode, offset } of answered) {
          const error = brokerError(errorCode, `look up the offsets of ${name}-${partitionIndex}`)
          if (error !== undefined) throw error
          const found = group.find(({ topic, partition }) => topic === name && partition === partitionIndex)
          // Meanwhile the task may have sought elsewhere.
          if (found !== undefined && found.epoch === epochs.get(found)) found.seek(offset)
        }
      }
    }
  }

  return {
    partitions,
    fill,
    take(max) {
      if (failure !== undefined) throw failure
      const records: FetchedRecord[] = []
      const all = [...partitions.values()]
      // Each call begins with another partition, so that a busy one does not starve the rest.
      for (let i = 0; i < all.length && records.length < max; i++) {
        const partition = all[(turn + i) % all.length]!
        if (!partition.paused) partition.take(max - records.length, records)
      }
      turn++
      return records
    },
    release() {
      for (const partition of partitions.values()) partition.release()
    },
    reset,
    fetches: () => fetches,
    stop() {
      stopped = true
    },
  }
}

const bytesIn = ({ responses }: ResponseOf<typeof fetch>): number => {
  let bytes = 0
  for (const { partitions } of responses) for (const { records } of partitions) bytes += records?.length ?? 0
  return bytes
}

const isEmpty = ({ errorCode, records }: ResponseOf<typeof fetch>['responses'][number]['partitions'][number]) =>
  errorCode === 0 && (records === null || records.length === 0)

const fetchRequest = (wanted: readonly FetchPartition[], settings: FetchSettings, maxWaitMs: number) => ({
  replicaId: -1,
  maxWaitMs,
  minBytes: settings.fetchMinBytes,
  maxBytes: settings.fetchMaxBytes,
  isolationLevel: settings.isolationLevel === 'read_committed' ? 1 : 0,
  sessionId: 0,
  sessionEpoch: -1,
  topics: groupByTopic(wanted, (partition) => ({
    partition: partition.partition,
    fetchOffset: partition.fetchOffset!,
    partitionMaxBytes: Math.min(settings.maxPartitionFetchBytes * partition.sizeFactor, 0x7fffffff),
  })).map(({ name, partitions }) => ({ topic: name, partitions })),
  forgottenTopicsData: [],
  rackId: settings.rackId,
})
