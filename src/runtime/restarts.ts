import type { RestartSettings } from '../config/restart-settings.ts'
import { isWorthRestarting } from './worth-restarting.ts'

/** A connector, or one of its tasks. */
export interface RestartTarget {
  readonly connector: string
  /** Null: the connector itself. */
  readonly task: number | null
}

/** What a status tells of restarts. */
export interface RestartNote {
  /** Restarts that were made by themselves since the connector was created or its config changed. */
  readonly count: number
  /** Milliseconds since the epoch; null: none is planned. */
  readonly nextAt: number | null
}

export interface RestartPlan {
  /** Null: it will not be restarted. */
  readonly nextAt: number | null
  /** For the log: why not, or that it will be. Undefined under the policy `never`. */
  readonly reason: string | undefined
}

/** Plans restarts of what has failed: pauses that grow, a cap, and no restart where none can help. */
export interface Restarts {
  /** @param again restarts it; its rejection is of no account, a new failure comes through `failed` */
  failed(target: RestartTarget, error: unknown, settings: RestartSettings, again: () => Promise<unknown>): RestartPlan
  /** A user takes over: what was planned is dropped and pauses begin anew. Without `task`: for the connector and all of its tasks. */
  cancel(connector: string, task?: number | null): void
  /** As {@link cancel}, for tasks that are gone. */
  cancelTasks(connector: string): void
  /** The connector is paused: what is planned, or fails now, waits for {@link release}. */
  hold(connector: string): void
  release(connector: string): void
  /** The connector is gone, or another one now. */
  forget(connector: string): void
  /** Undefined when nothing has failed under a policy that restarts. */
  note(connector: string, task: number | null): RestartNote | undefined
  /** Ends all plans for good. */
  close(): void
}

export interface RestartTiming {
  readonly now: () => number
  /** From 0 to 1. */
  readonly random: () => number
}

interface Item {
  readonly task: number | null
  count: number
  /** When it was restarted, within the window. */
  times: number[]
  /** Failures in a row, for the length of the pause. */
  row: number
  restartedAt: number | null
  nextAt: number | null
  timer: NodeJS.Timeout | undefined
  again: (() => void) | undefined
}

const JITTER = 0.2
const LONGEST_TIMER_MS = 2 ** 31 - 1

export const createRestarts = ({ now, random }: RestartTiming = { now: Date.now, random: Math.random }): Restarts => {
  const items = new Map<string, Map<number | null, Item>>()
  const held = new Set<string>()
  let closed = false

  const itemOf = ({ connector, task }: RestartTarget): Item => {
    const own = items.get(connector) ?? new Map<number | null, Item>()
    items.set(connector, own)
    const found = own.get(task) ?? newItem(task)
    own.set(task, found)
    return found
  }

  const plan = (item: Item, delayMs: number): void => {
    item.nextAt = now() + delayMs
    item.timer = setTimeout(() => item.again?.(), Math.min(delayMs, LONGEST_TIMER_MS))
    // The worker's own timer keeps it alive; a planned restart must not keep one that ends.
    item.timer.unref()
  }

  const drop = (item: Item): void => {
    clearTimeout(item.timer)
    item.nextAt = null
    item.again = undefined
    item.times = []
    item.row = 0
    item.restartedAt = null
  }

  const each = (connector: string, work: (item: Item) => void): void => {
    for (const item of items.get(connector)?.values() ?? []) work(item)
  }

  return {
    failed(target, error, settings, again) {
      if (closed || settings['errors.restart.policy'] !== 'on-failure') return { nextAt: null, reason: undefined }
      const item = itemOf(target)
      clearTimeout(item.timer)
      item.nextAt = null
      item.again = undefined
      if (!isWorthRestarting(error)) {
        return { nextAt: null, reason: 'will not be restarted: this error is not one that a restart can mend' }
      }
      const longest = settings['errors.restart.delay.max.ms']
      const at = now()
      if (item.restartedAt !== null && at - item.restartedAt >= longest) item.row = 0
      const [most, window] = [settings['errors.restart.max'], settings['errors.restart.window.ms']]
      item.times = item.times.filter((time) => time > at - window)
      if (most >= 0 && item.times.length >= most) {
        const within = `errors.restart.max=${most} within errors.restart.window.ms=${window}`
        return { nextAt: null, reason: `will not be restarted again: ${within}` }
      }
      const grown =
        settings['errors.restart.delay.initial.ms'] * settings['errors.restart.delay.multiplier'] ** item.row
      const delay = Math.round(Math.min(grown, longest) * (1 + JITTER * (2 * random() - 1)))
      item.row++
      item.again = () => {
        item.nextAt = null
        item.again = undefined
        item.restartedAt = now()
        item.times.push(item.restartedAt)
        item.count++
        again().catch(() => undefined)
      }
      if (held.has(target.connector)) {
        item.nextAt = at + delay
        return { nextAt: item.nextAt, reason: 'will be restarted after its connector is resumed' }
      }
      plan(item, delay)
      return { nextAt: item.nextAt, reason: `will be restarted in ${delay} ms` }
    },
    cancel(connector, task) {
      each(connector, (item) => {
        if (task === undefined || item.task === task) drop(item)
      })
    },
    cancelTasks(connector) {
      each(connector, (item) => {
        if (item.task !== null) drop(item)
      })
    },
    hold(connector) {
      held.add(connector)
      each(connector, (item) => clearTimeout(item.timer))
    },
    release(connector) {
      held.delete(connector)
      each(connector, (item) => {
        if (item.again !== undefined) plan(item, Math.max(0, (item.nextAt ?? 0) - now()))
      })
    },
    forget(connector) {
      each(connector, drop)
      items.delete(connector)
      held.delete(connector)
    },
    note(connector, task) {
      const item = items.get(connector)?.get(task)
      return item && { count: item.count, nextAt: held.has(connector) ? null : item.nextAt }
    },
    close() {
      closed = true
      for (const connector of items.keys()) each(connector, drop)
    },
  }
}

const newItem = (task: number | null): Item => ({
  task,
  count: 0,
  times: [],
  row: 0,
  restartedAt: null,
  nextAt: null,
  timer: undefined,
  again: undefined,
})
