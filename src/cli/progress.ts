import type { TaskCounts } from '../runtime/task-counts.ts'
import type { StatusBoard } from '../runtime/task-status.ts'

const EVERY_MS = 5000

type TaskProgress = Pick<TaskCounts, 'written' | 'bytes' | 'lag'>

/**
 * At a terminal: a line every few seconds while records flow or tasks have failed. Elsewhere nothing.
 * @returns what ends it
 */
export const showProgress = (
  counts: ReadonlyMap<string, TaskProgress>,
  failedTasks: () => number,
  write: (line: string) => void,
): (() => void) => {
  let before = totals(counts)
  const timer = setInterval(() => {
    const now = totals(counts)
    const line = progressLine(before, now, EVERY_MS, failedTasks())
    before = now
    if (line !== null) write(line)
  }, EVERY_MS)
  timer.unref()
  return () => clearInterval(timer)
}

export interface Totals {
  readonly written: number
  readonly bytes: number
  readonly lag: number
}

export const totals = (counts: ReadonlyMap<string, TaskProgress>): Totals => {
  let written = 0
  let bytes = 0
  let lag = 0
  for (const task of counts.values()) {
    written += task.written
    bytes += task.bytes
    lag += task.lag()
  }
  return { written, bytes, lag }
}

/** Null when there is nothing to tell. */
export const progressLine = (before: Totals, now: Totals, ms: number, failed: number): string | null => {
  const records = Math.max(0, now.written - before.written)
  const bytes = Math.max(0, now.bytes - before.bytes)
  if (records === 0 && failed === 0 && now.lag === 0) return null
  const rate = (amount: number): string => Math.round((amount * 1000) / ms).toLocaleString('en')
  const megabytes = ((bytes * 1000) / ms / 1e6).toFixed(1)
  const parts = [`${rate(records)} records/s`, `${megabytes} MB/s`, `lag ${now.lag.toLocaleString('en')}`]
  if (failed > 0) parts.push(`${failed} failed task${failed === 1 ? '' : 's'}`)
  return parts.join(', ')
}

export const countFailed = (status: StatusBoard, names: readonly string[]): number => {
  let failed = 0
  for (const name of names) for (const task of status.tasks(name).values()) if (task.state === 'FAILED') failed++
  return failed
}
