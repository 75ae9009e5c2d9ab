import type { RecordProducer } from '../kafka/produce-types.ts'
import type { Converter, HeaderConverter } from '../plugin/converter.ts'
import type { ConnectRecord, SourceRecord } from '../plugin/record.ts'
import type { TextBlock } from '../plugin/text-block.ts'
import type { TextFrame } from '../protocol/texts.ts'
import type { CommittableOffsets, OffsetRun } from './committable-offsets.ts'
import type { Failure, Tolerance } from './tolerance.ts'

/** Bytes, or text that is encoded straight into the record batch. */
export type WireValue = Uint8Array | string | null

export interface WireHeader {
  readonly key: string
  readonly value: WireValue
}

/** What delivering needs of a producer; owners are {@link OffsetRun}s, tokens the records as they were polled. */
export type AppendingProducer = Pick<RecordProducer, 'knows' | 'append' | 'appendTexts' | 'dispatch'>

/** A configured chain that also tells which transform was at work. */
export interface Chain {
  apply<R extends ConnectRecord>(record: R): R | null
  /** JVM class of the transform that the last `apply` was in when it threw. */
  failedClass(): string
  /** Whether texts in values are only handed on. */
  readonly passesTexts?: boolean
}

/** Where the texts of a block go, and what their values have around them. */
export interface FramedTexts {
  /** What became of a record of the block, but for its value. */
  readonly like: SourceRecord
  readonly frame: TextFrame
}

/** Undefined: the records have to be made one by one. */
export type TextFrames = (block: TextBlock) => FramedTexts | undefined

export interface DeliverParts {
  readonly chain: Chain | null
  readonly key: Converter
  readonly value: Converter
  readonly header: HeaderConverter
  readonly classNames: { readonly key: string; readonly value: string; readonly header: string }
  readonly tolerance: Tolerance<SourceRecord>
  readonly offsets: CommittableOffsets
  readonly producer: AppendingProducer
  /** Creates the topic if its time has come and waits until the producer knows it, or until the task shall stop. */
  readonly prepareTopic: (topic: string) => Promise<void>
  /** Set when the task wants to hear of each record. */
  readonly onDropped?: (record: SourceRecord) => void
  /** Whether the producer shall name the records that it cannot write, also when the task does not want to hear of them. */
  readonly keepsRecords?: boolean
  /** Where records that are skipped go; it takes over the run and `onDropped`. */
  readonly deadLetter?: (failure: Failure<SourceRecord>, run: OffsetRun) => void
  /** Counts what became of one poll, for metrics. */
  readonly onBatch?: (written: number, milliseconds: number) => void
  /** Finds out where the texts of a block go. Absent: records are made of all. */
  readonly frames?: TextFrames | undefined
  /** Aborted when the task shall stop: room is not waited for any more. */
  readonly signal: AbortSignal
}
