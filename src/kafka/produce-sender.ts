import { createBatchNumbers, isOutOfSequence } from './batch-numbers.ts'
import type { ProduceTally } from './client-figures.ts'
import { KafkaError } from './errors.ts'
import { learnTopic } from './learn-topic.ts'
import { byPlace, isIdle, type PartitionQueue, requeueAnswered, sendAgain, takeNext } from './partition-queue.ts'
import { createProduceTroubles } from './produce-troubles.ts'
import type { BatchAnswer, ProduceCluster, ProducerLimits } from './produce-types.ts'
import { createWakeTimer } from './wake-timer.ts'
import type { WireBatch } from './wire-batch.ts'

export interface SenderParts {
  readonly cluster: ProduceCluster
  readonly limits: ProducerLimits
  readonly tally: ProduceTally
  /** Trouble that passes, once in a while: the brokers are gone, a partition has no leader. */
  readonly onTrouble: (message: string, error: unknown) => void
  readonly topics: () => readonly string[]
  /** Whether the buffer is full: nobody lingers then. */
  readonly isPressed: () => boolean
  readonly delivered: (batch: WireBatch, baseOffset: number) => void
  readonly failed: (batch: WireBatch, error: KafkaError) => void
  readonly split: (batch: WireBatch) => readonly [WireBatch, WireBatch] | null
  /** Called when answers were worked off. */
  readonly settled: () => void
}

export interface ProduceSender {
  /** Partitions with something to send or under way. */
  readonly busy: Set<PartitionQueue>
  /** Sends whatever may go now: after appending, after each answer, and by a timer when something has to wait. */
  pump(): void
  /** While on, batches go before their linger time is over. */
  hurry(on: boolean): void
  learn(topic: string, signal: AbortSignal): Promise<void>
  close(): Promise<void>
}

/** Batches of several partitions, one each, for one broker. */
interface ProduceRequest {
  readonly queues: PartitionQueue[]
  readonly batches: WireBatch[]
  bytes: number
}

interface NodeState {
  inFlight: number
  throttledUntil: number
}

export const createProduceSender = (parts: SenderParts): ProduceSender => {
  const { cluster, limits, tally, onTrouble } = parts
  const busy = new Set<PartitionQueue>()
  const nodes = new Map<number, NodeState>()
  const numbers = createBatchNumbers(limits.idempotence)
  const troubles = createProduceTroubles(limits, onTrouble)
  let maxInFlight = limits.maxInFlight
  let askingIdentity = false
  let refreshing: Promise<void> | undefined
  let refreshedAt = performance.now()
  let hurried = 0
  let closed = false
  const closing = new AbortController()

  const pump = (): void => {
    if (closed) return
    const now = performance.now()
    if (numbers.needIdentity(busy)) askIdentity()
    else while (sendRound(now));
    if (now - refreshedAt > limits.metadataMaxAgeMs) refresh()
  }
  const timer = createWakeTimer(pump)

  const nodeState = (id: number): NodeState => {
    let state = nodes.get(id)
    if (state === undefined) {
      state = { inFlight: 0, throttledUntil: 0 }
      nodes.set(id, state)
    }
    return state
  }

  const refresh = (): void => {
    if (refreshing !== undefined || closed) return
    refreshedAt = performance.now()
    refreshing = cluster
      .refresh(parts.topics())
      .catch((error: unknown) => {
        if (!closed) troubles.note('Asking the brokers for leaders failed and will be tried again', error)
      })
      .finally(() => {
        refreshing = undefined
        if (busy.size > 0) timer.wakeIn(troubles.pause())
      })
  }

  /** At most one request per broker. @returns whether anything was sent */
  const sendRound = (now: number): boolean => {
    const requests = new Map<number, ProduceRequest>()
    for (const queue of busy) {
      if (isIdle(queue)) {
        busy.delete(queue)
        continue
      }
      const node = sendableTo(queue, now)
      const batch = node === undefined ? null : takeNext(queue, mayGo(queue, now))
      if (node === undefined || batch === null) continue
      const request = requests.get(node) ?? { queues: [], batches: [], bytes: 0 }
      requests.set(node, request)
      numbers.give(queue, batch)
      batch.bytes ??= cluster.finish(batch)
      const { length } = batch.bytes
      if (request.bytes > 0 && request.bytes + length > limits.maxRequestSize) {
        queue.ready.unshift(batch)
        continue
      }
      queue.inFlight.add(batch)
      queue.node = node
      request.queues.push(queue)
      request.batches.push(batch)
      request.bytes += length
    }
    for (const [node, request] of requests) void sendRequest(node, request)
    return requests.size > 0
  }

  /** The broker that the partition's next batch can go to now; else makes sure that we come back. */
  const sendableTo = (queue: PartitionQueue, now: number): number | undefined => {
    if (queue.heldUntil > now) return timer.wakeIn(queue.heldUntil - now)
    if (queue.retrying.length > 0 || numbers.hasGap(queue)) return undefined
    const leader = cluster.leaders(queue.topic)?.[queue.partition] ?? -1
    if (queue.inFlight.size > 0 && !maySendMore(queue, leader)) return undefined
    if (leader < 0) {
      expireHead(queue, now)
      queue.heldUntil = now + troubles.pause()
      refresh()
      return timer.wakeIn(troubles.pause())
    }
    const node = nodeState(leader)
    if (node.throttledUntil > now) return timer.wakeIn(node.throttledUntil - now)
    return node.inFlight < maxInFlight ? leader : undefined
  }

  /**
   * Whether a partition with batches under way may get another: not at two leaders at once, which answer in any order, and
   * not before or behind one that is sent again. A broker knows only the last five batches of a producer as repeated ones:
   * the oldest without an answer must stay among them.
   */
  const maySendMore = (queue: PartitionQueue, leader: number): boolean => {
    if (maxInFlight === 1 || leader !== queue.node || (numbers.isOn && !queue.established)) return false
    if ((queue.ready[0]?.attempts ?? 0) > 0) return false
    for (const batch of queue.inFlight) if (batch.attempts > 0) return false
    return true
  }

  const mayGo = (queue: PartitionQueue, now: number): boolean => {
    if (queue.open === null) return false
    const age = now - queue.open.createdAt
    if (limits.lingerMs === 0 || hurried > 0 || age >= limits.lingerMs || parts.isPressed()) return true
    timer.wakeIn(limits.lingerMs - age)
    return false
  }

  const sendRequest = async (nodeId: number, { queues, batches }: ProduceRequest): Promise<void> => {
    const node = nodeState(nodeId)
    node.inFlight++
    tally.requests++
    tally.requestsInFlight++
    let answers: readonly BatchAnswer[]
    try {
      const response = await cluster.send(nodeId, batches)
      if (response.throttleMs > 0) node.throttledUntil = performance.now() + response.throttleMs
      answers = response.answers
    } catch (thrown) {
      const error = asKafkaError(thrown)
      answers = batches.map(() => ({ baseOffset: -1, error }))
    }
    node.inFlight--
    tally.requestsInFlight--
    if (closed) return
    for (const [i, batch] of batches.entries()) answered(queues[i]!, batch, answers[i]!)
    parts.settled()
    pump()
  }

  const answered = (queue: PartitionQueue, batch: WireBatch, { error, baseOffset }: BatchAnswer): void => {
    queue.inFlight.delete(batch)
    if (error === undefined || error.code === 'DUPLICATE_SEQUENCE_NUMBER') {
      troubles.over()
      queue.established = true
      parts.delivered(batch, baseOffset)
    } else if (isTooLarge(error)) tooLarge(queue, batch, error)
    else if (isOutOfSequence(error)) outOfSequence(queue, batch, error)
    else if (error.retriable && batch.attempts < limits.retries && !isExpired(batch)) again(queue, batch, error)
    else fail(queue, batch, error)
    requeueAnswered(queue)
  }

  const again = (queue: PartitionQueue, batch: WireBatch, error: KafkaError): void => {
    if (batch.attempts % 20 === 0) {
      troubles.note(`Writing to ${batch.topic}-${batch.partition} failed and will be tried again`, error)
    }
    batch.attempts++
    tally.recordsRetried += batch.builder.recordCount
    sendAgain(queue, batch, performance.now() + troubles.pause())
    refresh()
  }

  /** Batches behind one that is tried again come back like this; if it was the first, the broker has forgotten us. */
  const outOfSequence = (queue: PartitionQueue, batch: WireBatch, error: KafkaError): void => {
    const others = [...queue.inFlight, ...queue.retrying]
    if (others.every((other) => byPlace(batch, other) < 0) && batch.attempts > 0) {
      troubles.note(
        `The brokers do not know the sequence of ${batch.topic}-${batch.partition} any more: it starts anew`,
        error,
      )
      numbers.noteGap(queue)
    }
    batch.attempts++
    sendAgain(queue, batch, performance.now() + limits.retryBackoffMs)
  }

  const tooLarge = (queue: PartitionQueue, batch: WireBatch, error: KafkaError): void => {
    const halves = parts.split(batch)
    if (halves === null) fail(queue, batch, error)
    else for (const half of halves) sendAgain(queue, half, 0)
  }

  const fail = (queue: PartitionQueue, batch: WireBatch, error: KafkaError): void => {
    numbers.noteGap(queue)
    parts.failed(batch, error)
  }

  const isExpired = (batch: WireBatch): boolean => performance.now() - batch.createdAt > limits.deliveryTimeoutMs

  /** Without a leader nothing comes back: what waited for longer than `delivery.timeout.ms` is given up here. */
  const expireHead = (queue: PartitionQueue, now: number): void => {
    const head = queue.ready[0] ?? queue.open
    if (head === null || head === undefined || !isExpired(head)) return
    takeNext(queue, true)
    const waited = Math.round(now - head.createdAt)
    const message = `Expiring ${head.builder.recordCount} record(s) for ${queue.topic}-${queue.partition}: ${waited} ms has passed since batch creation`
    fail(queue, head, new KafkaError('TIMED_OUT', message, { retriable: false }))
    parts.settled()
  }

  const askIdentity = (): void => {
    if (askingIdentity) return
    askingIdentity = true
    cluster
      .identity()
      .then((identity) => {
        troubles.over()
        if (identity === null) withoutIdentity()
        else numbers.identify(busy, identity)
        askingIdentity = false
        pump()
      })
      .catch((error: unknown) => {
        askingIdentity = false
        if (closed) return
        troubles.note('Asking the brokers for a producer id failed and will be tried again', error)
        timer.wakeIn(troubles.pause())
      })
  }

  const withoutIdentity = (): void => {
    onTrouble(
      'The brokers give us no producer id (IdempotentWrite is not allowed): retries may repeat records',
      undefined,
    )
    numbers.giveUp()
    maxInFlight = 1
  }

  return {
    busy,
    pump,
    hurry(on) {
      hurried += on ? 1 : -1
    },
    learn: (topic, signal) => learnTopic(parts, topic, AbortSignal.any([signal, closing.signal])),
    async close() {
      closed = true
      closing.abort()
      timer.stop()
      await cluster.close()
    },
  }
}

const asKafkaError = (thrown: unknown): KafkaError =>
  thrown instanceof KafkaError ? thrown : new KafkaError('UNKNOWN', String(thrown), { retriable: false, cause: thrown })

const isTooLarge = ({ code }: KafkaError): boolean => code === 'MESSAGE_TOO_LARGE' || code === 'RECORD_LIST_TOO_LARGE'
