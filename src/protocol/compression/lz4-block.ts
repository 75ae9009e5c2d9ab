/**
 * An LZ4 block is a row of sequences: a token (four bits literal length, four bits match length - 4; 15: more bytes follow,
 * each added, until one is not 255), the literals, the match's offset (2 bytes, little-endian), more match length. The last
 * sequence is literals only: the last five bytes are literals, and no match begins in the last twelve.
 */
const minMatch = 4
const lastLiterals = 5
const matchLimit = 12
const hashBits = 14
const windowLength = 64 * 1024

/**
 * Writes a block of `input[start, end)`, 64 KiB at most, to `out` and returns its size, or 0 when it would not get smaller.
 */
export type Lz4Compressor = (input: Buffer, start: number, end: number, out: Buffer, position: number) => number

/**
 * @param attempts how many earlier places with the same four bytes are tried for the longest match; 1 is the fast way, which
 *   passes over data that does not repeat
 */
export const createLz4Compressor = (attempts: number): Lz4Compressor => {
  const newest = new Int32Array(1 << hashBits)
  /** For each position in the block the one before it with the same hash. */
  const older = attempts > 1 ? new Int32Array(windowLength) : undefined
  return (input, start, end, out, position) => {
    newest.fill(-1)
    const outEnd = Math.min(out.length, position + (end - start) - 1)
    const searchEnd = end - matchLimit
    const matchEnd = end - lastLiterals
    let to = position
    let literals = start
    let at = start
    let misses = 64
    while (at < searchEnd) {
      const four = input.readInt32LE(at)
      const slot = Math.imul(four, 0x9e3779b1) >>> (32 - hashBits)
      let candidate = newest[slot]!
      newest[slot] = at
      if (older !== undefined) older[at - start] = candidate
      let best = 0
      let bestAt = 0
      for (let tries = attempts; candidate >= 0 && tries > 0; tries--) {
        if (input.readInt32LE(candidate) === four && (best === 0 || input[candidate + best] === input[at + best])) {
          const length = matchLength(input, candidate, at, matchEnd)
          if (length > best) {
            best = length
            bestAt = candidate
          }
        }
        candidate = older === undefined ? -1 : older[candidate - start]!
      }
      if (best < minMatch || at - bestAt > 0xffff) {
        at += older === undefined ? misses++ >> 6 : 1
        continue
      }
      misses = 64
      to = writeSequence(input, literals, at, at - bestAt, best, out, to, outEnd)
      if (to < 0) return 0
      const next = at + best
      if (older !== undefined) {
        for (at++; at < next && at < searchEnd; at++) {
          const s = Math.imul(input.readInt32LE(at), 0x9e3779b1) >>> (32 - hashBits)
          older[at - start] = newest[s]!
          newest[s] = at
        }
      }
      at = literals = next
    }
    to = writeSequence(input, literals, end, 0, 0, out, to, outEnd)
    return to < 0 ? 0 : to - position
  }
}

const matchLength = (input: Buffer, a: number, b: number, end: number): number => {
  let length = 0
  while (b + length < end && input[a + length] === input[b + length]) length++
  return length
}

/** Returns the position after it, or -1 when it does not fit. Offset 0: literals only, the end of the block. */
const writeSequence = (
  input: Buffer,
  from: number,
  until: number,
  offset: number,
  match: number,
  out: Buffer,
  position: number,
  outEnd: number,
): number => {
  const literals = until - from
  const extra = match - minMatch
  if (position + literals + literals / 255 + match / 255 + 6 > outEnd) return -1
  let to = position
  out[to++] = (Math.min(literals, 15) << 4) | (offset === 0 ? 0 : Math.min(extra, 15))
  if (literals >= 15) to = writeLength(out, to, literals - 15)
  input.copy(out, to, from, until)
  to += literals
  if (offset === 0) return to
  out[to++] = offset & 255
  out[to++] = offset >>> 8
  return extra >= 15 ? writeLength(out, to, extra - 15) : to
}

const writeLength = (out: Buffer, position: number, length: number): number => {
  let to = position
  let left = length
  for (; left >= 255; left -= 255) out[to++] = 255
  out[to++] = left
  return to
}

/**
 * Reads the block `input[start, end)` to `out` from `position` on; matches may reach back to the beginning of `out`, where
 * the blocks before it are. Returns the position after it, or -1 when it is not well formed or goes beyond `limit`.
 */
export const decompressLz4Block = (
  input: Buffer,
  start: number,
  end: number,
  out: Buffer,
  position: number,
  limit: number,
): number => {
  let from = start
  let to = position
  while (from < end) {
    const token = input[from++]!
    let literals = token >>> 4
    if (literals === 15) {
      let more = 255
      while (more === 255) {
        if (from >= end) return -1
        more = input[from++]!
        literals += more
      }
    }
    if (literals > end - from || literals > limit - to) return -1
    input.copy(out, to, from, from + literals)
    from += literals
    to += literals
    if (from === end) return to
    if (end - from < 2) return -1
    const offset = input[from]! | (input[from + 1]! << 8)
    from += 2
    let match = (token & 15) + minMatch
    if ((token & 15) === 15) {
      let more = 255
      while (more === 255) {
        if (from >= end) return -1
        more = input[from++]!
        match += more
      }
    }
    if (offset === 0 || offset > to || match > limit - to) return -1
    if (offset >= match) out.copyWithin(to, to - offset, to - offset + match)
    else for (let i = 0; i < match; i++) out[to + i] = out[to + i - offset]!
    to += match
  }
  return -1
}
