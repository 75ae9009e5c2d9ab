import { asIs, type Codec, type CodecOptions, type Codecs, type CompressionName, compressionNames } from './codec.ts'

export type { Codec, CodecOptions, Codecs, CompressionName } from './codec.ts'
export { compressionNames } from './codec.ts'

/** Loads a codec; the code of each is imported when it is first asked for. */
export const loadCodec = async (name: CompressionName, options: CodecOptions = {}): Promise<Codec> => {
  switch (name) {
    case 'none':
      return asIs
    case 'gzip':
      return (await import('./compression/gzip.ts')).gzipCodec(options)
    case 'snappy':
      return (await import('./compression/snappy.ts')).snappyCodec()
    case 'lz4':
      return (await import('./compression/lz4.ts')).lz4Codec(options)
    case 'zstd':
      return (await import('./compression/zstd.ts')).loadZstdCodec(options)
  }
}

/** Codecs for a reader of batches: load them once, with all names unless you know better. */
export const loadCodecs = async (names: Iterable<CompressionName> = compressionNames): Promise<Codecs> => {
  const codecs: (Codec | undefined)[] = [asIs]
  for (const name of names) {
    const codec = await loadCodec(name)
    codecs[codec.id] = codec
  }
  return codecs
}
