import type { AbortedTransaction } from './aborted-transactions.ts'
import type { Codecs, CompressionName } from './codec.ts'
import type { RecordCursor } from './record-cursor.ts'

export interface ReadOptions {
  /** Loaded codecs (`loadCodecs`); without them only batches that are not compressed can be read. */
  readonly codecs?: Codecs
  /** Records before this offset are passed over. */
  readonly fromOffset?: number
  /** Set it to read committed records only: the fetch response's list (null: there are none). */
  readonly aborted?: readonly AbortedTransaction[] | null
  /** Default true. */
  readonly checkCrc?: boolean
  /** Most bytes that one batch may be decompressed to. Default 256 MiB. */
  readonly maxBatchBytes?: number
}

/** One batch of a fetch response. Its header is read, its records are not yet. */
export interface RecordBatch {
  readonly baseOffset: number
  /** Go on from `lastOffset + 1`, also when the batch has no records for us. */
  readonly lastOffset: number
  /** Records in the batch as its header says; compaction may have left fewer than `lastOffset - baseOffset + 1`. */
  readonly recordCount: number
  readonly compression: CompressionName
  readonly timestampType: 'CREATE' | 'LOG_APPEND'
  readonly baseTimestamp: number
  readonly maxTimestamp: number
  readonly partitionLeaderEpoch: number
  /** -1 for none. */
  readonly producerId: number
  readonly producerEpoch: number
  readonly baseSequence: number
  readonly isTransactional: boolean
  /** A transaction's end, not records: `records()` is empty. */
  readonly isControl: boolean
  /** Belongs to an aborted transaction: `records()` is empty. Only with `aborted` set. */
  readonly isAborted: boolean
  /** Bytes on the wire. */
  readonly sizeInBytes: number
  /** Checks and decompresses the batch. Each call begins anew. @throws ProtocolError when the batch is damaged */
  records(): RecordCursor
}

export const maxBatchBytesOf = ({ maxBatchBytes = 256 * 1024 * 1024 }: ReadOptions): number => maxBatchBytes
