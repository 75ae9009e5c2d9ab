/** Processor time of the work below where the limits were measured: two cores with nothing else to do. */
const USUAL_MS = 6

/**
 * How many times slower than usual a processor is here and now, at least 1: for limits on processor time, and on the time
 * of what hardly waits. Best of three, by processor time, so that waiting for a processor does not count.
 */
export const slowness = (): number => {
  let best = Number.POSITIVE_INFINITY
  for (let time = 0; time < 3; time++) {
    const began = process.cpuUsage()
    for (let round = 0; round < ROUNDS; round++) work(round)
    const { user, system } = process.cpuUsage(began)
    best = Math.min(best, (user + system) / 1000 / ROUNDS)
  }
  return Math.max(1, best / USUAL_MS)
}

const ROUNDS = 10

/** Some of what the program does most: objects to text, text to bytes and back. */
const work = (round: number): void => {
  const lines = Array.from({ length: 5000 }, (_, i) => ({ n: i ^ round, text: `line ${i} of round ${round}` }))
  const bytes = Buffer.from(JSON.stringify(lines))
  let sum = 0
  for (const byte of bytes) sum = (sum * 31 + byte) | 0
  const again = JSON.parse(bytes.toString()) as unknown[]
  if (again.length !== lines.length || !Number.isInteger(sum)) throw new Error('Work that nobody needs may be left out')
}
