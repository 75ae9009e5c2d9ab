import { type Codec, noon, type SentRecord } from './client.ts'
import { type Scenario, scenario } from './stage.ts'

const numbered = (count: number, prefix = 'value'): SentRecord[] =>
  Array.from({ length: count }, (_, i) => ({ key: `key ${i}`, value: `${prefix} ${i}`, timestamp: noon + i }))

/** Timestamps that a client makes itself are left out. */
const withoutTime = <T extends { timestamp: number }>(records: readonly T[]): Omit<T, 'timestamp'>[] =>
  records.map(({ timestamp: _, ...rest }) => rest)

const withCodec = (codec: Codec): Scenario =>
  scenario(['produce', 'read', `codec ${codec}`], async (client, stage) => {
    const topic = await stage.topic('packed')
    const records = Array.from({ length: 200 }, (_, i) => ({ key: `${i % 7}`, value: `${codec} `.repeat(20) + i }))
    await stage.note('write', () => client.produce(topic, records, { codec }))
    await stage.note('read', async () => withoutTime(await client.read(topic, { count: 200 })))
    await stage.note('read from the middle of a batch', async () =>
      withoutTime(await client.read(topic, { count: 3, from: 150 })),
    )
  })

const whatARecordHas = scenario(['produce', 'read'], async (client, stage) => {
  const topic = await stage.topic('whole')
  const records: SentRecord[] = [
    { key: 'k', value: 'v' },
    { key: null, value: 'without a key' },
    { key: 'without a value', value: null },
    { key: 'grün', value: '日本語 and "quotes"' },
    { key: 'with headers', value: 'h', headers: { one: '1', two: 'zwei', empty: '' } },
  ]
  await stage.note('write', () => client.produce(topic, records))
  await stage.note('read', async () => withoutTime(await client.read(topic, { count: records.length })))
})

const acknowledgements = scenario(['produce', 'read', 'offsets'], async (client, stage) => {
  const topic = await stage.topic('acks', { partitions: 2 })
  for (const [i, acks] of ([1, -1, 0] as const).entries()) {
    await stage.note(`acks ${acks}`, () => client.produce(topic, [{ value: `acks ${acks}` }], { acks, partition: 1 }))
    await stage.note('there', async () => withoutTime(await client.read(topic, { count: i + 1, partition: 1 })))
  }
  await stage.note('end offsets', () => client.offsets(topic, 'latest'))
})

const waiting = scenario(['produce', 'read'], async (client, stage) => {
  const topic = await stage.topic('waiting')
  const late = stage.note('a read that waits gets what comes', async () =>
    withoutTime(await client.read(topic, { count: 2, maxWaitMs: 2000 })),
  )
  await client.produce(topic, [{ value: 'first' }])
  await client.produce(topic, [{ value: 'second' }])
  await late
  await stage.note('a minimum that is never reached ends with the wait', async () =>
    withoutTime(await client.read(topic, { count: 2, minBytes: 100_000, maxWaitMs: 300 })),
  )
})

const limits = scenario(['produce', 'read'], async (client, stage) => {
  const topic = await stage.topic('limited')
  for (let i = 0; i < 5; i++) await client.produce(topic, [{ value: `${i} ${'x'.repeat(3000)}` }])
  await stage.note('batches larger than the limit come one by one', async () =>
    (await client.read(topic, { count: 5, maxBytes: 1000 })).map(({ offset, value }) => [offset, value!.length]),
  )
})

const byTime = scenario(['offsets', 'readFromTime', 'produce', 'timestamps'], async (client, stage) => {
  const topic = await stage.topic('timed')
  await client.produce(topic, numbered(10))
  await client.produce(topic, [{ value: 'later', timestamp: noon + 1000 }])
  for (const at of ['earliest', 'latest', noon - 1, noon + 5, noon + 500] as const) {
    await stage.note(`offset at ${at === 'earliest' || at === 'latest' ? at : at - noon}`, () =>
      client.offsets(topic, at),
    )
  }
  await stage.note('read from a time', () => client.readFromTime(topic, noon + 7, 4))
})

/** For clients that give records the time of their own clock. */
const edges = scenario(['offsets', 'produce'], async (client, stage) => {
  const topic = await stage.topic('edges', { partitions: 3 })
  await stage.note('empty, first', () => client.offsets(topic, 'earliest'))
  await stage.note('empty, end', () => client.offsets(topic, 'latest'))
  await client.produce(topic, [{ value: 'a' }, { value: 'b' }], { partition: 2 })
  await stage.note('end', () => client.offsets(topic, 'latest'))
  await stage.note('at the beginning of time', () => client.offsets(topic, 1))
})

const appendTime = scenario(['produce', 'read'], async (client, stage) => {
  const topic = await stage.topic('stamped', { config: { 'message.timestamp.type': 'LogAppendTime' } })
  await client.produce(topic, [{ value: 'a', timestamp: noon }])
  await stage.note('the time is the broker’s', async () => {
    const [record] = await client.read(topic, { count: 1 })
    return [record!.value, record!.timestamp !== noon && Math.abs(record!.timestamp - Date.now()) < 60_000]
  })
})

const refusals = scenario(['produce', 'read'], async (client, stage) => {
  const topic = await stage.topic('small', { config: { 'max.message.bytes': '2000' } })
  await stage.note('too large', () => client.produce(topic, [{ value: 'x'.repeat(5000) }]))
  await stage.note('just right', () => client.produce(topic, [{ value: 'x'.repeat(500) }]))
  const compacted = await stage.topic('compacted', { config: { 'cleanup.policy': 'compact' } })
  await stage.note('with a key', () => client.produce(compacted, [{ key: 'k', value: 'v' }]))
})

const withoutKey = scenario(['produce', 'offsets'], async (client, stage) => {
  const topic = await stage.topic('keyed', { config: { 'cleanup.policy': 'compact' } })
  await stage.note('without a key', () => client.produce(topic, [{ value: 'v' }]))
  await stage.note('nothing was stored', () => client.offsets(topic, 'latest'))
})

export const recordScenarios: Readonly<Record<string, Scenario>> = {
  'records without compression': withCodec('none'),
  'records in gzip': withCodec('gzip'),
  'records in snappy': withCodec('snappy'),
  'records in lz4': withCodec('lz4'),
  'records in zstd': withCodec('zstd'),
  'keys, values, nulls and headers': whatARecordHas,
  'acks of 0, 1 and all': acknowledgements,
  'a read waits, and has a minimum': waiting,
  'a read has a maximum': limits,
  'offsets and records by time': byTime,
  'offsets at the edges': edges,
  'the time of the broker': appendTime,
  'records that are too large': refusals,
  'a compacted topic wants keys': withoutKey,
}
