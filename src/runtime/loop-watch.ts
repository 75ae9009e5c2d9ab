import type { ConnectorDefinition, SinkTask, SourceTask } from '../plugin/connector.ts'

/** Calls into a task that can be told apart; their places in this list are what is written down. */
export const WATCHED_CALLS = ['start', 'poll', 'put', 'flush', 'open', 'close', 'commit', 'stop'] as const
export type WatchedCall = (typeof WATCHED_CALLS)[number]

/** Writes down, for a watchdog in another thread, whose code the event loop is in. */
export interface LoopWatch {
  /** @param location folder of the plug-in, for what it does in timers and behind promises */
  register(task: string, location: string): LoopSlot
}

export interface LoopSlot {
  /** Plain stores, so that a batch costs no more than two of them. @returns what to give to `leave` */
  enter(call: number): number
  leave(outer: number): void
  release(): void
}

/** The same connector; while code of its task has the event loop, up to its first wait, that is written down. */
export const watchConnector = <D extends ConnectorDefinition>(definition: D, slot: LoopSlot): D => {
  const openTask = definition.openTask as (...args: unknown[]) => Promise<object> | object
  return {
    ...definition,
    openTask: async (...args: unknown[]) =>
      watchTask(await held(slot, 'start', () => openTask.apply(definition, args)), slot),
  } as unknown as D
}

const METHODS: Readonly<Record<string, WatchedCall>> = {
  ...{ poll: 'poll', put: 'put', flush: 'flush', preCommit: 'flush', open: 'open', close: 'close', stop: 'stop' },
  ...{ commit: 'commit', commitRecord: 'commit' },
}

const watchTask = (task: object, slot: LoopSlot): SourceTask | SinkTask => {
  const watched: Record<string, unknown> = {}
  for (const [name, call] of Object.entries(METHODS)) {
    const method = (task as Readonly<Record<string, unknown>>)[name]
    if (typeof method !== 'function') continue
    watched[name] = (...args: unknown[]): unknown => held(slot, call, () => method.apply(task, args))
  }
  return watched as unknown as SourceTask | SinkTask
}

const held = <T>(slot: LoopSlot, call: WatchedCall, work: () => T): T => {
  const outer = slot.enter(WATCHED_CALLS.indexOf(call))
  try {
    return work()
  } finally {
    slot.leave(outer)
  }
}
