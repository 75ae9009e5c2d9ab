import { gunzipSync, gzipSync } from 'node:zlib'
import type { Codec, CodecOptions } from '../codec.ts'
import { ProtocolError } from '../protocol-error.ts'

export const gzipCodec = ({ level = -1 }: CodecOptions): Codec => ({
  name: 'gzip',
  id: 1,
  compress: (bytes) => gzipSync(bytes, { level }),
  decompress: (bytes, maxBytes) => {
    try {
      return gunzipSync(bytes, { maxOutputLength: maxBytes })
    } catch (error) {
      throw new ProtocolError(`Damaged gzip data: ${(error as Error).message}`, { cause: error })
    }
  },
})
