import assert from 'node:assert/strict'
import { test } from 'node:test'
import { deadLetterOf, letterJson, letterText } from '../../src/cli/dead-letter.ts'
import { replayLetters, withProgress } from '../../src/cli/replay-letters.ts'
import { KafkaError } from '../../src/kafka/errors.ts'
import type { FetchedRecord } from '../../src/kafka/fetched-record.ts'
import type { Deliveries, RecordProducer } from '../../src/kafka/produce-types.ts'

const letter = (offset: number, value: string, context: Readonly<Record<string, string>> = {}): FetchedRecord => ({
  topic: 'dlq',
  partition: 0,
  offset,
  timestamp: 1_700_000_000_000 + offset,
  timestampType: 'CreateTime',
  key: null,
  value: Buffer.from(value),
  headers: [
    { key: 'own', value: Buffer.from('x') },
    ...Object.entries(context).map(([key, text]) => ({ key: `__connect.errors.${key}`, value: Buffer.from(text) })),
  ],
})
const from = { topic: 't', partition: '2', offset: '17' }

const setUp = (records: FetchedRecord[], { bad = '', ...more }: { bad?: string; to?: string; limit?: number } = {}) => {
  const written: unknown[] = []
  const progress: unknown[] = []
  let deliveries: Deliveries | undefined
  const producer = {
    knows: () => true,
    append(
      topic: string,
      partition: unknown,
      _time: number,
      _key: unknown,
      value: Buffer,
      headers: unknown,
      _owner: unknown,
      token: unknown,
    ) {
      if (value.toString() === bad)
        deliveries!.failed(null, 1, new KafkaError('MESSAGE_TOO_LARGE', 'too large'), [token])
      else written.push([topic, partition, value.toString(), headers])
    },
    dispatch: () => undefined,
    drain: async () => true,
    close: async () => undefined,
    bufferedBytes: 0,
  } as unknown as RecordProducer
  const replay = () =>
    replayLetters({
      topic: 'dlq',
      records: (async function* () {
        yield records
      })(),
      to: more.to,
      limit: more.limit ?? Number.POSITIVE_INFINITY,
      admin: { alterGroupOffsets: async (group, offsets) => void progress.push([group, offsets]) },
      open: async (given) => {
        deliveries = given
        return producer
      },
    })
  return { replay, written, progress }
}

const own = [{ key: 'own', value: Buffer.from('x') }]

test('a letter goes back to its partition without the headers of its error, and the progress is remembered', async () => {
  const { replay, written, progress } = setUp([letter(0, 'a', from), letter(1, 'b', from)])
  const { topics, stopped } = await replay()
  assert.deepEqual([[...topics], stopped], [[['t', 2]], undefined])
  assert.deepEqual(written, [
    ['t', 2, 'a', own],
    ['t', 2, 'b', own],
  ])
  assert.deepEqual(progress, [['connect-dlq-replay-dlq', [{ topic: 'dlq', partition: 0, offset: 2 }]]])
})

test('with another topic the partition is chosen anew, and letters need not say where they came from', async () => {
  const { replay, written } = setUp([letter(0, 'a', from), letter(1, 'b')], { to: 'other' })
  await replay()
  assert.deepEqual(written, [
    ['other', null, 'a', own],
    ['other', null, 'b', own],
  ])
})

test('the first letter that is refused ends it, and progress stops before it', async () => {
  const { replay, progress } = setUp([letter(0, 'a', from), letter(1, 'bad', from), letter(2, 'c', from)], {
    bad: 'bad',
  })
  const { stopped } = await replay()
  assert.equal(stopped, 'The letter dlq-0@1 cannot be written: too large')
  assert.deepEqual(progress, [['connect-dlq-replay-dlq', [{ topic: 'dlq', partition: 0, offset: 1 }]]])
})

const unplaced: readonly (readonly [what: string, context: Readonly<Record<string, string>>, problem: RegExp])[] = [
  ['without context', {}, /does not say where it came from/],
  [
    'of a source, as JSON',
    { topic: 't', 'record.form': 'json' },
    /is the JSON of a record that could not be converted/,
  ],
  [
    'of a source, before its transforms',
    { topic: 't', 'record.form': 'converted' },
    /is a record before its transforms/,
  ],
  ['of a source, without content', { topic: 't', 'record.form': 'left out' }, /is without the content of its record/],
]
for (const [what, context, problem] of unplaced) {
  test(`a letter ${what} needs a topic named; those before it are replayed`, async () => {
    const { replay, written } = setUp([letter(0, 'a', from), letter(1, 'b', context), letter(2, 'c', from)])
    const { stopped } = await replay()
    assert.match(stopped!, problem)
    assert.equal(written.length, 1)
  })
}

test('a limit ends it without an error, and what was replayed is not read again', async () => {
  const { replay, written, progress } = setUp([letter(0, 'a', from), letter(1, 'b', from)], { limit: 1 })
  assert.equal((await replay()).stopped, undefined)
  assert.equal(written.length, 1)
  assert.deepEqual(progress, [['connect-dlq-replay-dlq', [{ topic: 'dlq', partition: 0, offset: 1 }]]])
  const ranges = [
    { partition: 0, from: 0, to: 5 },
    { partition: 1, from: 3, to: 5 },
  ]
  assert.deepEqual(withProgress(ranges, [{ topic: 'dlq', partition: 0, offset: 2 }], 'dlq'), [
    { partition: 0, from: 2, to: 5 },
    { partition: 1, from: 3, to: 5 },
  ])
})

test('letters are told as JSON in full, and as text without anything that a terminal would obey', () => {
  const bytes = { ...letter(3, 'a', from), key: Buffer.from([0xff, 0x00]), value: Buffer.from('\u001b[31m') }
  assert.deepEqual(letterJson(deadLetterOf(bytes)), {
    partition: 0,
    offset: 3,
    timestamp: 1_700_000_000_003,
    errors: from,
    key: { base64: '/wA=' },
    value: '\u001b[31m',
    headers: [{ key: 'own', value: 'x' }],
  })
  const text = letterText(deadLetterOf(bytes))
  assert.ok(!text.includes('\u001b'))
  assert.match(text, /^dlq-0@3 {2}2023-11-14T22:13:20\.003Z\n {2}from {4}t-2@17\n/)
})
