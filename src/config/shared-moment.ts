/** The moments are this many milliseconds apart, the same for the whole process. */
const APART_MS = 250
/** Shorter waits stay as they are. */
const SHORTEST_MS = 4 * APART_MS

/**
 * Shortens a wait of background work (at most by a quarter) so that it ends at one of four moments of each second.
 * A processor that has to wake up costs more than what most such work does then: hundreds of tasks at rest wake it
 * together. It ends just after the moment, so that whoever waits again from there waits for the whole time.
 *
 * @param ms how long to wait, in milliseconds
 */
export const untilSharedMoment = (ms: number, now: number = performance.now()): number =>
  ms < SHORTEST_MS ? ms : Math.min(ms, Math.ceil(ms - ((now + ms) % APART_MS)) + 1)
