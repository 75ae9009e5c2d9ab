import { untilSharedMoment } from '../config/shared-moment.ts'
import type { SourceTask } from '../plugin/connector.ts'
import type { Logger } from '../plugin/logger.ts'
import type { OffsetFields } from '../plugin/record.ts'
import type { CommittableOffset, CommittableOffsets } from './committable-offsets.ts'
import { type CallMark, createCallMark, marked } from './task-calls.ts'

/** The part of the offset store that a source task writes to. Resolves when the offsets are durable. */
export type StoreOffsets = (
  offsets: readonly { readonly partition: OffsetFields; readonly offset: OffsetFields | null }[],
) => Promise<void>

export interface OffsetCommitter {
  /** Commits every `intervalMs` (fixed delay: counted from the end of the commit before) until stopped. */
  start(): void
  /** Ends the timer and waits for a commit that is under way. */
  stop(): Promise<void>
  /**
   * Stores what is committable, then tells the task.
   * @returns whether everything committable is stored
   */
  commit(): Promise<boolean>
}

export interface CommitterParts {
  readonly id: string
  readonly task: Pick<SourceTask, 'commit'>
  readonly offsets: CommittableOffsets
  readonly store: StoreOffsets
  readonly intervalMs: number
  readonly timeoutMs: number
  readonly log: Logger
  /** Set while a commit is under way. */
  readonly mark?: CallMark
  readonly onCommit?: (milliseconds: number, ok: boolean) => void
}

export const createOffsetCommitter = (parts: CommitterParts): OffsetCommitter => {
  const { id, task, offsets, store, intervalMs, timeoutMs, log, onCommit, mark = createCallMark() } = parts
  let timer: NodeJS.Timeout | undefined
  let running: Promise<boolean> | undefined
  let stopped = false

  const commitOnce = async (): Promise<boolean> => {
    const begun = performance.now()
    const messages = offsets.doneSinceTake
    const taken = offsets.take()
    const stored = taken.length === 0 || (await storeInTime(taken))
    if (stored) {
      if (taken.length > 0)
        log.info(`WorkerSourceTask{id=${id}} Committing offsets for ${messages} acknowledged messages`)
      await tellTask()
    }
    onCommit?.(performance.now() - begun, stored)
    return stored
  }

  const storeInTime = async (taken: readonly CommittableOffset[]): Promise<boolean> => {
    const storing = Promise.resolve(taken).then(store)
    let timeout: NodeJS.Timeout | undefined
    const late = new Promise<'late'>((resolve) => {
      timeout = setTimeout(() => resolve('late'), Math.min(timeoutMs, 0x7fffffff))
    })
    try {
      if ((await Promise.race([storing, late])) !== 'late') return true
      log.error(
        `WorkerSourceTask{id=${id}} Timed out waiting to flush offsets to storage; will try again on next flush interval`,
      )
      storing.catch(() => undefined)
    } catch (error) {
      log.error(
        `WorkerSourceTask{id=${id}} Flush of offsets threw an unexpected exception; they are kept for the next attempt`,
        {
          error,
        },
      )
    } finally {
      clearTimeout(timeout)
    }
    offsets.putBack(taken)
    return false
  }

  const tellTask = async (): Promise<void> => {
    try {
      await task.commit?.()
    } catch (error) {
      log.error(`WorkerSourceTask{id=${id}} Exception thrown while calling task.commit()`, { error })
    }
  }

  const commit = (): Promise<boolean> => {
    running ??= marked(mark, 'commit', commitOnce).finally(() => {
      running = undefined
    })
    return running
  }

  const schedule = (): void => {
    if (stopped) return
    const wait = untilSharedMoment(Math.min(Math.max(intervalMs, 1), 0x7fffffff))
    timer = setTimeout(() => void commit().finally(schedule), wait)
  }

  return {
    start: schedule,
    commit,
    async stop() {
      stopped = true
      clearTimeout(timer)
      await running
    },
  }
}
