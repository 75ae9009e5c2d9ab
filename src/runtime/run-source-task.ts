import type { SourceTask } from '../plugin/connector.ts'
import { ConnectError, RetriableError } from '../plugin/errors.ts'
import type { Logger } from '../plugin/logger.ts'
import type { Polled } from '../plugin/text-block.ts'
import { everyStep } from './every-step.ts'
import type { OffsetCommitter } from './offset-committer.ts'
import type { PauseGate } from './pause-gate.ts'
import { createTaskCalls, marked, type TaskCalls } from './task-calls.ts'
import { nextTurn, sleep } from './wait.ts'

export interface SourceLoopParts {
  readonly id: string
  readonly task: SourceTask
  /** Transforms, serialises and hands to the producer; settles when there is room for the next batch. */
  readonly deliver: (polled: Polled) => Promise<void>
  /** Whether `deliver` has a faster way for texts. */
  readonly takesTexts?: boolean
  /** Waits, at most `offset.flush.timeout.ms`, until the brokers acknowledged what is under way. */
  readonly drain: () => Promise<void>
  readonly committer: OffsetCommitter
  readonly gate: PauseGate
  /** Aborted when the task shall stop, or when the producer failed for good. */
  readonly signal: AbortSignal
  /** Why the producer failed for good, if it did. */
  readonly failure: () => Error | undefined
  /** Aborted when the task did not stop in time: offsets are not committed any more. */
  readonly cancelled: AbortSignal
  readonly onState: (state: 'RUNNING' | 'PAUSED') => void
  readonly onPoll?: (records: number, milliseconds: number) => void
  /** Told what the loop is in. */
  readonly calls?: TaskCalls
  readonly log: Logger
}

/** A poll may return at once, over and over: sockets and timers get their turn at least this often, in milliseconds. */
const LONGEST_TURN_MS = 10

/**
 * The loop of a source task, from RUNNING until it stops or fails. Always ends with: wait for what is under way, commit
 * what was acknowledged, stop the task.
 */
export const runSourceTask = (parts: SourceLoopParts): Promise<void> => {
  const { task, committer, cancelled, calls = createTaskCalls() } = parts
  return everyStep(
    () => pollAndDeliver(parts, calls),
    () => {
      calls.loop.call = undefined
    },
    () => committer.stop(),
    () => (cancelled.aborted ? undefined : parts.drain()),
    () => (cancelled.aborted ? undefined : committer.commit()),
    () => marked(calls.loop, 'stop', () => task.stop()),
    () => throwFailure(parts.failure()),
  )
}

const pollAndDeliver = async (parts: SourceLoopParts, { loop }: TaskCalls): Promise<void> => {
  const { task, deliver, gate, signal, onState, onPoll, failure } = parts
  parts.committer.start()
  parts.log.info(`WorkerSourceTask{id=${parts.id}} Source task finished initialization and start`)
  onState('RUNNING')
  let turnBegan = performance.now()
  while (!signal.aborted) {
    if (gate.paused) {
      onState('PAUSED')
      await gate.opened(signal)
      if (!signal.aborted) onState('RUNNING')
      continue
    }
    const began = performance.now()
    loop.call = 'poll'
    loop.since = began
    const polled = await pollOnce(task, parts)
    const now = performance.now()
    if (polled.length > 0) {
      onPoll?.(polled.length, now - began)
      loop.call = 'send'
      loop.since = now
      await deliver(polled)
    }
    loop.call = undefined
    if (now - turnBegan >= LONGEST_TURN_MS || polled.length === 0) {
      await nextTurn()
      turnBegan = performance.now()
    }
  }
  throwFailure(failure())
}

const pollOnce = async (task: SourceTask, { log, signal, takesTexts }: SourceLoopParts): Promise<Polled> => {
  try {
    return (await (takesTexts && task.pollTexts !== undefined ? task.pollTexts() : task.poll())) ?? []
  } catch (error) {
    // A task that is told to stop may end its waiting poll by an error.
    if (signal.aborted && !(error instanceof ConnectError)) return []
    if (!(error instanceof RetriableError)) throw error
    log.warn('Polling failed and will be tried again', { error })
    await sleep(100, signal)
    return []
  }
}

const throwFailure = (error: Error | undefined): void => {
  if (error !== undefined)
    throw new ConnectError('Unrecoverable exception from producer send callback', { cause: error })
}
