import type { Logger } from '../plugin/logger.ts'
import type { Herder } from './herder.ts'
import type { Stuck } from './task-calls.ts'

const MOST_OFTEN_MS = 100
const RAREST_MS = 5000

export interface WatchStuckParts {
  readonly herder: Pick<Herder, 'names' | 'status'>
  /** `task.stuck.after.ms` */
  readonly afterMs: number
  readonly logFor: (context: string) => Logger
}

/** Logs once for each call into a connector that does not return, and once when it did after all. @returns what ends it */
export const watchStuck = ({ herder, afterMs, logFor }: WatchStuckParts): (() => void) => {
  if (afterMs <= 0) return () => undefined
  /** By context; what was told. */
  const told = new Map<string, { readonly what: string; readonly stuck: Stuck }>()

  const look = (): void => {
    const now = new Map<string, { readonly what: string; readonly stuck: Stuck }>()
    for (const name of herder.names()) {
      const { connector, tasks } = herder.status(name)
      if (connector.stuck !== undefined)
        now.set(`${name}|worker`, { what: `Connector ${name}`, stuck: connector.stuck })
      for (const { id, stuck } of tasks) {
        if (stuck !== undefined) now.set(`${name}|task-${id}`, { what: `Task ${name}-${id}`, stuck })
      }
    }
    for (const [context, { what, stuck }] of now) {
      if (told.get(context)?.stuck.since === stuck.since) continue
      logFor(context).warn(
        `${what} is stuck: ${stuck.call} has not returned since ${new Date(stuck.since).toISOString()}`,
      )
    }
    for (const [context, { what, stuck }] of told) {
      if (now.get(context)?.stuck.since === stuck.since) continue
      const seconds = Math.round((Date.now() - stuck.since) / 1000)
      logFor(context).info(`${what} is no longer stuck in ${stuck.call}, after ${seconds} s`)
    }
    told.clear()
    for (const [context, one] of now) told.set(context, one)
  }

  const timer = setInterval(look, Math.min(RAREST_MS, Math.max(MOST_OFTEN_MS, afterMs / 4)))
  timer.unref()
  return () => clearInterval(timer)
}
