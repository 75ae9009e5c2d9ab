import { ProtocolError } from '../protocol-error.ts'

/**
 * A snappy block: the uncompressed length (uvarint), then elements. The low two bits of an element's first byte say:
 *
 *   0 literal: length - 1 in the upper six bits, or 60 to 63: in the next 1 to 4 bytes; the bytes follow
 *   1 copy: length - 4 in three bits, offset in the upper three bits and a byte
 *   2 copy: length - 1 in the upper six bits, offset in 2 bytes        3 the same, offset in 4 bytes
 */
const damaged = (what: string) => new ProtocolError(`Damaged snappy data: ${what}`)

const lengthField = (block: Uint8Array): { value: number; bytes: number } => {
  let value = 0
  for (let i = 0; i < 5; i++) {
    const byte = block[i]
    if (byte === undefined) throw damaged('it has no length')
    value += (byte & 0x7f) * 2 ** (7 * i)
    if (byte < 0x80) return { value, bytes: i + 1 }
  }
  throw damaged('its length is too long')
}

export const snappyBlockLength = (block: Uint8Array): number => {
  const { value } = lengthField(block)
  // Three bytes make a copy of 64 at most.
  if (value > block.length * 22) throw damaged(`${block.length} bytes cannot become ${value}`)
  return value
}

/** Writes the block's content to `out` from `position` on and returns the position after it. */
export const decompressSnappyBlock = (block: Buffer, out: Buffer, position: number): number => {
  const { value: length, bytes } = lengthField(block)
  const end = position + length
  let from = bytes
  let to = position
  while (from < block.length) {
    const tag = block[from++]!
    const kind = tag & 3
    if (kind === 0) {
      let size = tag >>> 2
      if (size >= 60) {
        const extra = size - 59
        if (extra > block.length - from) throw damaged('a literal is cut off')
        size = block.readUIntLE(from, extra)
        from += extra
      }
      size++
      if (size > block.length - from || size > end - to) throw damaged('a literal is too long')
      block.copy(out, to, from, from + size)
      from += size
      to += size
      continue
    }
    const offsetBytes = kind === 3 ? 4 : kind
    if (offsetBytes > block.length - from) throw damaged('a copy is cut off')
    const size = kind === 1 ? ((tag >>> 2) & 7) + 4 : (tag >>> 2) + 1
    const low = block.readUIntLE(from, offsetBytes)
    const offset = kind === 1 ? ((tag >>> 5) << 8) | low : low
    from += offsetBytes
    if (offset === 0 || offset > to - position || size > end - to) throw damaged('a copy reaches outside the block')
    if (offset >= size) out.copyWithin(to, to - offset, to - offset + size)
    else for (let i = 0; i < size; i++) out[to + i] = out[to + i - offset]!
    to += size
  }
  if (to !== end) throw damaged(`it ends after ${to - position} of ${length} bytes`)
  return to
}
