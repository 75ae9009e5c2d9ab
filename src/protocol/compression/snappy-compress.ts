import { writeUvarint } from '../varint.ts'

const hashBits = 14

/**
 * Writes `input` (32 KiB at most) as a snappy block to `out` from `position` on and returns the position after it. Greedy:
 * a table remembers where four bytes were last seen; where they come again, a copy is written.
 */
export const compressSnappyBlock = (input: Uint8Array, out: Buffer, position: number): number => {
  const seen = new Uint16Array(1 << hashBits)
  let to = writeUvarint(out, input.length, position)
  let literalStart = 0
  let at = 1 // the table's empty entries say 0, so that is where a first match may be
  let misses = 32
  const last = input.length - 4
  while (at <= last) {
    const four = load32(input, at)
    const slot = Math.imul(four, 0x1e35a7bd) >>> (32 - hashBits)
    const candidate = seen[slot]!
    seen[slot] = at
    if (load32(input, candidate) !== four) {
      at += misses++ >> 5 // data that does not repeat is passed over faster and faster
      continue
    }
    misses = 32
    if (at > literalStart) to = writeLiteral(input, literalStart, at, out, to)
    let end = at + 4
    let match = candidate + 4
    while (end < input.length && input[end] === input[match]) {
      end++
      match++
    }
    to = writeCopy(out, to, at - candidate, end - at)
    literalStart = at = end
  }
  return literalStart < input.length ? writeLiteral(input, literalStart, input.length, out, to) : to
}

const load32 = (bytes: Uint8Array, at: number): number =>
  bytes[at]! | (bytes[at + 1]! << 8) | (bytes[at + 2]! << 16) | (bytes[at + 3]! << 24)

const writeLiteral = (input: Uint8Array, start: number, end: number, out: Buffer, position: number): number => {
  const size = end - start - 1
  let to = position
  if (size < 60) out[to++] = size << 2
  else if (size < 256) {
    out[to++] = 60 << 2
    out[to++] = size
  } else {
    out[to++] = 61 << 2
    out[to++] = size & 255
    out[to++] = size >>> 8
  }
  out.set(input.subarray(start, end), to)
  return to + end - start
}

/** A copy is of 64 bytes at most; the short form (4 to 11 bytes, offset below 2048) is two bytes, the other three. */
const writeCopy = (out: Buffer, position: number, offset: number, length: number): number => {
  let to = position
  let left = length
  while (left > 0) {
    // Not 64 when that would leave less than a copy's 4 bytes.
    const size = left >= 68 ? 64 : left > 64 ? 60 : left
    if (size < 12 && offset < 2048) {
      out[to++] = 1 | ((size - 4) << 2) | ((offset >>> 8) << 5)
      out[to++] = offset & 255
    } else {
      out[to++] = 2 | ((size - 1) << 2)
      out[to++] = offset & 255
      out[to++] = offset >>> 8
    }
    left -= size
  }
  return to
}
