import type { Codecs } from '../protocol/compression.ts'
import type { ConsumerFigures } from './client-figures.ts'
import type { KafkaConnections } from './connections.ts'
import type { ConsumerSettings } from './consumer-settings.ts'
import { KafkaError } from './errors.ts'
import type { FetchedRecord } from './fetched-record.ts'
import { createFetcher, type FetchSettings } from './fetcher.ts'
import type { Assignor } from './group-assignors.ts'
import { createGroupClient, type GroupPosition, isKafkaError } from './group-client.ts'
import { type AssignedPartition, createGroupMembership } from './group-membership.ts'
import { findStartPositions } from './start-positions.ts'

export type ConsumeSettings = FetchSettings &
  Pick<
    ConsumerSettings,
    | 'groupId'
    | 'groupInstanceId'
    | 'sessionTimeoutMs'
    | 'heartbeatIntervalMs'
    | 'maxPollIntervalMs'
    | 'maxPollRecords'
    | 'metadataMaxAgeMs'
  > & { readonly assignors: readonly Assignor[] }

/** A list of topics, or those whose whole name matches. */
export type Subscription = { readonly topics: readonly string[] } | { readonly matches: (topic: string) => boolean }

/** Called inside `poll` and `close`, never at another time. */
export interface PartitionListener {
  assigned(partitions: readonly (AssignedPartition & { readonly position: number })[]): Promise<void>
  revoked(partitions: readonly AssignedPartition[]): Promise<void>
  /** They belong to somebody else already: nothing can be committed for them. */
  lost(partitions: readonly AssignedPartition[]): Promise<void>
}

export interface RecordConsumer {
  /**
   * Records of assigned, unpaused partitions, in order per partition, at most `max.poll.records`; waits for them at most
   * `timeoutMs`. Joins the group and calls the listener as need be. @throws KafkaError when it cannot go on
   */
  poll(timeoutMs: number): Promise<FetchedRecord[]>
  /** Nobody looks at what polls gave so far any more: its memory may be used again, except where there are views on it. */
  release(): void
  /** Ends a waiting poll, or the next one. */
  wakeup(): void
  assignment(): readonly AssignedPartition[]
  pause(partitions: readonly AssignedPartition[]): void
  resume(partitions: readonly AssignedPartition[]): void
  seek(partition: AssignedPartition, offset: number): void
  /** Tries again while the coordinator moves. @throws KafkaError */
  commit(offsets: readonly GroupPosition[]): Promise<void>
  /** Records between the position and the end of the partitions, as far as known. */
  lag(): number
  figures(): ConsumerFigures
  /** Gives the partitions back (the listener hears of it), leaves the group, closes the connections. */
  close(): Promise<void>
}

export interface ConsumerParts {
  readonly connections: KafkaConnections
  readonly connected: () => Promise<void>
  readonly settings: ConsumeSettings
  readonly subscription: Subscription
  readonly listener: PartitionListener
  readonly codecs: Codecs
  readonly onTrouble: (message: string, error: unknown) => void
}

/** How often topics that do not exist yet are looked for. */
const MISSING_TOPIC_MS = 500

const keyOf = ({ topic, partition }: AssignedPartition): string => `${topic}-${partition}`

export const createRecordConsumer = (parts: ConsumerParts): RecordConsumer => {
  const { connections, settings, subscription, listener, onTrouble } = parts
  const closing = new AbortController()
  let topics: readonly string[] = 'topics' in subscription ? subscription.topics : []
  let assigned: AssignedPartition[] = []
  let joining: Promise<AssignedPartition[]> | undefined
  let joined: AssignedPartition[] | undefined
  let joinError: unknown
  let watching: Promise<void> | undefined
  let watchedAt = Number.NEGATIVE_INFINITY
  /** Undefined until the topics were looked at. */
  let knownCounts: string | undefined
  let woken = false
  let rebalances = 0
  let wake: (() => void) | undefined

  const signalChange = (): void => wake?.()

  const fetcher = createFetcher(connections, settings, parts.codecs, signalChange, onTrouble)
  const client = createGroupClient({
    connections,
    groupId: settings.groupId,
    groupInstanceId: settings.groupInstanceId,
    sessionTimeoutMs: settings.sessionTimeoutMs,
    rebalanceTimeoutMs: settings.maxPollIntervalMs,
  })
  const membership = createGroupMembership({
    client,
    assignors: settings.assignors,
    groupInstanceId: settings.groupInstanceId,
    heartbeatIntervalMs: settings.heartbeatIntervalMs,
    maxPollIntervalMs: settings.maxPollIntervalMs,
    retryBackoffMs: settings.retryBackoffMs,
    topics: () => topics,
    async partitionCounts(wanted) {
      await connections.refreshMetadata(wanted)
      return new Map(wanted.map((topic) => [topic, connections.partitionsOf(topic).length]))
    },
    onChange: signalChange,
    onTrouble,
  })

  /** Looks at the topics again when it is time to; a change of partitions, or of what a pattern matches, means to rejoin. */
  const watch = (): void => {
    const age = topics.length === 0 || isMissingTopic() ? MISSING_TOPIC_MS : settings.metadataMaxAgeMs
    if (watching !== undefined || performance.now() - watchedAt < age) return
    watching = lookAtTopics()
      .catch((error: unknown) => {
        if (error instanceof KafkaError && !error.retriable) joinError = error
        else onTrouble('Asking the brokers for topics failed and will be tried again', error)
      })
      .then(() => {
        watching = undefined
        watchedAt = performance.now()
        signalChange()
      })
  }

  const lookAtTopics = async (): Promise<void> => {
    await parts.connected()
    if ('matches' in subscription) {
      await connections.refreshMetadata('all')
      topics = connections
        .topics()
        .filter((topic) => !connections.topicOf(topic)?.isInternal && subscription.matches(topic))
        .sort()
    } else await connections.refreshMetadata(topics)
    const counts = topics.map((topic) => `${topic}:${connections.partitionsOf(topic).length}`).join()
    if (counts === knownCounts) return
    knownCounts = counts
    membership.requestRejoin()
  }

  const isMissingTopic = (): boolean => topics.some((topic) => connections.partitionsOf(topic).length === 0)

  const nextWatch = (): number =>
    (topics.length === 0 || isMissingTopic() ? MISSING_TOPIC_MS : settings.metadataMaxAgeMs) -
    (performance.now() - watchedAt)

  /** Gives back, joins, takes over: each poll does as much of it as is possible without waiting. */
  const keepMembership = async (): Promise<void> => {
    const error = joinError ?? membership.failure
    if (error !== undefined) throw error
    if (joined !== undefined) await takeOver(joined)
    if (!membership.rejoinNeeded || joining !== undefined || knownCounts === undefined) return
    if (assigned.length > 0) await giveBack(membership.lost)
    joining = membership.join(closing.signal)
    joining
      .then(async (partitions) => {
        await startPositions(partitions)
        joined = partitions
      })
      .catch((error: unknown) => {
        joinError = error
      })
      .finally(() => {
        joining = undefined
        signalChange()
      })
  }

  /** Finds out where each new partition starts, before it is handed over. */
  const startPositions = async (partitions: readonly AssignedPartition[]): Promise<void> => {
    const isOver = () => closing.signal.aborted || membership.rejoinNeeded
    const { retryBackoffMs } = settings
    const finding = { connections, client, fetcher, topics, retryBackoffMs, isOver, onTrouble }
    for (const one of await findStartPositions(partitions, finding)) fetcher.partitions.set(keyOf(one), one)
  }

  const takeOver = async (partitions: AssignedPartition[]): Promise<void> => {
    rebalances++
    joined = undefined
    assigned = partitions.filter((partition) => fetcher.partitions.has(keyOf(partition)))
    const positions = assigned.map((p) => ({ ...p, position: fetcher.partitions.get(keyOf(p))!.position }))
    await listener.assigned(positions)
  }

  const giveBack = async (lost: boolean): Promise<void> => {
    const gone = assigned
    assigned = []
    for (const partition of gone) fetcher.partitions.get(keyOf(partition))!.paused = true
    try {
      await (lost ? listener.lost(gone) : listener.revoked(gone))
    } finally {
      for (const partition of gone) {
        fetcher.partitions.get(keyOf(partition))?.drop()
        fetcher.partitions.delete(keyOf(partition))
      }
    }
  }

  const waitForChange = (ms: number): Promise<void> =>
    new Promise((resolve) => {
      const timer = setTimeout(done, Math.max(1, Math.min(ms, 0x7fffffff)))
      function done(): void {
        clearTimeout(timer)
        wake = undefined
        resolve()
      }
      wake = done
    })

  const setPaused = (partitions: readonly AssignedPartition[], paused: boolean): void => {
    for (const partition of partitions) {
      const own = fetcher.partitions.get(keyOf(partition))
      if (own !== undefined) own.paused = paused
    }
  }

  return {
    async poll(timeoutMs) {
      const deadline = performance.now() + timeoutMs
      for (;;) {
        membership.polled()
        watch()
        await keepMembership()
        const records = joining === undefined ? fetcher.take(settings.maxPollRecords) : []
        fetcher.fill()
        const left = deadline - performance.now()
        if (records.length > 0 || left <= 0 || woken) {
          woken = false
          return records
        }
        if (joined === undefined)
          await waitForChange(Math.min(left, Math.max(nextWatch(), 10), settings.maxPollIntervalMs / 2))
      }
    },
    release: fetcher.release,
    wakeup() {
      woken = true
      signalChange()
    },
    assignment: () => assigned,
    pause: (partitions) => setPaused(partitions, true),
    resume: (partitions) => setPaused(partitions, false),
    seek: (partition, offset) => fetcher.partitions.get(keyOf(partition))?.seek(offset),
    async commit(offsets) {
      for (let attempt = 1; ; attempt++) {
        const { identity } = membership
        if (identity.generationId < 0) throw notInGroup(settings.groupId)
        try {
          return await client.commit(identity, offsets)
        } catch (error) {
          membership.commitFailed(identity, error)
          if (isKafkaError(error, 'REBALANCE_IN_PROGRESS', 'ILLEGAL_GENERATION', 'UNKNOWN_MEMBER_ID')) throw error
          if (!(error instanceof KafkaError) || !error.retriable || attempt >= 20 || closing.signal.aborted) throw error
          await new Promise((resolve) => setTimeout(resolve, settings.retryBackoffMs))
        }
      }
    },
    lag() {
      let lag = 0
      for (const { highWatermark, position } of fetcher.partitions.values()) {
        if (highWatermark >= 0 && position >= 0) lag += Math.max(0, highWatermark - position)
      }
      return lag
    },
    figures: () => ({
      kind: 'consumer',
      fetches: fetcher.fetches(),
      rebalances,
      partitions: assigned.map(({ topic, partition }) => {
        const { highWatermark = -1, position = -1 } = fetcher.partitions.get(keyOf({ topic, partition })) ?? {}
        const lag = highWatermark >= 0 && position >= 0 ? Math.max(0, highWatermark - position) : undefined
        return { topic, partition, lag }
      }),
      unreachableSince: connections.unreachableSince(),
    }),
    async close() {
      try {
        if (assigned.length > 0) await giveBack(membership.lost)
      } finally {
        closing.abort()
        fetcher.stop()
        await membership.leave().catch((error: unknown) => onTrouble('Leaving the group failed', error))
        await connections.disconnect()
      }
    },
  }
}

/** Nothing is asked of the brokers then: an empty group would take offsets from anybody. */
const notInGroup = (groupId: string): KafkaError =>
  new KafkaError('UNKNOWN_MEMBER_ID', `Offsets cannot be committed while this consumer is not in group ${groupId}`)
