/** What a client is asked to do, the same for all of them. One that cannot do a thing leaves it out. */
export interface Client {
  /** @returns the offset of the first record; null when the client does not tell */
  produce(topic: string, records: readonly SentRecord[], options?: ProduceOptions): Promise<number | null>
  /** `count` records of a partition from an offset on, without a group. */
  read(topic: string, options: ReadOptions): Promise<ReadRecord[]>
  /** `count` records from the first one on that is not older. */
  readFromTime(topic: string, time: number, count: number): Promise<ReadRecord[]>
  /** By partition. */
  offsets(topic: string, at: 'earliest' | 'latest' | number): Promise<number[]>

  /** One transaction after the other, of one producer, into partition 0. */
  transactions(id: string, topic: string, transactions: readonly Transaction[]): Promise<void>
  /** A second producer takes the transactional id over while the first has a transaction. @returns what the first one gets */
  fence(id: string, topic: string): Promise<never>
  /** Commits offsets with a transaction for a member that the group does not have. */
  commitAsStranger(id: string, group: string, topic: string): Promise<void>

  join(group: string, topic: string): Promise<Member>
  joinAsInstance(group: string, topic: string, instanceId: string): Promise<Member>
  /** As the one member: reads `count` records from where the group is, or from the beginning; commits and leaves. */
  readInGroup(group: string, topic: string, count: number): Promise<string[]>
  /** Sets the offset of partition 0. */
  commit(group: string, topic: string, offset: number): Promise<void>
  /** By partition; -1: nothing. */
  committed(group: string, topic: string): Promise<number[]>
  /** Of partition 0. */
  deleteOffset(group: string, topic: string): Promise<void>
  groupState(group: string): Promise<{ readonly state: string; readonly members: number }>
  isListed(group: string): Promise<boolean>
  deleteGroup(group: string): Promise<void>

  createTopic(topic: string, options?: NewTopic): Promise<void>
  addPartitions(topic: string, count: number): Promise<void>
  partitionCount(topic: string): Promise<number>
  deleteTopic(topic: string): Promise<void>
  /** The values of these settings of a topic, in their order. */
  settings(topic: string, names: readonly string[]): Promise<(string | null)[]>
  setSetting(topic: string, name: string, value: string): Promise<void>
  /** @returns the first offset that is left in partition 0; null when the client does not tell */
  deleteRecords(topic: string, before: number): Promise<number | null>
  cluster(): Promise<{ readonly nodes: number; readonly hasController: boolean }>
  close(): Promise<void>
}

export type Operation = Exclude<keyof Client, 'close'>

/** What not every client can do within an operation. */
export type Ability = `codec ${Codec}` | 'timestamps' | 'aborted transactions' | 'offsets in transactions'

/** The client of one broker. */
export type SomeClient = Partial<Client> & Pick<Client, 'close'> & { readonly abilities: readonly Ability[] }

export interface SentRecord {
  readonly key?: string | null
  readonly value: string | null
  readonly headers?: Readonly<Record<string, string>>
  /** Milliseconds since 1970. */
  readonly timestamp?: number
}

export interface ReadRecord {
  readonly offset: number
  readonly timestamp: number
  readonly key: string | null
  readonly value: string | null
  readonly headers: readonly (readonly [name: string, value: string])[]
}

export type Codec = 'none' | 'gzip' | 'snappy' | 'lz4' | 'zstd'

export interface ProduceOptions {
  readonly codec?: Codec
  readonly acks?: 0 | 1 | -1
  readonly partition?: number
}

export interface ReadOptions {
  readonly count: number
  /** Default 0. */
  readonly from?: number
  readonly partition?: number
  /** Records of transactions that were committed only. */
  readonly committed?: boolean
  readonly minBytes?: number
  readonly maxBytes?: number
  readonly maxWaitMs?: number
}

export interface Transaction {
  readonly values: readonly string[]
  readonly commits: boolean
  /** Of partition 0 of the topic, committed with the transaction. */
  readonly offset?: { readonly group: string; readonly offset: number }
}

export interface Member {
  /** The partitions that it has now, ascending. */
  assignment(): Promise<readonly number[]>
  leave(): Promise<void>
}

export interface NewTopic {
  readonly partitions?: number
  readonly replicas?: number
  readonly config?: Readonly<Record<string, string>>
}

/** Records of tests have timestamps from here on. */
export const noon = 1_790_000_000_000
