/**
 * Kafka's variable-length integers: seven bits a byte, the lowest first, the eighth bit says that more follow. `varint`
 * and `varlong` are zigzag-encoded first (0, -1, 1, -2 become 0, 1, 2, 3); `uvarint` is not.
 */

/** Bytes that `value` (0 to 2^32-1) takes as an unsigned varint. */
export const uvarintSize = (value: number): number => {
  const v = value >>> 0
  return v < 0x80 ? 1 : v < 0x4000 ? 2 : v < 0x200000 ? 3 : v < 0x10000000 ? 4 : 5
}

/** Bytes that a 32-bit `value` takes as a zigzag varint. */
export const varintSize = (value: number): number => uvarintSize((value << 1) ^ (value >> 31))

/** Writes `value` (0 to 2^32-1) at `position`; the caller has made room. Returns the position after it. */
export const writeUvarint = (target: Uint8Array, value: number, position: number): number => {
  let rest = value >>> 0
  let at = position
  while (rest > 0x7f) {
    target[at++] = (rest & 0x7f) | 0x80
    rest >>>= 7
  }
  target[at++] = rest
  return at
}

/** Writes a 32-bit `value` as a zigzag varint. Returns the position after it. */
export const writeVarint = (target: Uint8Array, value: number, position: number): number =>
  writeUvarint(target, (value << 1) ^ (value >> 31), position)

/** Writes a 64-bit integer as a zigzag varint (up to 10 bytes). A number must be a safe integer. */
export const writeVarlong = (target: Uint8Array, value: number | bigint, position: number): number => {
  if (typeof value === 'number' && value >= -0x40000000 && value < 0x40000000)
    return writeVarint(target, value, position)
  const wide = BigInt(value)
  let rest = BigInt.asUintN(64, (wide << 1n) ^ (wide >> 63n))
  let at = position
  while (rest > 0x7fn) {
    target[at++] = Number(rest & 0x7fn) | 0x80
    rest >>= 7n
  }
  target[at++] = Number(rest)
  return at
}
