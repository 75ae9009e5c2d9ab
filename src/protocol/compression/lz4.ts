import type { Codec, CodecOptions } from '../codec.ts'
import { ProtocolError } from '../protocol-error.ts'
import { createLz4Compressor, decompressLz4Block } from './lz4-block.ts'
import { xxhash32 } from './xxhash32.ts'

/**
 * An LZ4 frame; numbers are little-endian:
 *
 *   magic 0x184d2204, flags, block size, [content size int64], [dictionary int32], header checksum (second byte of XXH32),
 *   blocks: size uint32 (highest bit: not compressed), bytes, [XXH32 uint32]; size 0 ends them, [XXH32 of the content]
 *
 * flags: version 01, independent blocks, block checksums, content size, content checksum, reserved, dictionary. The Java
 * client reads frames of independent blocks only, and writes blocks of 64 KiB without checksums: so do we.
 */
const magic = 0x184d2204
const flag = {
  version: 0x40,
  versionMask: 0xc0,
  blockChecksum: 0x10,
  contentSize: 0x08,
  contentChecksum: 0x04,
  dictionary: 0x01,
}
const independentBlocks = 0x20
const blocksOf64KiB = 4 << 4
const blockLength = 64 * 1024
const notCompressed = 0x80000000

/** As in the Java client the default level is the fast compressor; any other searches, the longer the higher. */
const defaultLevel = 9

export const lz4Codec = ({ level = defaultLevel }: CodecOptions): Codec => {
  const compressBlock = createLz4Compressor(level === defaultLevel ? 1 : 2 ** Math.min(Math.max(level, 1), 12))
  return {
    name: 'lz4',
    id: 3,
    compress: (bytes) => {
      const input = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length)
      const out = Buffer.allocUnsafe(15 + bytes.length + Math.ceil(bytes.length / blockLength) * 4)
      let at = out.writeUInt32LE(magic, 0)
      out[at++] = flag.version | independentBlocks
      out[at++] = blocksOf64KiB
      out[at] = (xxhash32(out, 4, at) >>> 8) & 255
      at++
      for (let start = 0; start < input.length; start += blockLength) {
        const end = Math.min(start + blockLength, input.length)
        const size = compressBlock(input, start, end, out, at + 4)
        if (size > 0) {
          out.writeUInt32LE(size, at)
          at += 4 + size
        } else {
          out.writeUInt32LE((notCompressed | (end - start)) >>> 0, at)
          input.copy(out, at + 4, start, end)
          at += 4 + end - start
        }
      }
      at = out.writeUInt32LE(0, at)
      return out.subarray(0, at)
    },
    decompress: (bytes, maxBytes) => readFrame(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length), maxBytes),
  }
}

const damaged = (what: string) => new ProtocolError(`Damaged lz4 data: ${what}`)

const readFrame = (input: Buffer, maxBytes: number): Buffer => {
  if (input.length < 7 || input.readUInt32LE(0) !== magic) throw damaged('it does not begin like a frame')
  const flags = input[4]!
  if ((flags & flag.versionMask) !== flag.version) throw damaged('the version of the frame is unknown')
  if (flags & flag.dictionary) throw damaged('it needs a dictionary')
  let at = flags & flag.contentSize ? 14 : 6
  if (at >= input.length) throw damaged('the header is cut off')
  // Producers before Kafka 0.10 computed the header's checksum from the magic number on.
  const checksum = input[at]!
  if (checksum !== ((xxhash32(input, 4, at) >>> 8) & 255) && checksum !== ((xxhash32(input, 0, at) >>> 8) & 255)) {
    throw damaged("the header's checksum does not match")
  }
  at++
  const sizeId = (input[5]! >>> 4) & 7
  if (sizeId < 4) throw damaged('the block size is unknown')
  const maxBlock = 1 << (2 * sizeId + 8)
  const blockTail = flags & flag.blockChecksum ? 4 : 0

  let out: Buffer = Buffer.allocUnsafe(Math.min(maxBytes, Math.max(input.length * 4, 1024)))
  let length = 0
  for (;;) {
    if (input.length - at < 4) throw damaged('the end mark is missing')
    const field = input.readUInt32LE(at)
    at += 4
    if (field === 0) break
    const size = field & 0x7fffffff
    if (size > maxBlock || size + blockTail > input.length - at) throw damaged('a block is too long or cut off')
    if (blockTail > 0 && xxhash32(input, at, at + size) !== input.readUInt32LE(at + size)) {
      throw damaged("a block's checksum does not match")
    }
    if (out.length - length < maxBlock && out.length < maxBytes) out = grow(out, length, maxBlock, maxBytes)
    const limit = Math.min(out.length, length + maxBlock)
    const result =
      field >= notCompressed
        ? copyBlock(input, at, size, out, length, limit)
        : decompressLz4Block(input, at, at + size, out, length, limit)
    if (result < 0)
      throw damaged(limit === maxBytes ? `it would become more than ${maxBytes} bytes` : 'a block is not well formed')
    length = result
    at += size + blockTail
  }
  if (flags & flag.contentChecksum) {
    if (input.length - at < 4 || xxhash32(out, 0, length) !== input.readUInt32LE(at))
      throw damaged('the checksum does not match')
  }
  return out.subarray(0, length)
}

const grow = (out: Buffer, length: number, block: number, maxBytes: number): Buffer => {
  const larger = Buffer.allocUnsafe(Math.min(maxBytes, Math.max(out.length * 2, length + block)))
  out.copy(larger, 0, 0, length)
  return larger
}

const copyBlock = (input: Buffer, at: number, size: number, out: Buffer, to: number, limit: number): number => {
  if (size > limit - to) return -1
  input.copy(out, to, at, at + size)
  return to + size
}
