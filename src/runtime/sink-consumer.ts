import type { TopicPartition } from '../plugin/connector.ts'
import type { ConsumedRecord } from './deserialize.ts'

/** What the loop needs of a consumer; see `kafka/consume.ts`. */
export interface SinkConsumer {
  /**
   * Records of assigned, unpaused partitions, in order; waits for them at most `timeoutMs`. Joins the group and calls the
   * listener as it must: never while no poll is under way.
   */
  poll(timeoutMs: number): Promise<readonly ConsumedRecord[]>
  /** What polls have given so far is not looked at any more: its memory may be used again. */
  release?(): void
  /** Ends a waiting poll. */
  wakeup(): void
  assignment(): readonly TopicPartition[]
  pause(partitions: readonly TopicPartition[]): void
  resume(partitions: readonly TopicPartition[]): void
  seek(partition: TopicPartition, offset: number): void
  commit(offsets: readonly (TopicPartition & { readonly offset: number })[]): Promise<void>
  /** Leaves the group (the listener hears of the revocation first) and closes its connections. */
  close(): Promise<void>
}

/** Called inside `poll` and `close`. `position` is where reading starts. */
export interface RebalanceListener {
  assigned(partitions: readonly (TopicPartition & { readonly position: number })[]): Promise<void>
  revoked(partitions: readonly TopicPartition[]): Promise<void>
  /** The partitions belong to somebody else already: nothing can be committed. */
  lost(partitions: readonly TopicPartition[]): Promise<void>
}

/** What a sink task asked for through its context, until the loop does it. */
export interface SinkRequests {
  commit: boolean
  timeoutMs: number | null
  readonly seeks: Map<string, TopicPartition & { readonly offset: number }>
  /** Partitions that the task itself paused, by `topic-partition`. */
  readonly paused: Map<string, TopicPartition>
  /** Told by the loop: every partition is paused, for the connector or until the same records are taken. */
  held: boolean
}
