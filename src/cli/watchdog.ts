import { extname } from 'node:path'
import { Worker } from 'node:worker_threads'
import type { Logger } from '../plugin/logger.ts'
import type { LoopWatch } from '../runtime/loop-watch.ts'

/** What the watchdog's thread is started with. */
export interface WatchdogData {
  /** See {@link BEATS} and {@link HOLDER}. */
  readonly board: Int32Array
  readonly blockedMs: number
  readonly intervalMs: number
  readonly format: 'text' | 'json'
}

/** A task that may hold the loop, or, with `task` null, does not run any more. */
export interface WatchdogEntry {
  readonly slot: number
  readonly task: string | null
  readonly location: string
}

/** Place on the board: how often the event loop has turned, as its timer tells. */
export const BEATS = 0
/** Place on the board: the slot of the task that has the loop, times 16, and its call; 0: none. */
export const HOLDER = 1

const LONGEST_INTERVAL_MS = 1000

export interface WatchdogParts {
  /** `watchdog.blocked.ms`; 0: never */
  readonly blockedMs: number
  /** Whether it starts before a plug-in does. */
  readonly atOnce: boolean
  readonly format: 'text' | 'json'
  readonly mask: (text: string) => string
  readonly log: Logger
}

export interface Watchdog extends LoopWatch {
  stop(): void
}

/**
 * A thread that sees when the event loop does not turn, and says who holds it. It starts with the first task of a plug-in:
 * what came with the program does not hold the loop, and a thread costs memory.
 */
export const createWatchdog = ({ blockedMs, atOnce, format, mask, log }: WatchdogParts): Watchdog => {
  const board = new Int32Array(new SharedArrayBuffer(8))
  const intervalMs = Math.max(50, Math.min(LONGEST_INTERVAL_MS, Math.floor(blockedMs / 2)))
  const free: number[] = []
  let slots = 0
  let thread: Worker | undefined
  let timer: NodeJS.Timeout | undefined
  let stopped = blockedMs <= 0

  const stop = (): void => {
    stopped = true
    clearInterval(timer)
    void thread?.terminate()
  }

  const start = (): void => {
    if (stopped || thread !== undefined) return
    const workerData: WatchdogData = { board, blockedMs, intervalMs, format }
    thread = new Worker(new URL(`../cli/watchdog-thread${extname(import.meta.url)}`, import.meta.url), {
      name: 'watchdog',
      workerData,
      resourceLimits: { maxOldGenerationSizeMb: 32, maxYoungGenerationSizeMb: 1, stackSizeMb: 1 },
    })
    thread.unref()
    thread.on('error', (error) => {
      log.warn('The watchdog of the event loop has ended', { error })
      stop()
    })
    timer = setInterval(() => {
      Atomics.add(board, BEATS, 1)
    }, intervalMs)
    timer.unref()
  }

  const tell = (entry: WatchdogEntry): void => {
    if (!stopped) thread?.postMessage(entry)
  }

  if (atOnce) start()
  return {
    stop,
    register(task, location) {
      start()
      const slot = free.pop() ?? ++slots
      tell({ slot, task: mask(task), location })
      return {
        enter(call) {
          const outer = board[HOLDER]!
          board[HOLDER] = slot * 16 + call
          return outer
        },
        leave(outer) {
          board[HOLDER] = outer
        },
        release() {
          free.push(slot)
          tell({ slot, task: null, location })
        },
      }
    },
  }
}
