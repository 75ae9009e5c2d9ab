import { crc32c } from '../../protocol/crc32c.ts'
import { Reader } from '../../protocol/reader.ts'
import { RecordBatchBuilder } from '../../protocol/record-batch-builder.ts'
import { batchAttributes, batchLayout } from '../../protocol/record-batch-layout.ts'
import { type BatchHeader, headerSize, readBatchHeader } from './batch-header.ts'

/** Key: version 0, type 0 (abort) or 1 (commit), both int16. Value: version 0 (int16), coordinator epoch (int32). */
const markerKey = (committed: boolean): Buffer => Buffer.from([0, 0, 0, committed ? 1 : 0])
const markerValue = Buffer.alloc(6)

/** The batch that ends a transaction in a partition. */
export const markerBatch = (
  producerId: number,
  producerEpoch: number,
  committed: boolean,
  now: number,
): { bytes: Buffer; header: BatchHeader } => {
  const builder = new RecordBatchBuilder(256)
  builder.append(now, markerKey(committed), markerValue, [])
  const bytes = builder.finish({ producerId, producerEpoch, baseSequence: -1, transactional: true })
  bytes.writeInt16BE(bytes.readInt16BE(batchLayout.attributes) | batchAttributes.control, batchLayout.attributes)
  bytes.writeUInt32BE(crc32c(bytes, batchLayout.attributes), batchLayout.crc)
  return { bytes, header: readBatchHeader(bytes) }
}

/** Whether a control batch, as `markerBatch` makes it, aborts. */
export const isAbortMarker = (bytes: Buffer): boolean => {
  const reader = new Reader(bytes, headerSize)
  reader.varint() // length
  reader.int8()
  reader.varlong()
  reader.varint()
  reader.varint() // length of the key
  reader.int16()
  return reader.int16() === 0
}
