import type { BatchHeader } from './batch-header.ts'
import type { ProducerSnapshot } from './producer-states.ts'
import { newSegment, type Segment } from './segment.ts'
import { memoryStore } from './segment-store.ts'

/** A log as it is found. */
export interface OpenLog {
  /** At least one; the last is appended to. */
  readonly segments: Segment[]
  readonly startOffset: number
  readonly producers: ProducerSnapshot
  /** Batches that came after `producers` was written. */
  readonly replay: readonly { readonly header: BatchHeader; readonly aborts: boolean }[]
}

/** Where the segments of one partition are, and what must outlive the process beside them. */
export interface LogStorage {
  open(): OpenLog
  /** Seals the last segment. @returns a new one after it */
  roll(active: Segment, startOffset: number, producers: ProducerSnapshot): Segment
  drop(segment: Segment): void
  saveState(startOffset: number): void
  /** A segment that compaction fills; it takes its place in `replace`. */
  compacted(baseOffset: number): Segment
  /** All or nothing, also when the process is killed meanwhile. @returns the segments to go on with */
  replace(old: readonly Segment[], compacted: readonly Segment[]): Segment[]
  close(segments: readonly Segment[], startOffset: number, producers: ProducerSnapshot): void
  /** The segments have been deleted. */
  delete(): void
}

export const memoryLogStorage = (now: () => number): LogStorage => {
  const empty = (baseOffset: number, expected?: number): Segment => newSegment(baseOffset, memoryStore(expected), now())
  return {
    open: () => ({ segments: [empty(0)], startOffset: 0, producers: { producers: [], aborted: [] }, replay: [] }),
    roll: ({ nextOffset, store }) => empty(nextOffset, store.size),
    drop: ({ store }) => store.delete(),
    saveState: () => {},
    compacted: (baseOffset) => empty(baseOffset),
    replace: (old, compacted) => {
      for (const { store } of old) store.delete()
      return [...compacted]
    },
    close: () => {},
    delete: () => {},
  }
}
