import { allHandlers } from '../../src/dev-broker/handlers.ts'
import type { Api } from '../../src/protocol/message.ts'
import { encodeRequest } from '../../src/protocol/message.ts'
import { type AnyField, type Fields, inVersions } from '../../src/protocol/message-field.ts'
import { ProtocolError } from '../../src/protocol/protocol-error.ts'
import { Writer } from '../../src/protocol/writer.ts'
import { batchOf } from './batches.ts'

type Random = (below: number) => number

/**
 * A request of a random api and version, filled with plausible values, then damaged or not: bytes changed, cut off, added,
 * or nothing at all. With its size in front, which is right more often than not.
 */
export const randomRequest = (random: Random, apis: readonly Api[]): Buffer => {
  const api = apis[random(apis.length)]!
  const span = api.versions.to - api.versions.from + 1
  const version = api.versions.from + random(span)
  for (;;) {
    const body = valuesFor(api.request, version, random)
    try {
      return mutate(
        encodeRequest(api, version, { correlationId: random(1000), clientId: 'fuzz' }, body as never),
        random,
      )
    } catch (error) {
      if (!(error instanceof ProtocolError)) throw error // a null where this version has none: others are tried
    }
  }
}

export const servedApis = (): Api[] => [...allHandlers().values()].map(({ api }) => api)

/** A request that was recorded, damaged. @param recorded all of them: parts of others are put into it */
export const damagedRequest = (random: Random, recorded: readonly Buffer[]): Buffer => {
  const request = recorded[random(recorded.length)]!
  const kind = random(4)
  if (kind > 1 || request.length < 24) return mutate(request, random)
  let bytes: Buffer = Buffer.from(request)
  const at = 12 + random(bytes.length - 16)
  if (kind === 0) bytes.writeInt32BE(extremes[random(extremes.length)]!, at)
  else {
    const other = recorded[random(recorded.length)]!
    const from = random(other.length)
    bytes = Buffer.concat([
      bytes.subarray(0, at),
      other.subarray(from, from + random(200)),
      bytes.subarray(at + random(20)),
    ])
  }
  bytes.writeInt32BE(bytes.length - 4, 0)
  return bytes
}

/** Lengths and counts that allocate too much, or are below nothing. */
const extremes = [2 ** 31 - 1, -(2 ** 31), -1, -2, 2 ** 24, 65_536, 0] as const

const mutate = (request: Buffer, random: Random): Buffer => {
  const kind = random(10)
  if (kind < 3) return request
  let bytes = Buffer.from(request)
  if (kind === 3) bytes = bytes.subarray(0, 4 + random(bytes.length - 4))
  if (kind === 4) bytes = Buffer.concat([bytes, Buffer.alloc(random(50), random(256))])
  if (kind === 5) bytes.writeInt16BE(random(100) - 10, 6) // version
  if (kind === 6) bytes.writeInt16BE(random(100), 4) // api
  if (kind >= 7) {
    for (let i = 1 + random(4); i > 0; i--) bytes[12 + random(bytes.length - 12)] = random(256)
  }
  if (bytes.length >= 4 && random(50) > 0) bytes.writeInt32BE(bytes.length - 4, 0)
  return bytes
}

/** Tries all kinds: what a field takes is found by writing it. */
const valuesFor = (fields: Fields, version: number, random: Random): Record<string, unknown> => {
  const values: Record<string, unknown> = {}
  for (const [name, field] of Object.entries(fields)) {
    if (!inVersions(field.versions, version)) continue
    const value = valueFor(name, field, version, random)
    if (value !== undefined) values[name] = value
  }
  return values
}

const names = ['a', 'b', 'fuzz', '', 'x'.repeat(300), '__proto__', 'topic']
const numbers = [0, 1, -1, 2, 5, 100, 127, 6000, 10_000]
/** Waits are short, so that many requests fit into little time. */
const few: Readonly<Record<string, readonly number[]>> = {
  maxWaitMs: [0, 1, -1],
  numPartitions: [-1, 0, 1, 2],
  count: [0, 1, 2, 3],
  acks: [-1, 1],
  sessionTimeoutMs: [6000, 0],
  rebalanceTimeoutMs: [1, 10],
}

const valueFor = (name: string, field: AnyField, version: number, random: Random): unknown => {
  const fallback = field.fallback()
  if (fallback === null && random(3) === 0) return null
  const pickOf = <T>(list: readonly T[]): T => list[random(list.length)]!
  const candidates: unknown[] = [
    pickOf(few[name] ?? numbers),
    pickOf(names),
    random(2) === 0,
    random(2) === 0
      ? batchOf(['fuzz'], random(2) === 0 ? {} : { producerId: random(5), producerEpoch: 0, baseSequence: random(3) })
      : Buffer.alloc(random(20)),
    '12345678-1234-1234-1234-123456789abc',
  ]
  if (Array.isArray(fallback) || isArrayField(field))
    return Array.from({ length: random(3) }, () => elementOf(field, version, random, name)).filter(
      (one) => one !== undefined,
    )
  return candidates.find((value) => canWrite(field, value, version))
}

const canWrite = (field: AnyField, value: unknown, version: number): boolean => {
  try {
    field.write(new Writer(), value, { version, flexible: true })
    return true
  } catch {
    return false
  }
}

const isArrayField = (field: AnyField): boolean => canWrite(field, [], 0) && !canWrite(field, 1, 0)

/** The elements of an array are not to be seen from outside: they are tried as a number, a text, and as a structure. */
const elementOf = (field: AnyField, version: number, random: Random, name: string): unknown => {
  for (const value of [numbers[random(5)], names[random(3)]]) {
    if (canWrite(field, [value], version)) return value
  }
  return elementTables.get(name)?.(version, random)
}

/** Structures that the interesting requests have in their arrays. */
const topicOf = (version: number, random: Random, partitions: (index: number) => unknown) => {
  const name = names[random(3)]
  const list = [partitions(random(3) - 1)]
  return {
    name,
    topic: name,
    topicId: '12345678-1234-1234-1234-123456789abc',
    partitions: list,
    partitionData: list,
    partitionIndexes: [random(3)],
    numPartitions: random(3),
    replicationFactor: 1,
    assignments: [],
    configs: [],
    count: random(4),
    version,
  }
}
const records = (random: Random) =>
  batchOf(['fuzz'], random(2) === 0 ? {} : { producerId: random(5), producerEpoch: 0, baseSequence: random(3) })
const partition = (index: number, random: Random) => ({
  index,
  partition: index,
  partitionIndex: index,
  records: records(random),
  fetchOffset: random(20) - 1,
  currentLeaderEpoch: random(3) - 1,
  leaderEpoch: 0,
  partitionMaxBytes: random(1000),
  timestamp: random(10) - 6,
  committedOffset: random(100),
  committedMetadata: null,
  offset: random(5) - 1,
})
const elementTables = new Map<string, (version: number, random: Random) => unknown>([
  [
    'topics',
    (version, random) => topicOf(version, random, (index) => (random(4) === 0 ? index : partition(index, random))),
  ],
  ['topicData', (version, random) => topicOf(version, random, (index) => partition(index, random))],
  ['protocols', (_, random) => ({ name: names[random(3)], metadata: Buffer.alloc(random(10)) })],
  ['members', (_, random) => ({ memberId: names[random(3)], groupInstanceId: null, reason: null })],
  ['assignments', (_, random) => ({ memberId: names[random(3)], assignment: Buffer.alloc(3) })],
  ['groups', (_, random) => ({ groupId: names[random(3)], memberId: null, topics: null })],
  [
    'resources',
    (_, random) => ({
      resourceType: 2,
      resourceName: names[random(3)],
      configurationKeys: null,
      configs: [{ name: 'retention.ms', configOperation: random(4), value: '5' }],
    }),
  ],
])
