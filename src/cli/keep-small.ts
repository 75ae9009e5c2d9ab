import { PerformanceObserver } from 'node:perf_hooks'
import { getHeapSpaceStatistics, setFlagsFromString } from 'node:v8'

/** New objects get at most about twice this; V8 would give them up to 96 MB when records flow. */
const YOUNG_BYTES = 8 * 1024 * 1024

/**
 * Keeps the process small: a worker's live data are few, its garbage is much. Old objects are collected when there are
 * half as many again as there were, and the space for new ones stops growing once it is large enough to be fast.
 *
 * So little is alive when new objects are collected that a helper thread would only be waited for.
 */
export const keepSmall = (): void => {
  setFlagsFromString('--heap-growing-percent=50')
  setFlagsFromString('--no-parallel-scavenge')
  const observer = new PerformanceObserver(() => {
    const young = getHeapSpaceStatistics().find(({ space_name: name }) => name === 'new_space')
    if (young === undefined || young.space_size < YOUNG_BYTES) return
    setFlagsFromString('--semi-space-growth-factor=1')
    observer.disconnect()
  })
  observer.observe({ entryTypes: ['gc'] })
}
