import { untilSharedMoment } from '../config/shared-moment.ts'
import type { SinkOffsets, SinkTask, TopicPartition } from '../plugin/connector.ts'
import { ConnectError, RetriableError } from '../plugin/errors.ts'
import type { Logger } from '../plugin/logger.ts'
import type { SinkRecord } from '../plugin/record.ts'
import type { ConsumedRecord } from './deserialize.ts'
import { everyStep } from './every-step.ts'
import type { PauseGate } from './pause-gate.ts'
import type { RebalanceListener, SinkConsumer, SinkRequests } from './sink-consumer.ts'
import type { SinkPositions } from './sink-offsets.ts'
import { createTaskCalls, marked, type TaskCalls } from './task-calls.ts'
import { nextTurn, settledWithin } from './wait.ts'

export interface SinkLoopParts {
  readonly id: string
  readonly task: SinkTask
  readonly consumer: SinkConsumer
  readonly deserialize: (consumed: readonly ConsumedRecord[]) => Promise<SinkRecord[]>
  /** Called after each `put` that returned: throws what the task should fail with. */
  readonly afterPut?: () => void
  readonly positions: SinkPositions
  readonly requests: SinkRequests
  /** Waits until reports of failed records are durable: offsets must not pass a record that is nowhere. */
  readonly flushReports: () => Promise<void>
  readonly gate: PauseGate
  readonly signal: AbortSignal
  readonly cancelled: AbortSignal
  /** `offset.flush.interval.ms` and `offset.flush.timeout.ms`. */
  readonly commitIntervalMs: number
  readonly commitTimeoutMs: number
  readonly onState: (state: 'RUNNING' | 'PAUSED') => void
  readonly onPut?: (records: number, consumed: number, milliseconds: number) => void
  readonly onCommit?: (milliseconds: number, ok: boolean) => void
  /** A commit is begun. */
  readonly onCommitBegun?: () => void
  /** The answer to a commit that was given up came late. */
  readonly onLateCommit?: () => void
  /** Told what the loop is in. */
  readonly calls?: TaskCalls
  readonly log: Logger
}

/** With data at hand and a put that does not wait, sockets and timers get their turn at least this often, in milliseconds. */
const LONGEST_TURN_MS = 2

type Position = TopicPartition & { readonly offset: number }

/** The sink task's loop and the listener that its consumer must be given. */
export interface SinkLoop {
  readonly listener: RebalanceListener
  /** From RUNNING until the task stops or fails; always ends with a last commit, `close` and `stop`. */
  run(): Promise<void>
}

export const createSinkLoop = (parts: SinkLoopParts): SinkLoop => {
  const { id, task, consumer, deserialize, positions, requests, gate, signal, cancelled, log, onState } = parts
  const { loop } = parts.calls ?? createTaskCalls()
  /** Fetched records that were not put yet: kept over a {@link RetriableError}. */
  let consumed: readonly ConsumedRecord[] = []
  let records: SinkRecord[] = []
  let redeliver = false
  let isPaused = false
  let nextCommit = performance.now() + untilSharedMoment(parts.commitIntervalMs)
  let commitNumber = 0
  let committing: Promise<void> | undefined

  const turn = async (): Promise<void> => {
    applyPause()
    applySeeks()
    if (committing === undefined && (requests.commit || performance.now() >= nextCommit)) await startCommit()
    const fetched = await consumer.poll(pollTimeout())
    if (signal.aborted) return
    if (!redeliver) {
      consumed = fetched
      records = await deserialize(fetched)
    }
    await put()
  }

  const pollTimeout = (): number => {
    const untilCommit = committing === undefined ? nextCommit - performance.now() : parts.commitTimeoutMs
    const asked = requests.timeoutMs
    requests.timeoutMs = null
    return Math.max(0, asked === null ? untilCommit : Math.min(asked, untilCommit))
  }

  const put = async (): Promise<void> => {
    const began = performance.now()
    loop.call = 'put'
    loop.since = began
    try {
      await task.put(records)
    } catch (error) {
      loop.call = undefined
      if (!(error instanceof RetriableError)) {
        throw new ConnectError('Exiting WorkerSinkTask due to unrecoverable exception.', { cause: error })
      }
      log.error(`WorkerSinkTask{id=${id}} RetriableException from SinkTask: the same records will be delivered again`, {
        error,
      })
      redeliver = true
      requests.held = true
      consumer.pause(consumer.assignment())
      return
    }
    loop.call = undefined
    parts.afterPut?.()
    positions.delivered(consumed)
    parts.onPut?.(records.length, consumed.length, performance.now() - began)
    consumed = []
    records = []
    consumer.release?.()
    if (redeliver) {
      redeliver = false
      resumeUnpaused()
    }
  }

  const applyPause = (): void => {
    if (gate.paused === isPaused) return
    isPaused = gate.paused
    if (isPaused) {
      requests.held = true
      consumer.pause(consumer.assignment())
      requests.commit = true
    } else resumeUnpaused()
    onState(isPaused ? 'PAUSED' : 'RUNNING')
  }

  const resumeUnpaused = (): void => {
    requests.held = isPaused || redeliver
    if (requests.held) return
    consumer.resume(
      consumer.assignment().filter(({ topic, partition }) => !requests.paused.has(`${topic}-${partition}`)),
    )
  }

  const applySeeks = (): void => {
    for (const [key, target] of requests.seeks) {
      if (!positions.has(target)) continue
      requests.seeks.delete(key)
      consumer.seek(target, target.offset)
      positions.seek(target, target.offset)
    }
  }

  /** The task is asked before anything more is put; only the brokers' answer is not waited for. */
  const startCommit = async (): Promise<void> => {
    requests.commit = false
    nextCommit = performance.now() + untilSharedMoment(parts.commitIntervalMs)
    const began = performance.now()
    try {
      committing = send(await offsetsToCommit(positions.current()), began).finally(() => {
        committing = undefined
      })
    } catch (error) {
      parts.onCommit?.(performance.now() - began, false)
      log.error(`WorkerSinkTask{id=${id}} Offset commit failed, rewinding to last committed offsets`, { error })
      rewind()
    }
  }

  /** The partitions are about to go: errors are only logged. */
  const commitBeforeClose = async (partitions: readonly TopicPartition[]): Promise<void> => {
    const began = performance.now()
    try {
      await send(await offsetsToCommit(select(positions.current(), partitions)), began)
    } catch (error) {
      parts.onCommit?.(performance.now() - began, false)
      log.error(`WorkerSinkTask{id=${id}} Offset commit failed during close`, { error })
    }
  }

  const offsetsToCommit = async (current: SinkOffsets): Promise<Position[]> => {
    parts.onCommitBegun?.()
    return marked(loop, 'flush', async () => {
      await parts.flushReports()
      return positions.toCommit(await preCommit(task, current), log)
    })
  }

  /** Never rejects; settles at the latest after `offset.flush.timeout.ms`. */
  const send = async (offsets: readonly Position[], began: number): Promise<void> => {
    const number = ++commitNumber
    if (offsets.length === 0) return parts.onCommit?.(performance.now() - began, true)
    let isLate = false
    const answer = consumer.commit(offsets).then(
      () => {
        if (number === commitNumber) positions.committed(offsets)
        if (isLate) parts.onLateCommit?.()
        else parts.onCommit?.(performance.now() - began, true)
      },
      (error: unknown) => {
        if (isLate) parts.onLateCommit?.()
        else parts.onCommit?.(performance.now() - began, false)
        log.error(
          `WorkerSinkTask{id=${id}} Commit of offsets threw an unexpected exception; they are committed again next time`,
          { error },
        )
      },
    )
    if (!(await settledWithin(answer, parts.commitTimeoutMs))) {
      isLate = true
      parts.onCommit?.(performance.now() - began, false)
      log.warn(`WorkerSinkTask{id=${id}} Commit of offsets timed out`)
    }
  }

  const rewind = (): void => {
    for (const position of positions.lastCommitted().values()) {
      consumer.seek(position, position.offset)
      positions.seek(position, position.offset)
    }
    consumed = []
    records = []
    redeliver = false
    resumeUnpaused()
  }

  const forget = (partitions: readonly TopicPartition[]): void => {
    const gone = new Set(partitions.map(({ topic, partition }) => `${topic}-${partition}`))
    for (const partition of partitions) positions.forget(partition)
    consumed = consumed.filter(({ topic, partition }) => !gone.has(`${topic}-${partition}`))
    records = records.filter((record) => !gone.has(`${record.originalTopic}-${record.originalPartition}`))
  }

  const listener: RebalanceListener = {
    async assigned(partitions) {
      log.info(`WorkerSinkTask{id=${id}} Partitions assigned: ${namesOf(partitions)}`)
      for (const partition of partitions) positions.assign(partition, partition.position)
      await marked(loop, 'open', () => task.open?.(partitions.map(({ topic, partition }) => ({ topic, partition }))))
      applySeeks()
      for (const [key, partition] of requests.paused) if (!positions.has(partition)) requests.paused.delete(key)
      if (requests.held) consumer.pause(partitions)
      else consumer.pause(partitions.filter(({ topic, partition }) => requests.paused.has(`${topic}-${partition}`)))
    },
    async revoked(partitions) {
      log.info(`WorkerSinkTask{id=${id}} Partitions revoked: ${namesOf(partitions)}`)
      if (!cancelled.aborted) {
        await committing
        await commitBeforeClose(partitions)
      }
      await marked(loop, 'close', () => task.close?.(partitions))
      forget(partitions)
    },
    async lost(partitions) {
      log.warn(`WorkerSinkTask{id=${id}} Partitions lost: ${namesOf(partitions)}`)
      await marked(loop, 'close', () => task.close?.(partitions))
      forget(partitions)
    },
  }

  return {
    listener,
    run: () =>
      everyStep(
        async () => {
          log.info(`WorkerSinkTask{id=${id}} Sink task finished initialization and start`)
          onState('RUNNING')
          let turnBegan = performance.now()
          while (!signal.aborted) {
            await turn()
            if (performance.now() - turnBegan < LONGEST_TURN_MS) continue
            await nextTurn()
            turnBegan = performance.now()
          }
        },
        () => committing,
        () => consumer.close(),
        () => marked(loop, 'stop', () => task.stop()),
      ),
  }
}

const namesOf = (partitions: readonly TopicPartition[]): string =>
  partitions.length === 0 ? 'none' : partitions.map(({ topic, partition }) => `${topic}-${partition}`).join(', ')

const preCommit = async (task: SinkTask, offsets: SinkOffsets): Promise<SinkOffsets> => {
  if (task.preCommit !== undefined) return task.preCommit(offsets)
  await task.flush?.(offsets)
  return offsets
}

const select = (offsets: SinkOffsets, only: readonly TopicPartition[] | undefined): SinkOffsets => {
  if (only === undefined) return offsets
  const wanted = new Set(only.map(({ topic, partition }) => `${topic}-${partition}`))
  return new Map([...offsets].filter(([key]) => wanted.has(key)))
}
