/** What a client tells of itself when it is asked. It counts per batch and per request, never per record. */
export type ClientFigures = ProducerFigures | ConsumerFigures

export interface ProducerFigures {
  readonly kind: 'producer'
  readonly recordsRetried: number
  readonly requests: number
  readonly requestsInFlight: number
  /** Most bytes that may wait for their acknowledgement, and how many do. */
  readonly bufferBytes: number
  readonly bufferedBytes: number
  readonly topics: ReadonlyMap<string, TopicFigures>
  /** Since when no broker answers, in milliseconds since the epoch; undefined: the last request was answered. */
  readonly unreachableSince: number | undefined
}

export interface TopicFigures {
  /** Acknowledged ones, and their bytes. */
  readonly records: number
  readonly bytes: number
  readonly failed: number
}

export interface ConsumerFigures {
  readonly kind: 'consumer'
  readonly fetches: number
  /** Times that partitions were assigned. */
  readonly rebalances: number
  readonly partitions: readonly PartitionFigures[]
  readonly unreachableSince: number | undefined
}

/** Of an assigned partition. */
export interface PartitionFigures {
  readonly topic: string
  readonly partition: number
  /** Records between the position and the end; undefined until both are known. */
  readonly lag: number | undefined
}

/** Kept by the producer while it works. */
export interface ProduceTally {
  recordsRetried: number
  requests: number
  requestsInFlight: number
  readonly topics: Map<string, { records: number; bytes: number; failed: number }>
}

export const createProduceTally = (): ProduceTally => ({
  recordsRetried: 0,
  requests: 0,
  requestsInFlight: 0,
  topics: new Map(),
})

export const topicTally = (tally: ProduceTally, topic: string): { records: number; bytes: number; failed: number } => {
  let found = tally.topics.get(topic)
  if (found === undefined) {
    found = { records: 0, bytes: 0, failed: 0 }
    tally.topics.set(topic, found)
  }
  return found
}
