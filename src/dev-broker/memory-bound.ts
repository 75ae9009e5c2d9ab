import type { PartitionLog } from './log/partition-log.ts'

/** Keeps the records in memory below a limit: the log with most bytes loses its oldest segment. */
export const memoryBound = (
  limit: number,
  logs: () => readonly PartitionLog[],
  log: (message: string) => void,
): { add(bytes: number): void } => {
  let used = 0
  let isTrimming = false
  let hasTold = false
  return {
    add: (bytes) => {
      used += bytes
      if (used <= limit || isTrimming) return
      isTrimming = true
      try {
        while (used > limit) {
          const before = used
          largest(logs())?.dropOldestSegment()
          if (used >= before) return
        }
      } finally {
        isTrimming = false
      }
      if (!hasTold) log(`The memory for records (${limit} bytes) is full: from now on the oldest are dropped`)
      hasTold = true
    },
  }
}

const largest = (logs: readonly PartitionLog[]): PartitionLog | undefined => {
  let found: PartitionLog | undefined
  let most = 0
  for (const log of logs) {
    const { sizeInBytes } = log
    if (sizeInBytes > most) {
      found = log
      most = sizeInBytes
    }
  }
  return found
}
