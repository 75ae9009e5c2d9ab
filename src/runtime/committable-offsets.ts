import type { OffsetFields, SourceRecord } from '../plugin/record.ts'

/**
 * What a source task may store. Per source partition there is a queue of runs, one per poll; a run is done when each of
 * its records was acknowledged or dropped. Committable is the last offset of the unbroken row of done runs at the front:
 * a record that is still under way holds back its own source partition and no other.
 *
 * A dropped record moves the offset on like an acknowledged one, so that a pipeline that filters everything out does not
 * start again from the beginning (the JVM worker stores offsets of sent records only).
 */
export interface CommittableOffsets {
  /** Enters a polled record and returns its run; the caller tells the run when the record is done with. */
  enter(record: SourceRecord): OffsetRun
  /** The run that records of a source partition are entered in. */
  runOf(partition: OffsetFields | null): OffsetRun
  /** Enters so many records into the run asked for last; `offset` is the last one's. */
  enterMany(count: number, offset: OffsetFields | null): void
  /** Closes the runs of one poll. */
  endOfPoll(): void
  /** Takes back the record entered last, which failed, and closes the runs: offsets stop just before it. */
  withdrawLast(): void
  /** Takes what became committable since the last time, newest offset per partition. */
  take(): CommittableOffset[]
  /** Gives offsets back that could not be stored; newer ones win. */
  putBack(offsets: readonly CommittableOffset[]): void
  /** Records that are neither acknowledged nor dropped yet. */
  readonly outstanding: number
  /** Records acknowledged or dropped since the last {@link take}. */
  readonly doneSinceTake: number
}

export interface CommittableOffset {
  readonly partition: OffsetFields
  readonly offset: OffsetFields | null
}

/** Records of one source partition within one poll. */
export interface OffsetRun {
  done(records: number): void
}

interface PartitionQueue {
  readonly key: string
  readonly partition: OffsetFields | null
  runs: Run[]
}

class Run implements OffsetRun {
  pending = 0
  open = true
  offset: OffsetFields | null = null
  /** The offset before the record entered last; undefined when it was the first of its run. */
  before: OffsetFields | null | undefined = undefined
  entered = 0
  readonly queue: PartitionQueue
  readonly #onDone: (records: number) => void
  constructor(queue: PartitionQueue, onDone: (records: number) => void) {
    this.queue = queue
    this.#onDone = onDone
  }
  done(records: number): void {
    this.pending -= records
    this.#onDone(records)
  }
}

export const createCommittableOffsets = (): CommittableOffsets => {
  const queues = new Map<string, PartitionQueue>()
  const ready = new Map<string, CommittableOffset>()
  let openRuns: Run[] = []
  let lastPartition: OffsetFields | null | undefined
  let lastRun: Run | undefined
  let outstanding = 0
  let doneSinceTake = 0

  const onDone = (records: number): void => {
    outstanding -= records
    doneSinceTake += records
  }

  const openRun = (partition: OffsetFields | null): Run => {
    const key = contentKey(partition)
    let queue = queues.get(key)
    if (queue === undefined) {
      queue = { key, partition, runs: [] }
      queues.set(key, queue)
    }
    const newest = queue.runs.at(-1)
    if (newest?.open) return newest
    const run = new Run(queue, onDone)
    queue.runs.push(run)
    openRuns.push(run)
    return run
  }

  const endOfPoll = (): void => {
    for (const run of openRuns) run.open = false
    openRuns = []
    lastPartition = undefined
    lastRun = undefined
  }

  const collect = (): void => {
    for (const queue of queues.values()) {
      let done = 0
      let last: Run | undefined
      for (const run of queue.runs) {
        if (run.open || run.pending > 0) break
        last = run
        done++
      }
      if (last === undefined) continue
      if (queue.partition !== null) ready.set(queue.key, { partition: queue.partition, offset: last.offset })
      queue.runs.splice(0, done)
      if (queue.runs.length === 0) queues.delete(queue.key)
    }
  }

  const runOf = (partition: OffsetFields | null): Run => {
    if (partition !== lastPartition || lastRun === undefined) {
      lastPartition = partition
      lastRun = openRun(partition)
    }
    return lastRun
  }

  const enterInto = (run: Run, count: number, offset: OffsetFields | null): void => {
    run.before = run.entered === 0 ? undefined : run.offset
    run.entered += count
    run.pending += count
    run.offset = offset
    outstanding += count
  }

  return {
    enter(record) {
      const run = runOf(record.sourcePartition)
      enterInto(run, 1, record.sourceOffset)
      return run
    },
    runOf,
    enterMany(count, offset) {
      if (count > 0) enterInto(lastRun!, count, offset)
    },
    endOfPoll,
    withdrawLast() {
      const run = lastRun
      if (run !== undefined) {
        run.pending--
        outstanding--
        if (run.before === undefined) run.queue.runs.pop()
        else run.offset = run.before
      }
      endOfPoll()
    },
    take() {
      collect()
      const taken = [...ready.values()]
      ready.clear()
      doneSinceTake = 0
      return taken
    },
    putBack(offsets) {
      collect()
      for (const entry of offsets) {
        const key = contentKey(entry.partition)
        if (!ready.has(key)) ready.set(key, entry)
      }
    },
    get outstanding() {
      return outstanding
    },
    get doneSinceTake() {
      return doneSinceTake
    },
  }
}

/** Partitions are the same when their fields are, in whatever order. */
const contentKey = (partition: OffsetFields | null): string => {
  if (partition === null) return 'null'
  const names = Object.keys(partition)
  if (names.length > 1) names.sort()
  return JSON.stringify(names.map((name) => [name, fieldKey(partition[name])]))
}

const fieldKey = (value: unknown): unknown => {
  if (typeof value !== 'bigint') return value
  const number = Number(value)
  return Number.isSafeInteger(number) ? number : `${value}n`
}
