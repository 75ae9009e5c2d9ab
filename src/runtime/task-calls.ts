/** A call into a connector's code, or a wait for the brokers, that may be under way: plain fields, set once a batch. */
export interface CallMark {
  /** Undefined: none. */
  call: CallName | undefined
  /** When it began, by `performance.now()`. */
  since: number
}

/** `send`: the records of a poll are being converted and handed to the producer, which may have to wait for room. */
export type CallName = 'start' | 'poll' | 'send' | 'put' | 'flush' | 'open' | 'close' | 'commit' | 'stop' | 'tasks'

/** What a task is in at this moment. A source's commit goes on beside its loop. */
export interface TaskCalls {
  readonly loop: CallMark
  readonly commit: CallMark
}

export const createCallMark = (): CallMark => ({ call: undefined, since: 0 })
export const createTaskCalls = (): TaskCalls => ({ loop: createCallMark(), commit: createCallMark() })

/** Marks the call while it lasts, also when it fails. */
export const marked = async <T>(mark: CallMark, call: CallName, work: () => Promise<T> | T): Promise<T> => {
  const { call: outer, since: outerSince } = mark
  mark.call = call
  mark.since = performance.now()
  try {
    return await work()
  } finally {
    mark.call = outer
    mark.since = outerSince
  }
}

/** A call that has not returned for too long. */
export interface Stuck {
  readonly call: CallName
  /** When it began, in milliseconds since the epoch. */
  readonly since: number
}

/** The longest of these calls if it has lasted for `afterMs` or more; `afterMs` 0: never. */
export const stuckIn = (marks: readonly CallMark[], afterMs: number, now = performance.now()): Stuck | undefined => {
  let longest: CallMark | undefined
  for (const mark of marks) {
    if (mark.call === undefined || afterMs <= 0 || now - mark.since < afterMs) continue
    if (longest === undefined || mark.since < longest.since) longest = mark
  }
  if (longest?.call === undefined) return undefined
  return { call: longest.call, since: Math.round(performance.timeOrigin + longest.since) }
}
