import type { Codec } from '../codec.ts'
import { ProtocolError } from '../protocol-error.ts'
import { compressSnappyBlock } from './snappy-compress.ts'
import { decompressSnappyBlock, snappyBlockLength } from './snappy-decompress.ts'

/**
 * Snappy as the Java client frames it (and the only way that it reads it):
 *
 *   0x82 "SNAPPY" 0x00, version int32, oldest compatible version int32, then chunks: length int32, a snappy block
 *
 * A bare snappy block, as some other clients send it, is read as well.
 */
const magic = Buffer.from([0x82, 0x53, 0x4e, 0x41, 0x50, 0x50, 0x59, 0x00])
const headerLength = 16
/** Of uncompressed bytes in a chunk; what the Java client uses. */
const chunkLength = 32 * 1024

export const snappyCodec = (): Codec => ({ name: 'snappy', id: 2, compress, decompress })

const compress = (bytes: Uint8Array): Buffer => {
  // A block grows by a sixth at most, plus its length.
  const out = Buffer.allocUnsafe(
    headerLength + Math.ceil((bytes.length / 6) * 7) + (bytes.length / chunkLength + 1) * 40,
  )
  magic.copy(out)
  out.writeInt32BE(1, 8)
  out.writeInt32BE(1, 12)
  let at = headerLength
  for (let start = 0; start < bytes.length; start += chunkLength) {
    const end = compressSnappyBlock(bytes.subarray(start, start + chunkLength), out, at + 4)
    out.writeInt32BE(end - at - 4, at)
    at = end
  }
  return out.subarray(0, at)
}

const decompress = (bytes: Uint8Array, maxBytes: number): Buffer => {
  const input = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length)
  const chunks = input.subarray(0, 8).equals(magic) ? chunksOf(input) : [input]
  const total = chunks.reduce((sum, chunk) => sum + snappyBlockLength(chunk), 0)
  if (total > maxBytes) throw new ProtocolError(`Snappy data would become ${total} bytes, more than ${maxBytes}`)
  const out = Buffer.allocUnsafe(total)
  let at = 0
  for (const chunk of chunks) at = decompressSnappyBlock(chunk, out, at)
  return out
}

const chunksOf = (input: Buffer): Buffer[] => {
  const chunks: Buffer[] = []
  let at = headerLength
  while (at < input.length) {
    const length = input.length - at >= 4 ? input.readInt32BE(at) : -1
    if (length < 0 || length > input.length - at - 4) throw new ProtocolError('Damaged snappy data: a chunk is cut off')
    chunks.push(input.subarray(at + 4, at + 4 + length))
    at += 4 + length
  }
  return chunks
}
