/** The program's side of a source task in a thread: the thread polls, transforms and converts; here records are sent. */
import type { RecordMetadata, SourceTask } from '../../plugin/connector.ts'
import type { OffsetFields, SourceRecord } from '../../plugin/record.ts'
import type { Chain, WireValue } from '../deliver-parts.ts'
import type { SourceLetter } from '../source-letter.ts'
import type { TaskConverters } from '../task-converters.ts'
import type { ErrorCounts, Stage, Tolerance } from '../tolerance.ts'
import { type ErrorMessage, errorOf } from './error-message.ts'
import { type FailedRecord, type IsolatedRecord, type PackedSource, unpackSource } from './packed-source.ts'
import { addRetries, openThread, type RetryCounts, type ThreadParts } from './thread-task.ts'

export interface IsolatedSource {
  /** Starts the task in its thread. */
  open(): Promise<SourceTask>
  /** Stand-ins for what the thread has done already: they give out what became of a record, or throw it. */
  readonly chain: Chain
  readonly converters: TaskConverters
  readonly letterOf: (record: SourceRecord, stage: Stage) => SourceLetter
  /** Retries nothing: the thread did. */
  tolerance(own: Tolerance<SourceRecord>): Tolerance<SourceRecord>
  close(): Promise<void>
}

export interface IsolatedSourceParts extends Omit<ThreadParts, 'handlers'> {
  readonly readOffset: (partition: OffsetFields) => Promise<OffsetFields | undefined>
  readonly classNames: TaskConverters['classNames']
  readonly counts: () => ErrorCounts
}

export interface PollAnswer {
  readonly packed: PackedSource | null
  readonly retries: RetryCounts
}

/** A commitRecord on its way to the thread; records are told apart by their number. */
export type Acknowledged = readonly (readonly [number, RecordMetadata | null])[]

class Failed {
  readonly error: ErrorMessage
  constructor(error: ErrorMessage) {
    this.error = error
  }
}

export const isolatedSource = (parts: IsolatedSourceParts): IsolatedSource => {
  const thread = openThread({ ...parts, handlers: { readOffset: parts.readOffset } })
  let failedClass = ''
  let number = 0
  /** Asked for while the records before are sent: the thread works on them meanwhile. */
  let next: Promise<PollAnswer> | undefined
  let acknowledged: [number, RecordMetadata | null][] = []

  const poll = async (): Promise<readonly SourceRecord[] | null> => {
    const asked = next ?? thread.call<PollAnswer>('poll')
    next = undefined
    const { packed, retries } = await asked
    addRetries(parts.counts(), retries)
    if (packed === null || packed.count === 0) return null
    next = parts.signal.aborted ? undefined : thread.call<PollAnswer>('poll')
    next?.catch(() => undefined)
    const records = unpackSource(packed, number)
    number += records.length
    return records.map(withFailure)
  }

  const acknowledge = (record: SourceRecord, metadata: RecordMetadata | null): void => {
    if (acknowledged.length === 0) {
      setImmediate(() => {
        thread.tell('acknowledged', acknowledged satisfies Acknowledged)
        acknowledged = []
      })
    }
    acknowledged.push([(record as IsolatedRecord).number, metadata])
  }

  const bytesOf = (value: unknown): WireValue => {
    if (value instanceof Failed) throw errorOf(value.error)
    return value as WireValue
  }

  return {
    async open() {
      const { commit, commitRecord } = await thread.call<{ commit: boolean; commitRecord: boolean }>('open')
      return {
        poll,
        async stop() {
          await next?.catch(() => undefined)
          await thread.call('stop')
        },
        ...(commit && { commit: () => thread.call('commit') }),
        ...(commitRecord && { commitRecord: acknowledge }),
      }
    },
    chain: {
      apply(record) {
        const { outcome } = record as unknown as IsolatedRecord
        if (outcome === null) return null
        if (outcome?.stage === 'TRANSFORMATION') {
          failedClass = outcome.className
          throw errorOf(outcome.error)
        }
        return record
      },
      failedClass: () => failedClass,
    },
    converters: {
      key: { fromConnect: (_topic: string, _schema: unknown, value: unknown) => bytesOf(value) } as never,
      value: { fromConnect: (_topic: string, _schema: unknown, value: unknown) => bytesOf(value) } as never,
      header: {
        fromConnectHeader: (_topic: string, _key: string, _schema: unknown, value: unknown) => bytesOf(value),
      } as never,
      classNames: parts.classNames,
    },
    letterOf(record) {
      const { outcome, topic, key, value, headers } = record as IsolatedRecord
      if (outcome) return outcome.letter
      const wireHeaders = headers.map((header) => ({ key: header.key, value: header.value as WireValue }))
      return { form: 'written', topic, key: key as WireValue, value: value as WireValue, headers: wireHeaders }
    },
    tolerance: (own) => ({ ...own, shouldRetry: () => false }),
    close: thread.close,
  }
}

/** Puts the failure where the stand-in of its stage finds it. */
const withFailure = (record: IsolatedRecord): SourceRecord => {
  const { outcome } = record
  if (!outcome || outcome.stage === 'TRANSFORMATION') return record
  const failed = new Failed((outcome satisfies FailedRecord).error)
  if (outcome.stage === 'KEY_CONVERTER') return { ...record, key: failed } as SourceRecord
  if (outcome.stage === 'VALUE_CONVERTER') return { ...record, value: failed } as SourceRecord
  return { ...record, headers: [{ key: '', schema: null, value: failed }] } as SourceRecord
}
