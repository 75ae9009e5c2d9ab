import type { KafkaAdmin } from '../kafka/admin.ts'
import type { FetchedRecord } from '../kafka/fetched-record.ts'
import type { Deliveries, RecordProducer } from '../kafka/produce-types.ts'
import type { TopicRange } from '../kafka/read-topic.ts'
import { type DeadLetter, deadLetterOf } from './dead-letter.ts'
import { EXIT, ExitError } from './exit-codes.ts'

/** Remembers how far the letters of a topic were replayed. */
export const replayGroupOf = (topic: string): string => `connect-dlq-replay-${topic}`

export interface ReplayParts {
  readonly topic: string
  readonly records: AsyncIterable<FetchedRecord[]>
  /** Where every letter goes; undefined: each to where it came from. */
  readonly to: string | undefined
  /** At most so many. */
  readonly limit: number
  readonly admin: Pick<KafkaAdmin, 'alterGroupOffsets'>
  /** Undefined: only tells what would be done. */
  readonly open: ((deliveries: Deliveries) => Promise<RecordProducer>) | undefined
}

export interface Replayed {
  /** Records written, by topic. */
  readonly topics: ReadonlyMap<string, number>
  /** Why it ended before all letters were replayed. */
  readonly stopped: string | undefined
}

const DRAIN_MS = 120_000
const MOST_BUFFERED_BYTES = 1024 * 1024

/**
 * Writes dead letters once more as the records that they were, in the order of the letters, and remembers the progress after
 * each acknowledged batch. The first that cannot be written ends it.
 */
export const replayLetters = async (parts: ReplayParts): Promise<Replayed> => {
  const { topic, to, admin } = parts
  const topics = new Map<string, number>()
  const failures = new Map<DeadLetter, Error>()
  const never = new AbortController().signal
  const producer = await parts.open?.({
    delivered: () => undefined,
    failed: (_owner, _count, error, letters) => {
      for (const letter of letters ?? []) failures.set(letter as DeadLetter, error)
    },
  })
  let left = parts.limit
  let stopped: string | undefined
  try {
    for await (const records of parts.records) {
      const written: DeadLetter[] = []
      for (const letter of records.slice(0, left).map(deadLetterOf)) {
        const target = targetOf(letter, to)
        if ('problem' in target) {
          stopped = `${placeOf(letter)} ${target.problem}`
          break
        }
        try {
          if (producer !== undefined) await append(producer, target, letter, never)
        } catch (error) {
          stopped = `${placeOf(letter)} cannot be written to ${target.topic}: ${messageOf(error)}`
          break
        }
        written.push(letter)
        topics.set(target.topic, (topics.get(target.topic) ?? 0) + 1)
      }
      const inTime = (await producer?.drain(DRAIN_MS)) ?? true
      const failed = written.findIndex((letter) => failures.has(letter))
      const good = failed < 0 ? written : written.slice(0, failed)
      if (!inTime) throw new ExitError(EXIT.worker, `The records were not acknowledged within ${DRAIN_MS} ms`)
      if (producer !== undefined && good.length > 0) {
        await admin.alterGroupOffsets(replayGroupOf(topic), progressOf(topic, good))
      }
      if (failed >= 0) {
        const letter = written[failed]!
        stopped = `${placeOf(letter)} cannot be written: ${messageOf(failures.get(letter))}`
        for (const lost of written.slice(failed)) {
          const target = targetOf(lost, to)
          if ('topic' in target && failures.has(lost)) topics.set(target.topic, (topics.get(target.topic) ?? 1) - 1)
        }
      }
      left -= written.length
      if (stopped !== undefined || left <= 0) break
    }
  } finally {
    await producer?.close()
  }
  return { topics, stopped }
}

interface Target {
  readonly topic: string
  readonly partition: number | null
}

const targetOf = ({ context }: DeadLetter, to: string | undefined): Target | { readonly problem: string } => {
  if (to !== undefined) return { topic: to, partition: null }
  const topic = context.get('topic') ?? null
  if (topic === null) {
    return {
      problem:
        'does not say where it came from (errors.deadletterqueue.context.headers.enable was off): name a topic with --to',
    }
  }
  const form = context.get('record.form') ?? 'written'
  if (form !== 'written') {
    return { problem: `is ${FORMS[form] ?? form}, not what would be on topic ${topic}: name a topic with --to` }
  }
  const partition = context.get('partition') ?? null
  return { topic, partition: partition === null || !/^\d+$/.test(partition) ? null : Number(partition) }
}

/** Of letters of sources that do not hold what was to be written. */
const FORMS: Readonly<Record<string, string>> = {
  json: 'the JSON of a record that could not be converted',
  converted: 'a record before its transforms',
  'left out': 'without the content of its record, which was too large',
}

const append = async (
  producer: RecordProducer,
  { topic, partition }: Target,
  letter: DeadLetter,
  signal: AbortSignal,
): Promise<void> => {
  const { record, headers } = letter
  if (!producer.knows(topic)) await producer.learn(topic, signal)
  const time = record.timestamp < 0 ? Date.now() : record.timestamp
  producer.append(topic, partition, time, record.key, record.value, headers, null, letter)
  if (producer.bufferedBytes > MOST_BUFFERED_BYTES) await producer.dispatch()
}

/** The next offset of each partition of the dead letter topic. */
const progressOf = (topic: string, letters: readonly DeadLetter[]) =>
  [...new Map(letters.map(({ record }) => [record.partition, record.offset + 1]))].map(([partition, offset]) => ({
    ...{ topic, partition, offset },
  }))

/** What was not replayed yet. */
export const withProgress = (
  ranges: readonly TopicRange[],
  progress: readonly { readonly topic: string; readonly partition: number; readonly offset: number }[],
  topic: string,
): readonly TopicRange[] =>
  ranges.map((range) => {
    const done = progress.find((each) => each.topic === topic && each.partition === range.partition)
    return { ...range, from: Math.max(range.from, done?.offset ?? 0) }
  })

const placeOf = ({ record }: DeadLetter): string => `The letter ${record.topic}-${record.partition}@${record.offset}`

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error))
