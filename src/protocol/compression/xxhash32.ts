const p1 = 0x9e3779b1
const p2 = 0x85ebca77
const p3 = 0xc2b2ae3d
const p4 = 0x27d4eb2f
const p5 = 0x165667b1

const rotate = (value: number, by: number): number => (value << by) | (value >>> (32 - by))
const round = (lane: number, input: number): number => Math.imul(rotate((lane + Math.imul(input, p2)) | 0, 13), p1)

/** XXH32 with seed 0 of `bytes[start, end)`, the checksum of LZ4 frames. Unsigned. */
export const xxhash32 = (bytes: Buffer, start = 0, end = bytes.length): number => {
  let at = start
  let h = p5 | 0
  if (end - start >= 16) {
    let a = (p1 + p2) | 0
    let b = p2 | 0
    let c = 0
    let d = -p1 | 0
    for (; at + 16 <= end; at += 16) {
      a = round(a, bytes.readInt32LE(at))
      b = round(b, bytes.readInt32LE(at + 4))
      c = round(c, bytes.readInt32LE(at + 8))
      d = round(d, bytes.readInt32LE(at + 12))
    }
    h = (rotate(a, 1) + rotate(b, 7) + rotate(c, 12) + rotate(d, 18)) | 0
  }
  h = (h + end - start) | 0
  for (; at + 4 <= end; at += 4) h = Math.imul(rotate((h + Math.imul(bytes.readInt32LE(at), p3)) | 0, 17), p4)
  for (; at < end; at++) h = Math.imul(rotate((h + Math.imul(bytes[at]!, p5)) | 0, 11), p1)
  h = Math.imul(h ^ (h >>> 15), p2)
  h = Math.imul(h ^ (h >>> 13), p3)
  return (h ^ (h >>> 16)) >>> 0
}
