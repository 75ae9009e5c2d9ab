import { partitionKey, type SinkOffsets, type SinkTask, type TopicPartition } from '../../../plugin/connector.ts'
import type { SinkRecord } from '../../../plugin/record.ts'

export interface WriteBehindParts {
  /** Writes records, with all that is to be done when they cannot be written. */
  readonly put: (records: readonly SinkRecord[]) => Promise<void>
  /** Writes all of the records or none, once. */
  readonly write: (records: readonly SinkRecord[]) => Promise<void>
  /** Asks for a call soon: what was written behind a `put` has failed. */
  readonly hurry: () => void
}

/** Fewer records are written before `put` returns. */
const LEAST_RECORDS = 100
/** Records come in a stream when so few milliseconds are between two puts. */
const SOON_MS = 100

/**
 * While records come in a stream, the database writes those of one `put` as the next ones are fetched and converted. At most
 * one list is under way; the next `put`, a commit and the end wait for it. What could not be written is owed: the next `put`
 * writes it first, as if it were its own, and offsets are not committed past it.
 */
export const writeBehind = ({
  put,
  write,
  hurry,
}: WriteBehindParts): Required<Pick<SinkTask, 'put' | 'preCommit' | 'close' | 'stop'>> => {
  let under: { readonly records: readonly SinkRecord[]; readonly isWritten: Promise<boolean> } | undefined
  let owed: readonly SinkRecord[] = []
  let lastReturn = Number.NEGATIVE_INFINITY
  let isOver = false

  const settle = async (): Promise<void> => {
    if (under === undefined) return
    const { records, isWritten } = under
    if (!(await isWritten)) owed = records
    under = undefined
  }

  const begin = (records: readonly SinkRecord[]): void => {
    const isWritten = write(records).then(
      () => true,
      () => {
        if (!isOver) hurry()
        return false
      },
    )
    under = { records, isWritten }
  }

  return {
    put: async (records) => {
      const isStream = records.length >= LEAST_RECORDS && performance.now() - lastReturn < SOON_MS
      await settle()
      if (owed.length > 0) {
        await put(owed)
        owed = []
      }
      if (isStream) begin(records)
      else if (records.length > 0) await put(records)
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
