import { setTimeout as delay } from 'node:timers/promises'

/** How far something had grown at a time. */
export interface Sample {
  /** `performance.now()` */
  readonly at: number
  readonly count: number
}

export interface Growth {
  readonly first: Sample
  readonly last: Sample
  /** Records per second between the first look that saw {@link WARM_SHARE} of them and the last that saw one arrive. */
  readonly perSecond: number
}

/** What arrives while both sides' compilers are still at work is not their steady rate. */
const WARM_SHARE = 0.25
const LOOK_MS = 50
const GIVE_UP_LOOKS = 20
const STALL_MS = 60_000
const FIRST_STALL_MS = 150_000

/**
 * Looks every 50 ms until `expected` records are there. What is there when counting begins is not in the rate: nobody saw how
 * long that took. @throws when nothing arrives for a minute, or `giveUp` names a reason
 */
export const watchGrowth = async (
  count: () => number | Promise<number>,
  expected: number,
  giveUp: () => string | undefined,
  onGrowth: (sample: Sample) => void = () => {},
): Promise<Growth> => {
  let before: Sample = { at: performance.now(), count: 0 }
  let first: Sample | undefined
  let warm: Sample | undefined
  let last: Sample = before
  let looks = 0
  for (;;) {
    const began = performance.now()
    const now: Sample = { count: await count(), at: (began + performance.now()) / 2 }
    if (now.count > last.count) {
      first ??= now
      if (now.count >= expected * WARM_SHARE) warm ??= now
      last = now
      onGrowth(now)
    } else if (first === undefined) before = now
    if (last.count >= expected) break
    // Asking reads a log file: not at every look.
    const reason = looks++ % GIVE_UP_LOOKS === 0 ? giveUp() : undefined
    if (reason !== undefined) throw new Error(`${last.count} of ${expected} records arrived: ${reason}`)
    const silent = performance.now() - last.at
    if (silent > (first === undefined ? FIRST_STALL_MS : STALL_MS)) {
      throw new Error(`${last.count} of ${expected} records arrived, then none for ${Math.round(silent / 1000)} s`)
    }
    await delay(Math.max(0, LOOK_MS - (performance.now() - began)))
  }
  // All in one look: the look before it is the only other time there is.
  const from = [warm, first].find((sample) => sample !== undefined && sample.at < last.at) ?? before
  const growth = last.count - from.count
  return { first: first ?? last, last, perSecond: growth / ((last.at - from.at) / 1000) }
}
