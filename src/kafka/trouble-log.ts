import type { KafkaLogger } from './kafka-log.ts'

/** A fresh cluster, an election, a restart: for so long trouble is ordinary and only worth a debug line. */
const GRACE_MS = 3000
/** After that, the same message comes at most this often. */
const EVERY_MS = 10_000

/**
 * Reports trouble that passes by itself once it has lasted: without an error at once, with one after some seconds, and
 * then now and again while it lasts.
 */
export const createTroubleLog = (log: KafkaLogger): ((message: string, error: unknown) => void) => {
  const episodes = new Map<string, { began: number; last: number; warned: number }>()
  return (message, error) => {
    const now = performance.now()
    const before = episodes.get(message)
    const goesOn = before !== undefined && now - before.last < EVERY_MS
    const episode = goesOn ? before : { began: now, last: now, warned: Number.NEGATIVE_INFINITY }
    episode.last = now
    episodes.set(message, episode)
    const fields = error === undefined ? {} : { error }
    const isOrdinary = error !== undefined && now - episode.began < GRACE_MS
    if (isOrdinary || now - episode.warned < EVERY_MS) {
      log.debug(message, fields)
      return
    }
    episode.warned = now
    log.warn(message, fields)
  }
}
