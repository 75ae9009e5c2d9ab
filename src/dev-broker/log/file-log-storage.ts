import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync } from 'node:fs'
import { dirname, join } from 'node:path'
import type { BatchHeader } from './batch-header.ts'
import type { LogStorage, OpenLog } from './log-storage.ts'
import type { ProducerSnapshot } from './producer-states.ts'
import { replaceFile, syncFolder } from './replace-file.ts'
import { scanSegment } from './scan-segment.ts'
import { newSegment, type Segment } from './segment.ts'
import { readIndexFile, writeIndexFile } from './segment-index-file.ts'
import { fileStore, syncFile } from './segment-store.ts'

interface LogState {
  readonly startOffset: number
  /** What is known of producers up to this offset. */
  readonly upTo: number
  readonly producers: ProducerSnapshot
}

const emptyState: LogState = { startOffset: 0, upTo: 0, producers: { producers: [], aborted: [] } }
const stateFile = 'partition.json'
/** While it is there, compacted segments wait to take the place of others. */
const swapFile = 'compaction.json'
const beingCompacted = '.compacted'

export interface FileLogOptions {
  readonly fsync: boolean
  readonly now: () => number
  readonly log: (message: string) => void
}

/**
 * A partition's folder: `<base offset>.log` with batches one after the other (as Kafka has them), `<base offset>.index` for
 * each that is complete, and partition.json.
 */
export const fileLogStorage = (folder: string, { fsync, now, log }: FileLogOptions): LogStorage => {
  let state: LogState = emptyState
  const nameOf = (baseOffset: number): string => String(baseOffset).padStart(20, '0')
  const logPath = (baseOffset: number): string => join(folder, `${nameOf(baseOffset)}.log`)
  const indexPath = (baseOffset: number): string => join(folder, `${nameOf(baseOffset)}.index`)

  const writeState = (next: LogState): void => {
    state = next
    replaceFile(join(folder, stateFile), JSON.stringify(state), fsync)
  }
  const create = (baseOffset: number): Segment => {
    const segment = newSegment(baseOffset, fileStore(logPath(baseOffset), 0), now())
    if (fsync) syncFolder(folder)
    return segment
  }
  const seal = (segment: Segment): void => writeIndexFile(indexPath(segment.baseOffset), segment, fsync)

  const openSegment = (baseOffset: number) => {
    const { size, birthtimeMs } = statSync(logPath(baseOffset))
    const store = fileStore(logPath(baseOffset), size)
    const known = readIndexFile(indexPath(baseOffset), size)
    if (known === undefined || size === 0) return scanSegment(baseOffset, store, birthtimeMs)
    return { segment: { baseOffset, store, createdAt: birthtimeMs, ...known }, batches: undefined, tornBytes: 0 }
  }

  const finishSwap = (): void => {
    const path = join(folder, swapFile)
    if (!existsSync(path)) {
      for (const name of readdirSync(folder)) if (name.endsWith(beingCompacted)) rmSync(join(folder, name))
      return
    }
    const { old, compacted } = JSON.parse(readFileSync(path, 'utf8')) as { old: number[]; compacted: number[] }
    for (const baseOffset of old) {
      rmSync(indexPath(baseOffset), { force: true })
      if (!compacted.includes(baseOffset)) rmSync(logPath(baseOffset), { force: true })
    }
    for (const baseOffset of compacted) {
      const waiting = `${logPath(baseOffset)}${beingCompacted}`
      if (existsSync(waiting)) renameSync(waiting, logPath(baseOffset))
    }
    if (fsync) syncFolder(folder)
    rmSync(path)
  }

  const open = (): OpenLog => {
    const isNew = mkdirSync(folder, { recursive: true }) !== undefined
    if (isNew && fsync) syncFolder(dirname(folder))
    finishSwap()
    state = readState(join(folder, stateFile))
    const bases = readdirSync(folder)
      .filter((name) => /^\d{20}\.log$/.test(name))
      .map((name) => Number.parseInt(name, 10))
      .sort((a, b) => a - b)
    if (bases.length === 0) return { ...state, segments: [create(state.startOffset)], replay: [] }
    const opened = bases.map(openSegment)
    for (const [i, { segment, tornBytes }] of opened.entries()) {
      if (tornBytes === 0) continue
      // kill -9 can only tear the last segment
      const where = i === opened.length - 1 ? 'at the end' : `at the end of ${nameOf(segment.baseOffset)}.log`
      log(`${folder}: ${tornBytes} bytes ${where} are cut off: a batch was not written to its end, or is damaged`)
      segment.store.truncate(segment.store.size - tornBytes)
    }
    const replay: { header: BatchHeader; aborts: boolean }[] = []
    for (const { segment, batches } of opened) {
      if (segment.nextOffset <= state.upTo) continue
      const found = batches ?? scanSegment(segment.baseOffset, segment.store, segment.createdAt).batches
      for (const batch of found) if (batch.header.baseOffset >= state.upTo) replay.push(batch)
    }
    return { ...state, segments: opened.map(({ segment }) => segment), replay }
  }

  return {
    open,
    roll: (active, startOffset, producers) => {
      if (fsync) syncFile(logPath(active.baseOffset))
      seal(active)
      writeState({ startOffset, upTo: active.nextOffset, producers })
      return create(active.nextOffset)
    },
    drop: ({ store, baseOffset }) => {
      store.delete()
      rmSync(indexPath(baseOffset), { force: true })
    },
    saveState: (startOffset) => writeState({ ...state, startOffset }),
    compacted: (baseOffset) => newSegment(baseOffset, fileStore(`${logPath(baseOffset)}${beingCompacted}`, 0), now()),
    replace: (old, compacted) => {
      const bases = (segments: readonly Segment[]): number[] => segments.map(({ baseOffset }) => baseOffset)
      const sizes = compacted.map(({ store }) => store.size)
      for (const { store } of [...old, ...compacted]) store.close()
      replaceFile(join(folder, swapFile), JSON.stringify({ old: bases(old), compacted: bases(compacted) }), fsync)
      finishSwap()
      const placed = compacted.map((segment, i) => ({
        ...segment,
        store: fileStore(logPath(segment.baseOffset), sizes[i]!),
      }))
      for (const segment of placed) seal(segment)
      return placed
    },
    close: (segments, startOffset, producers) => {
      const active = segments.at(-1)!
      seal(active)
      writeState({ startOffset, upTo: active.nextOffset, producers })
      for (const { store } of segments) store.close()
    },
    delete: () => rmSync(folder, { recursive: true, force: true }),
  }
}

const readState = (path: string): LogState => {
  try {
    return { ...emptyState, ...(JSON.parse(readFileSync(path, 'utf8')) as LogState) }
  } catch {
    return emptyState // never written, or damaged: producers are found again by reading the segments
  }
}
