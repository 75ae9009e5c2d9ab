import { errorCode } from '../../protocol/error-codes.ts'
import { BrokerError } from '../broker-error.ts'
import type { Groups } from '../groups/groups.ts'
import type { Journal } from '../journal.ts'
import type { BatchHeader } from '../log/batch-header.ts'
import type { PartitionLog } from '../log/partition-log.ts'
import type { Topics } from '../topics.ts'

/** Ending is written down before the first marker, so that a restart goes on with it. */
type State = 'Empty' | 'Ongoing' | 'Committing' | 'Aborting' | 'CompleteCommit' | 'CompleteAbort'

interface Transaction {
  readonly id: string
  producerId: number
  epoch: number
  timeoutMs: number
  state: State
  startedAt: number
  /** `topic partition`. */
  partitions: Map<string, { readonly topic: string; readonly partition: number }>
  groups: Set<string>
}

export interface ProducerIdentity {
  readonly producerId: number
  readonly producerEpoch: number
}

/** Gives out producer ids and leads transactions. All is done at once: nobody ever has to wait for a transaction to end. */
export interface Transactions {
  newProducerId(): number
  /**
   * The id and epoch of a transactional producer; who had it before is fenced, an open transaction aborted.
   *
   * @param known what the producer had before, or -1
   */
  init(id: string, timeoutMs: number, known: ProducerIdentity): ProducerIdentity
  addPartition(id: string, producer: ProducerIdentity, topic: string, partition: number): void
  addGroup(id: string, producer: ProducerIdentity, groupId: string): void
  /** @returns id and epoch for the next transaction when `bumps`, else those of this one */
  end(id: string, producer: ProducerIdentity, committed: boolean, bumps: boolean): ProducerIdentity
  /** Whether a batch may be written. @param adds takes its partition into the transaction when it is not in it */
  checkWrite(id: string, batch: BatchHeader, log: PartitionLog, adds: boolean): void
  /** Whether offsets of a group may be committed. @param adds takes the group into the transaction */
  checkOffsets(id: string, producer: ProducerIdentity, groupId: string, adds: boolean): void
  /** Who asks with this epoch is fenced. */
  check(id: string, producer: ProducerIdentity): void
  forgetTopic(topic: string): void
  close(): void
}

const maxEpoch = 32_766
const maxTransactionalIds = 10_000
/** So many ids are lost when the process is killed. */
const idBlock = 1000

interface StoredTransaction extends Omit<Transaction, 'partitions' | 'groups' | 'id'> {
  readonly partitions: readonly (readonly [topic: string, partition: number])[]
  readonly groups: readonly string[]
}

export interface TransactionsParts {
  readonly journal: Journal
  readonly topics: Topics
  readonly groups: Groups
  readonly now: () => number
  readonly log: (message: string) => void
}

export const openTransactions = ({ journal, topics, groups, now, log }: TransactionsParts): Transactions => {
  const transactions = new Map<string, Transaction>()
  const timers = new Map<string, NodeJS.Timeout>()
  let nextId = Number(journal.get(['nextProducerId']) ?? 0)
  let reserved = nextId

  const newProducerId = (): number => {
    if (nextId >= reserved) {
      reserved = nextId + idBlock
      journal.set(['nextProducerId'], reserved)
    }
    return nextId++
  }
  const store = ({ id, partitions, groups: groupIds, ...rest }: Transaction): void => {
    const names = [...partitions.values()].map(({ topic, partition }) => [topic, partition] as const)
    journal.set(['transaction', id], { ...rest, partitions: names, groups: [...groupIds] } satisfies StoredTransaction)
  }
  const find = (id: string, { producerId, producerEpoch }: ProducerIdentity): Transaction => {
    const transaction = transactions.get(id)
    if (transaction === undefined || transaction.producerId !== producerId) {
      throw new BrokerError('INVALID_PRODUCER_ID_MAPPING')
    }
    if (transaction.epoch !== producerEpoch) throw new BrokerError('PRODUCER_FENCED')
    return transaction
  }
  const begin = (transaction: Transaction): void => {
    if (transaction.state === 'Ongoing') return
    transaction.state = 'Ongoing'
    transaction.startedAt = now()
    watch(transaction)
  }
  const watch = (transaction: Transaction): void => {
    const { id, startedAt, timeoutMs } = transaction
    const timer = setTimeout(
      () => {
        log(`Transaction ${id} is aborted: it took longer than ${timeoutMs} ms`)
        bumpEpoch(transaction)
        finish(transaction, false)
      },
      Math.max(0, startedAt + timeoutMs - now()),
    )
    timer.unref()
    timers.set(id, timer)
  }
  /** Markers into every partition, then the offsets of the groups. */
  const finish = (transaction: Transaction, committed: boolean): void => {
    const { id, producerId, epoch, partitions } = transaction
    clearTimeout(timers.get(id))
    timers.delete(id)
    transaction.state = committed ? 'Committing' : 'Aborting'
    store(transaction)
    for (const { topic, partition } of partitions.values()) {
      topics.get(topic)?.partitions[partition]?.endTransaction(producerId, epoch, committed)
    }
    groups.endTransaction(transaction.groups, producerId, committed)
    transaction.partitions = new Map()
    transaction.groups = new Set()
    transaction.state = committed ? 'CompleteCommit' : 'CompleteAbort'
    store(transaction)
  }
  const bumpEpoch = (transaction: Transaction): void => {
    transaction.epoch++
  }
  /** After the last epoch there is a new id. */
  const nextIdentity = (transaction: Transaction): ProducerIdentity => {
    if (transaction.epoch >= maxEpoch) {
      transaction.producerId = newProducerId()
      transaction.epoch = 0
    } else bumpEpoch(transaction)
    store(transaction)
    return { producerId: transaction.producerId, producerEpoch: transaction.epoch }
  }
  const addPartition = (transaction: Transaction, topic: string, partition: number): void => {
    begin(transaction)
    const key = `${topic} ${partition}`
    if (transaction.partitions.has(key)) return
    transaction.partitions.set(key, { topic, partition })
    store(transaction)
  }
  const addGroup = (transaction: Transaction, groupId: string): void => {
    begin(transaction)
    if (transaction.groups.has(groupId)) return
    transaction.groups.add(groupId)
    store(transaction)
  }

  for (const [[, name], value] of journal.entries('transaction')) {
    const { partitions, groups: groupIds, ...rest } = value as StoredTransaction
    const id = String(name)
    const transaction: Transaction = {
      ...rest,
      id,
      partitions: new Map(partitions.map(([topic, partition]) => [`${topic} ${partition}`, { topic, partition }])),
      groups: new Set(groupIds),
    }
    transactions.set(id, transaction)
    if (transaction.state === 'Ongoing') watch(transaction)
    if (transaction.state === 'Committing' || transaction.state === 'Aborting') {
      finish(transaction, transaction.state === 'Committing')
    }
  }

  return {
    newProducerId,
    init: (id, timeoutMs, known) => {
      const transaction = transactions.get(id)
      if (transaction === undefined) {
        if (transactions.size >= maxTransactionalIds) {
          throw new BrokerError('POLICY_VIOLATION', `This broker has at most ${maxTransactionalIds} transactional ids`)
        }
        const producerId = newProducerId()
        const fresh = { id, producerId, epoch: 0, timeoutMs, state: 'Empty' as const, startedAt: 0 }
        transactions.set(id, { ...fresh, partitions: new Map(), groups: new Set() })
        store(transactions.get(id)!)
        return { producerId, producerEpoch: 0 }
      }
      if (known.producerId >= 0) {
        // One epoch back is the same request once more: its answer was lost.
        const isKnown = known.producerId === transaction.producerId && known.producerEpoch >= transaction.epoch - 1
        if (!isKnown) throw new BrokerError('PRODUCER_FENCED')
      }
      transaction.timeoutMs = timeoutMs
      if (transaction.state === 'Ongoing') {
        bumpEpoch(transaction)
        finish(transaction, false)
      }
      return nextIdentity(transaction)
    },
    addPartition: (id, producer, topic, partition) => addPartition(find(id, producer), topic, partition),
    addGroup: (id, producer, groupId) => addGroup(find(id, producer), groupId),
    end: (id, producer, committed, bumps) => {
      const transaction = find(id, producer)
      const { state } = transaction
      if (state !== 'Ongoing') {
        const isRepeated = state === (committed ? 'CompleteCommit' : 'CompleteAbort')
        if (!isRepeated && !(bumps && state === 'Empty' && !committed)) throw new BrokerError('INVALID_TXN_STATE')
        if (!bumps) return producer
      } else finish(transaction, committed)
      return bumps ? nextIdentity(transaction) : producer
    },
    checkWrite: (id, batch, { topic, partition }, adds) => {
      const transaction = transactions.get(id)
      if (transaction === undefined || transaction.producerId !== batch.producerId) {
        throw new BrokerError('INVALID_PRODUCER_ID_MAPPING')
      }
      if (transaction.epoch !== batch.producerEpoch) throw new BrokerError('INVALID_PRODUCER_EPOCH')
      if (adds) addPartition(transaction, topic, partition)
      if (transaction.state !== 'Ongoing' || !transaction.partitions.has(`${topic} ${partition}`)) {
        throw new BrokerError('INVALID_TXN_STATE')
      }
    },
    checkOffsets: (id, producer, groupId, adds) => {
      const transaction = find(id, producer)
      if (adds) addGroup(transaction, groupId)
      if (transaction.state !== 'Ongoing' || !transaction.groups.has(groupId))
        throw new BrokerError('INVALID_TXN_STATE')
    },
    check: (id, producer) => {
      find(id, producer)
    },
    forgetTopic: (topic) => {
      for (const { partitions } of transactions.values()) {
        for (const [key, one] of partitions) if (one.topic === topic) partitions.delete(key)
      }
    },
    close: () => {
      for (const timer of timers.values()) clearTimeout(timer)
    },
  }
}

/** Old versions of a request do not know PRODUCER_FENCED. */
export const epochErrorFor = (code: number, version: number, fencedFrom: number): number =>
  code === errorCode('PRODUCER_FENCED') && version < fencedFrom ? errorCode('INVALID_PRODUCER_EPOCH') : code
