/**
 * Where the fields of a record batch (magic 2) are, in bytes from its start. All are big-endian.
 *
 *   0 baseOffset int64           23 lastOffsetDelta int32       57 recordCount int32
 *   8 batchLength int32          27 baseTimestamp int64         61 records:
 *  12 partitionLeaderEpoch int32 35 maxTimestamp int64             length varint, attributes int8,
 *  16 magic int8                 43 producerId int64               timestampDelta varlong, offsetDelta varint,
 *  17 crc uint32                 51 producerEpoch int16            keyLength varint, key, valueLength varint, value,
 *  21 attributes int16           53 baseSequence int32             headerCount varint, { keyLength, key, valueLength, value }
 *
 * batchLength counts what follows it; the CRC-32C covers what follows it. Compression covers the records alone.
 */
export const batchLayout = {
  baseOffset: 0,
  batchLength: 8,
  partitionLeaderEpoch: 12,
  magic: 16,
  crc: 17,
  attributes: 21,
  lastOffsetDelta: 23,
  baseTimestamp: 27,
  maxTimestamp: 35,
  producerId: 43,
  producerEpoch: 51,
  baseSequence: 53,
  recordCount: 57,
  records: 61,
} as const

/** batchLength counts from here. */
export const batchOverhead = batchLayout.partitionLeaderEpoch

export const batchAttributes = {
  compression: 0x07,
  logAppendTime: 0x08,
  transactional: 0x10,
  control: 0x20,
} as const

/** A record's header. The same shape is written and read; what is read is always bytes. */
export interface WireHeader {
  readonly key: string
  readonly value: Uint8Array | string | null
}

/** Writes a record's value itself. */
export interface ValueWriter {
  /** @returns the position after it; -1 when it has too little room, or will not write */
  write(target: Buffer, position: number): number
}
