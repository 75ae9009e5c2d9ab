/** Random record batches for tests against other codecs, and one form of bytes in which what is read can be compared. */

/** Random whole numbers below `n`, the same in every run. */
export type Random = (n: number) => number

/** mulberry32: fast, and good enough for a million cases. */
export const randomFrom = (seed: number): Random => {
  let state = seed | 0
  return (n) => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return Math.floor((((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32) * n)
  }
}

export interface RandomRecord {
  readonly offset: number
  readonly timestamp: number
  readonly key: Buffer | null
  readonly value: Buffer | null
  readonly headers: readonly { readonly key: string; readonly value: Buffer | null }[]
}

export interface RandomBatch {
  /** 0 none, 1 gzip, 2 snappy, 3 lz4, 4 zstd. */
  readonly compression: number
  readonly logAppendTime: boolean
  readonly transactional: boolean
  /** Then it has no records, but `ends` a transaction. */
  readonly control: boolean
  readonly ends: 'abort' | 'commit'
  readonly baseOffset: number
  readonly lastOffset: number
  readonly maxTimestamp: number
  readonly leaderEpoch: number
  readonly producerId: number
  readonly producerEpoch: number
  readonly baseSequence: number
  readonly records: readonly RandomRecord[]
}

export interface Shape {
  readonly compressions: readonly number[]
  /** Offsets that compaction has left out. */
  readonly gaps?: boolean
  readonly control?: boolean
  readonly logAppendTime?: boolean
  /** Names of headers; kafkajs keeps them in an object, and must be spared some. */
  readonly headers?: readonly string[]
}

const TEXTS = ['', 'k', 'ümläut', '漢字', '🎉', 'header', '\u0000\u001f', '7', 'Content-Type']
export const HOSTILE_HEADERS = [...TEXTS, '__proto__', 'constructor', 'toString']

export const randomBatch = (random: Random, shape: Shape): RandomBatch => {
  const among = <T>(values: readonly T[]): T => values[random(values.length)]!
  const one = (share: number): boolean => random(share) === 0
  const control = shape.control === true && one(20)
  const producer = control || one(2)
  const transactional = control || (producer && one(2))
  const logAppendTime = !control && shape.logAppendTime === true && one(4)
  const records: RandomRecord[] = []
  const count = control ? 0 : one(300) ? 100 + random(300) : 1 + random(one(5) ? 20 : 4)
  const baseOffset = among([0, 1, random(1000), random(2 ** 31), 2 ** 31 + random(2 ** 31), 2 ** 40 + random(1000)])
  const around = among([0, 1, 1_700_000_000_000, 1_700_000_000_000, 253_402_300_800_000])
  const spread = among([1, 100, 100_000, 2 ** 31, 2 ** 40])
  const appendTime = around + random(1000)
  let offset = baseOffset
  for (let i = 0; i < count; i++) {
    const timestamp = logAppendTime ? appendTime : Math.max(0, around + random(spread) - (one(2) ? 0 : spread))
    records.push({
      offset,
      timestamp,
      key: randomPart(random),
      value: randomPart(random),
      headers: randomHeaders(random, shape.headers ?? TEXTS),
    })
    offset += 1 + (shape.gaps === true && one(10) ? random(among([3, 300, 100_000])) : 0)
  }
  return {
    compression: control ? 0 : among(shape.compressions),
    logAppendTime,
    transactional,
    control,
    ends: one(2) ? 'abort' : 'commit',
    baseOffset,
    lastOffset: records.at(-1)?.offset ?? baseOffset,
    maxTimestamp: control ? around : Math.max(...records.map((record) => record.timestamp)),
    leaderEpoch: among([-1, 0, 1, random(2 ** 31)]),
    producerId: producer ? among([0, random(2 ** 31), 2 ** 45 + random(1000)]) : -1,
    producerEpoch: producer ? among([0, 1, random(2 ** 15)]) : -1,
    baseSequence: control || !producer ? -1 : among([0, random(2 ** 31)]),
    records,
  }
}

/** Null, empty, text, bytes; now and then long. */
const randomPart = (random: Random): Buffer | null => {
  const kind = random(12)
  if (kind === 0) return null
  if (kind === 1) return Buffer.alloc(0)
  if (kind < 6) return Buffer.from(TEXTS[random(TEXTS.length)]!.repeat(1 + random(8)))
  if (kind < 11 || random(20) > 0) return randomBytes(random, random(120))
  // Long, and in part the same again, so that codecs have something to do
  const piece = randomBytes(random, 1 + random(500))
  return Buffer.concat(Array.from({ length: 1 + random(60) }, () => piece))
}

const randomBytes = (random: Random, length: number): Buffer => {
  const bytes = Buffer.allocUnsafe(length)
  for (let i = 0; i < length; i++) bytes[i] = random(256)
  return bytes
}

const randomHeaders = (random: Random, names: readonly string[]): RandomRecord['headers'] =>
  random(3) > 0
    ? []
    : Array.from({ length: random(4) }, () => ({ key: names[random(names.length)]!, value: randomPart(random) }))
