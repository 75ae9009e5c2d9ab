/** Middle value; of an even number the mean of the two. NaN of none. */
export const median = (values: readonly number[]): number => quantile(values, 0.5)

/** Interpolated between neighbours. `share` from 0 to 1. */
export const quantile = (values: readonly number[], share: number): number => {
  const sorted = [...values].sort((a, b) => a - b)
  const at = (sorted.length - 1) * share
  const low = sorted[Math.floor(at)] ?? Number.NaN
  const high = sorted[Math.ceil(at)] ?? Number.NaN
  return low + (high - low) * (at - Math.floor(at))
}

export interface Spread {
  readonly median: number
  readonly min: number
  readonly max: number
}

export const spreadOf = (values: readonly number[]): Spread => ({
  median: median(values),
  min: Math.min(...values),
  max: Math.max(...values),
})

/** Round by round, so that what slows a whole round down falls out. */
export const ratios = (left: readonly number[], right: readonly number[]): Spread =>
  spreadOf(left.slice(0, right.length).map((value, round) => value / right[round]!))
