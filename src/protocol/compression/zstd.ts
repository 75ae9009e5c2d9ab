import * as zlib from 'node:zlib'
import type { Codec, CodecOptions } from '../codec.ts'
import { ProtocolError } from '../protocol-error.ts'

/** What a zstd codec is made of. Both throw any error for data that is damaged or becomes more than `maxBytes`. */
export interface Zstd {
  compress(bytes: Uint8Array, level: number): Uint8Array
  decompress(bytes: Uint8Array, maxBytes: number): Uint8Array
}

/** From Node 22.15 on zstd is in node:zlib; before, it is WebAssembly. */
export const loadZstdCodec = async ({ level = 3 }: CodecOptions): Promise<Codec> =>
  zstdCodec(
    'zstdCompressSync' in zlib ? nodeZstd(zlib as unknown as NodeZlib) : (await import('./zstd-wasm.ts')).wasmZstd,
    level,
  )

export const zstdCodec = (zstd: Zstd, level: number): Codec => ({
  name: 'zstd',
  id: 4,
  compress: (bytes) => asBuffer(zstd.compress(bytes, level)),
  decompress: (bytes, maxBytes) => {
    const size = contentSize(bytes)
    if (size !== undefined && size > maxBytes) {
      throw new ProtocolError(`zstd data would become ${size} bytes, more than ${maxBytes}`)
    }
    try {
      return asBuffer(zstd.decompress(bytes, maxBytes))
    } catch (error) {
      throw new ProtocolError(`Damaged zstd data, or more than ${maxBytes} bytes: ${(error as Error).message}`, {
        cause: error,
      })
    }
  },
})

/** What @types/node of Node 20 does not have. */
interface NodeZlib {
  zstdCompressSync(bytes: Uint8Array, options: { params: Record<number, number> }): Buffer
  zstdDecompressSync(bytes: Uint8Array, options: { maxOutputLength: number }): Buffer
  constants: { ZSTD_c_compressionLevel: number }
}

const nodeZstd = (node: NodeZlib): Zstd => ({
  compress: (bytes, level) =>
    node.zstdCompressSync(bytes, { params: { [node.constants.ZSTD_c_compressionLevel]: level } }),
  decompress: (bytes, maxBytes) => node.zstdDecompressSync(bytes, { maxOutputLength: maxBytes }),
})

const asBuffer = (bytes: Uint8Array): Buffer => Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length)

/** The size that a zstd frame says its content has. Frame: magic, descriptor, [window], [dictionary id], [content size]. */
const contentSize = (bytes: Uint8Array): number | undefined => {
  const frame = asBuffer(bytes)
  if (frame.length < 6 || frame.readUInt32LE(0) !== 0xfd2fb528) throw new ProtocolError('Damaged zstd data: no frame')
  const descriptor = frame[4]!
  const singleSegment = (descriptor & 0x20) !== 0
  const width = descriptor >>> 6 === 0 ? (singleSegment ? 1 : 0) : 1 << (descriptor >>> 6)
  if (width === 0) return undefined
  const at = 5 + (singleSegment ? 0 : 1) + [0, 1, 2, 4][descriptor & 3]!
  if (at + width > frame.length) throw new ProtocolError('Damaged zstd data: the header is cut off')
  if (width === 8) return Number(frame.readBigUInt64LE(at))
  return frame.readUIntLE(at, width) + (width === 2 ? 256 : 0)
}
