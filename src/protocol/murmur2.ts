const m = 0x5bd1e995
const seed = 0x9747b28c

/** The 32-bit murmur2 hash that Kafka's clients use, as a signed integer. */
export const murmur2 = (bytes: Uint8Array): number => {
  const length = bytes.length
  let h = seed ^ length
  let i = 0
  for (; i + 4 <= length; i += 4) {
    let k = bytes[i]! | (bytes[i + 1]! << 8) | (bytes[i + 2]! << 16) | (bytes[i + 3]! << 24)
    k = Math.imul(k, m)
    k = Math.imul(k ^ (k >>> 24), m)
    h = Math.imul(h, m) ^ k
  }
  const left = length - i
  if (left === 3) h ^= bytes[i + 2]! << 16
  if (left >= 2) h ^= bytes[i + 1]! << 8
  if (left >= 1) h = Math.imul(h ^ bytes[i]!, m)
  h = Math.imul(h ^ (h >>> 13), m)
  return h ^ (h >>> 15)
}

/** Clears the sign bit, as Kafka does before it divides (so -1 is 2147483647, not 1). */
export const toPositive = (hash: number): number => hash & 0x7fffffff

/** The partition of a key among `partitions`, as the Java producer's default chooses it. */
export const partitionForKey = (key: Uint8Array, partitions: number): number => toPositive(murmur2(key)) % partitions
