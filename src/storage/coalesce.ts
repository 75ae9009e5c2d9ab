/** A call that comes while the work is under way gets the promise of one more run, shared by all who come in that time. */
export const coalesce = (work: () => Promise<void>): (() => Promise<void>) => {
  let last: Promise<void> = Promise.resolve()
  let waiting: Promise<void> | undefined
  return () => {
    if (waiting !== undefined) return waiting
    waiting = last
      .catch(() => undefined)
      .then(() => {
        waiting = undefined
        return work()
      })
    last = waiting
    return waiting
  }
}
