import { ProtocolError } from './protocol-error.ts'

/** In the order of their ids in a batch's attributes. */
export const compressionNames = ['none', 'gzip', 'snappy', 'lz4', 'zstd'] as const
export type CompressionName = (typeof compressionNames)[number]

/** One compression type, ready to use. Both directions are synchronous. */
export interface Codec {
  readonly name: CompressionName
  /** The id in a batch's attributes, 0 to 4. */
  readonly id: number
  compress(bytes: Uint8Array): Buffer
  /** @throws ProtocolError when `bytes` are damaged, or become more than `maxBytes` */
  decompress(bytes: Uint8Array, maxBytes: number): Buffer
}

/** Levels mean what Kafka's `compression.<type>.level` mean; types without one ignore it. */
export interface CodecOptions {
  /** gzip: -1 (zlib's default) or 1 to 9. lz4: 1 to 17, default 9. zstd: -131072 to 22, default 3. */
  readonly level?: number | undefined
}

export const compressionName = (id: number): CompressionName => {
  const name = compressionNames[id]
  if (name === undefined) throw new ProtocolError(`Unknown compression type ${id} in a record batch`)
  return name
}

export const asIs: Codec = {
  name: 'none',
  id: 0,
  compress: (bytes) => Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length),
  decompress: (bytes) => Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length),
}

/** Codecs by their id: what a reader of batches is given, see `loadCodecs`. */
export type Codecs = ReadonlyArray<Codec | undefined>

/** @throws ProtocolError when the id is unknown or its codec was not loaded */
export const codecOf = (codecs: Codecs, id: number): Codec => {
  const codec = codecs[id] ?? (id === 0 ? asIs : undefined)
  if (codec === undefined) throw new ProtocolError(`Compression ${compressionName(id)} is not loaded`)
  return codec
}
