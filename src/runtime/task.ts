import type { Logger } from '../plugin/logger.ts'
import { createPauseGate, type PauseGate } from './pause-gate.ts'
import type { StatusBoard } from './task-status.ts'
import { traceOf } from './trace.ts'
import { settledWithin } from './wait.ts'

/** A task that was started, whatever became of it since. */
export interface Task {
  readonly connector: string
  readonly index: number
  pause(): void
  resume(): void
  /** Tells it to stop, without waiting. */
  stop(): void
  /** Waits for the end, at most `ms`; a task that takes longer is cancelled: no commit, no status of it counts any more. */
  awaitStop(ms: number): Promise<boolean>
}

/** What a task's body gets to know and may tell while it runs. */
export interface TaskLife {
  readonly id: string
  readonly log: Logger
  readonly gate: PauseGate
  /** Aborted when the task shall stop. */
  readonly stopping: AbortSignal
  /** Aborted when it did not stop in time. */
  readonly cancelled: AbortSignal
  onState(state: 'RUNNING' | 'PAUSED'): void
}

export interface StartTaskParts {
  readonly connector: string
  readonly index: number
  readonly version: string | null
  readonly paused: boolean
  readonly status: StatusBoard
  readonly log: Logger
  /** The whole of the task: sets up, loops, cleans up. Its rejection is the task's failure. */
  readonly body: (life: TaskLife) => Promise<void>
  /** Hears of each failure, after the status was set. */
  readonly onFailed?: (error: unknown) => void
}

export const startTask = (parts: StartTaskParts): Task => {
  const { connector, index, version, status, log, body } = parts
  const id = `${connector}-${index}`
  const stopping = new AbortController()
  const cancelled = new AbortController()
  const gate = createPauseGate(parts.paused)

  /** Whether it ever ran, or failed before it did. */
  let startup: 'open' | 'done' = 'open'
  const startedUp = (ok: boolean): void => {
    if (startup === 'open') status.startups.tasks.record(ok)
    startup = 'done'
  }

  const setState = (state: 'RUNNING' | 'PAUSED' | 'UNASSIGNED'): void => {
    if (state === 'RUNNING') startedUp(true)
    if (!cancelled.signal.aborted) status.setTask(connector, index, state, version)
  }

  const life: TaskLife = {
    id,
    log,
    gate,
    stopping: stopping.signal,
    cancelled: cancelled.signal,
    onState: setState,
  }

  const failed = (error: unknown): void => {
    if (cancelled.signal.aborted) {
      log.debug(`Cancelled task ${id} ended with an error`, { error })
      return
    }
    log.error(
      `WorkerTask{id=${id}} Task threw an uncaught and unrecoverable exception. Task is being killed and will not recover until manually restarted`,
      {
        error,
      },
    )
    startedUp(false)
    status.setTask(connector, index, 'FAILED', version, traceOf(error))
    parts.onFailed?.(error)
  }

  const ended = run().catch(failed)

  async function run(): Promise<void> {
    await body(life)
    setState('UNASSIGNED')
  }

  return {
    connector,
    index,
    pause: () => gate.pause(),
    resume: () => gate.resume(),
    stop: () => stopping.abort(),
    async awaitStop(ms) {
      if (await settledWithin(ended, ms)) return true
      log.error(`Graceful stop of task ${id} failed.`)
      cancelled.abort()
      return false
    },
  }
}
