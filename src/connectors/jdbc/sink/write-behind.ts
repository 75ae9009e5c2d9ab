import { partitionKey, type SinkOffsets, type SinkTask, type TopicPartition } from '../../../plugin/connector.ts'
import type { SinkRecord } from '../../../plugin/record.ts'

export interface WriteBehindParts {
  /** Writes records, with all that is to be done when they cannot be written. */
  readonly put: (records: readonly SinkRecord[]) => Promise<void>
  /** Writes all of the records or none, once. */
  readonly write: (records: readonly SinkRecord[]) => Promise<void>
  /** Asks for a call soon: what was written behind a `put` has failed. */
  readonly hurry: () => void
  /** The most records that are gathered while others are written. */
  readonly most: number
}

/** Fewer records are written before `put` returns. */
const LEAST_RECORDS = 100
/** Records come in a stream when so few milliseconds are between two puts. */
const SOON_MS = 100

/**
 * While records come in a stream, the database writes those of one `put` as the next ones are fetched and converted. At most
 * one list is under way; what comes meanwhile is gathered and goes next, so that a slow database gets larger lists. When
 * enough is gathered, `put` waits; a commit and the end wait for all. What could not be written is owed: the next `put`
 * writes it first, as if it were its own, and offsets are not committed past it.
 */
export const writeBehind = ({
  put,
  write,
  hurry,
  most,
}: WriteBehindParts): Required<Pick<SinkTask, 'put' | 'preCommit' | 'close' | 'stop'>> => {
  /** Resolves when the list under way is written or owed; never rejects. */
  let under: Promise<void> | undefined
  let gathered: SinkRecord[] = []
  let owed: readonly SinkRecord[] = []
  let lastReturn = Number.NEGATIVE_INFINITY
  let isOver = false

  const settle = async (): Promise<void> => {
    while (under !== undefined) await under
  }

  const begin = (records: readonly SinkRecord[]): void => {
    under = write(records).then(
      () => {
        under = undefined
        const next = gathered
        gathered = []
        if (next.length > 0 && !isOver) begin(next)
      },
      () => {
        under = undefined
        owed = [...records, ...gathered]
        gathered = []
        if (!isOver) hurry()
      },
    )
  }

  const writeOwed = async (): Promise<void> => {
    if (owed.length === 0) return
    await put(owed)
    owed = []
  }

  const writeSoon = async (records: readonly SinkRecord[]): Promise<void> => {
    while (under !== undefined && gathered.length + records.length > most) await under
    await writeOwed()
    if (under !== undefined) {
      gathered.push(...records)
      return
    }
    begin(records)
    // What is to be written goes to the database before the next records keep this thread busy
    await new Promise((resolve) => setImmediate(resolve))
  }

  return {
    put: async (records) => {
      if (records.length >= LEAST_RECORDS && performance.now() - lastReturn < SOON_MS) await writeSoon(records)
      else {
        await settle()
        await writeOwed()
        if (records.length > 0) await put(records)
      }
      lastReturn = records.length >= LEAST_RECORDS ? performance.now() : Number.NEGATIVE_INFINITY
    },
    preCommit: async (offsets) => {
      await settle()
      return notPast(owed, offsets)
    },
    close: async (partitions) => {
      await settle()
      owed = without(partitions, owed)
    },
    stop: () => {
      isOver = true
    },
  }
}

const keyOf = ({ originalTopic, originalPartition }: SinkRecord): string =>
  partitionKey(originalTopic, originalPartition)

const notPast = (owed: readonly SinkRecord[], offsets: SinkOffsets): SinkOffsets => {
  if (owed.length === 0) return offsets
  const capped = new Map(offsets)
  for (const record of owed) {
    const position = capped.get(keyOf(record))
    if (position !== undefined && position.offset > record.originalOffset) {
      capped.set(keyOf(record), { ...position, offset: record.originalOffset })
    }
  }
  return capped
}

const without = (partitions: readonly TopicPartition[], records: readonly SinkRecord[]): readonly SinkRecord[] => {
  const gone = new Set(partitions.map(({ topic, partition }) => partitionKey(topic, partition)))
  return records.filter((record) => !gone.has(keyOf(record)))
}
