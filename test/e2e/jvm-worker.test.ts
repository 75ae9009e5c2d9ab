// The same property files through the genuine JVM worker, then through ours; some connectors then through the JVM worker again.
import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { withoutApachePrograms } from '../helpers/choose-broker.ts'
import { startJvmWorker } from '../helpers/jvm-worker.ts'
import { type KafkaServer, kafka, type TopicRecord, uniqueName } from '../helpers/kafka-server.ts'
import {
  fileSink,
  fileSource,
  type Settings,
  startOurWorker,
  workerSettings,
  writeProperties,
} from '../helpers/our-worker.ts'
import { freePort, waitUntil } from '../helpers/processes.ts'
import { asciiLineOf, countLines, tallyFile, tallyOf, writeLines } from './numbered-lines.ts'

const PART = 20_000
const CONVERTERS = {
  string: { 'value.converter': 'org.apache.kafka.connect.storage.StringConverter' },
  'json with schemas': { 'value.converter': 'org.apache.kafka.connect.json.JsonConverter' },
  'json without schemas': {
    'value.converter': 'org.apache.kafka.connect.json.JsonConverter',
    'value.converter.schemas.enable': false,
  },
}
type Kind = keyof typeof CONVERTERS
const KINDS = Object.keys(CONVERTERS) as Kind[]

/** What a line of a file may hold. The last one has no end yet. */
const LINES = Buffer.concat([
  Buffer.from('plain\n\n  blanks around  \ntab\there\nquote " and backslash \\ and / slash\n'),
  Buffer.from('ümläut ß € 漢字 🎉 \u2028 \u0001\u001f\u007f\n'),
  Buffer.from('carriage return and line feed\r\nonly carriage return\rnext\n'),
  Buffer.from([0x66, 0xff, 0xc3, 0x28, 0xf0, 0x9f, 0x0a]), // no UTF-8
  Buffer.from(`${'long '.repeat(30_000)}\n{"looks":"like json"}\nnull\n`),
  Buffer.from('unfinished'),
])
const FULL_LINES = 13

const VALUES: Readonly<Record<Kind, readonly (string | null)[]>> = {
  string: ['text', '', null, '{"a":1}'],
  'json with schemas': [
    '{"schema":{"type":"struct","fields":[{"field":"id","type":"int64"},{"field":"name","type":"string","optional":true}]},"payload":{"id":7,"name":null}}',
    '{"schema":{"type":"array","items":{"type":"double"}},"payload":[1,2.5,1e100]}',
    '{"schema":{"type":"map","keys":{"type":"string"},"values":{"type":"boolean"}},"payload":{"k":true}}',
    '{"schema":null,"payload":"free"}',
    null,
  ],
  'json without schemas': [
    '{"a":1,"b":[true,null,"x"],"c":{"d":1.50}}',
    '"text"',
    '12345678901234567890',
    '1.0',
    'true',
    'null',
    '[]',
    null,
  ],
}

interface Outcome {
  readonly records: Readonly<Record<Kind, readonly TopicRecord[]>>
  /** What the sinks wrote of values that others produced. */
  readonly written: Readonly<Record<Kind, string>>
}

let server: KafkaServer
let folder: string
let unique: string
let workerFile: string
let numbered: string
let jvm: Outcome
let ours: Outcome

const path = (name: string): string => join(folder, name)
const slug = (kind: Kind): string => kind.replaceAll(' ', '-')
const topicOf = (kind: Kind): string => `${unique}-lines-${slug(kind)}`
const foreignTopicOf = (kind: Kind): string => `${unique}-foreign-${slug(kind)}`
const sinkFileOf = (kind: Kind): string => path(`foreign-${slug(kind)}.txt`)

const skip = await withoutApachePrograms()

before(
  async () => {
    if (skip) return
    server = await kafka()
    folder = mkdtempSync(join(tmpdir(), 'jvm-and-ours-'))
    unique = uniqueName('jvm')
    mkdirSync(path('plugins'))
    writeFileSync(path('lines.txt'), LINES)
    workerFile = writeProperties(path('worker.properties'), {
      ...workerSettings(server.bootstrap, folder),
      'value.converter': 'org.apache.kafka.connect.json.JsonConverter',
      listeners: `http://127.0.0.1:${await freePort()}`,
      'plugin.path': path('plugins'),
    })
    numbered = await server.newTopic(`${unique}-numbered`)
    for (const kind of KINDS) {
      await server.createTopic(topicOf(kind))
      await server.createTopic(foreignTopicOf(kind))
      await server.produce(
        foreignTopicOf(kind),
        VALUES[kind].map((value) => ({ value })),
      )
    }
    const startJvm: Start = (connectorFiles) => startJvmWorker({ workerFile, connectorFiles })
    const startOurs: Start = async (connectors) => {
      const worker = await startOurWorker({ worker: workerFile, connectors })
      return { stop: async () => assert.equal(await worker.stop(), 143, worker.output()) }
    }
    jvm = await runAll(startJvm, 'first', 0)
    ours = await runAll(startOurs, 'second', 1)
    await runHandedOver(startJvm, [], 2)
  },
  { timeout: 360_000 },
)

after(() => {
  if (!skip) rmSync(folder, { recursive: true, force: true })
})

type Start = (connectorFiles: string[]) => Promise<{ stop(): Promise<unknown> }>

/** All connectors; those of the comparison get names of their own, so that both workers begin at the beginning. */
const runAll = async (start: Start, name: string, part: number): Promise<Outcome> => {
  const ends = new Map<Kind, number>()
  const connectors: Settings[] = []
  for (const kind of KINDS) {
    ends.set(kind, await endOf(topicOf(kind)))
    connectors.push(
      fileSource(`${unique}-${name}-source-${slug(kind)}`, path('lines.txt'), topicOf(kind), CONVERTERS[kind]),
      fileSink(`${unique}-${name}-sink-${slug(kind)}`, sinkFileOf(kind), foreignTopicOf(kind), CONVERTERS[kind]),
    )
  }
  await runHandedOver(start, connectors, part, async () => {
    for (const kind of KINDS) {
      if ((await endOf(topicOf(kind))) - ends.get(kind)! < FULL_LINES) return false
      if (countLines(sinkFileOf(kind)) < VALUES[kind].length) return false
    }
    return true
  })
  const records = {} as Record<Kind, readonly TopicRecord[]>
  const written = {} as Record<Kind, string>
  for (const kind of KINDS) {
    records[kind] = (await server.consume(topicOf(kind))).slice(ends.get(kind))
    written[kind] = readFileSync(sinkFileOf(kind), 'utf8')
    rmSync(sinkFileOf(kind))
  }
  return { records, written }
}

/** The source and sink that each worker takes over from the one before, with a third of the lines more each time. */
const runHandedOver = async (
  start: Start,
  others: readonly Settings[],
  part: number,
  isDone: () => Promise<boolean> = async () => true,
): Promise<void> => {
  writeLines(path('numbered.txt'), part * PART, (part + 1) * PART, asciiLineOf)
  const connectors = [
    fileSource(`${unique}-in`, path('numbered.txt'), numbered, CONVERTERS.string),
    fileSink(`${unique}-out`, path('numbered-out.txt'), numbered, CONVERTERS.string),
    ...others,
  ]
  const files = connectors.map((settings) => writeProperties(path(`${settings['name']}.properties`), settings))
  const worker = await start(files)
  try {
    await waitUntil(async () => countLines(path('numbered-out.txt')) >= (part + 1) * PART && (await isDone()), {
      timeoutMs: 90_000,
      intervalMs: 300,
      what: `part ${part} to be done`,
    })
  } finally {
    await worker.stop()
  }
}

const endOf = async (topic: string): Promise<number> => (await server.endOffsets(topic))[0] ?? 0

const comparable = ({ partition, key, value, headers }: TopicRecord): unknown => ({
  partition,
  key: key?.toString('latin1') ?? null,
  // Long ones would flood the report of a difference.
  value:
    value === null
      ? null
      : value.length > 1000
        ? createHash('sha256').update(value).digest('hex')
        : value.toString('latin1'),
  headers,
})

for (const kind of KINDS) {
  test(`a file source with ${kind} gives the same records on the JVM worker and on ours`, { skip }, () => {
    assert.equal(jvm.records[kind].length, FULL_LINES)
    assert.deepEqual(ours.records[kind].map(comparable), jvm.records[kind].map(comparable))
  })

  test(`a file sink with ${kind} writes the same on the JVM worker and on ours`, { skip }, () => {
    assert.equal(jvm.written[kind].split('\n').length, VALUES[kind].length + 1)
    assert.equal(ours.written[kind], jvm.written[kind])
  })
}

test('the JVM worker, ours and the JVM worker again go on where the one before stopped: no line is missing or there twice', {
  skip,
}, async () => {
  const inTopic = tallyOf(3 * PART, asciiLineOf)
  for (const { value } of await server.consume(numbered)) inTopic.add(String(value))
  for (const [where, tally] of Object.entries({
    topic: inTopic,
    file: await tallyFile(path('numbered-out.txt'), 3 * PART, asciiLineOf),
  })) {
    assert.deepEqual(tally.strange, [], where)
    assert.deepEqual(tally.missing(), [], where)
    assert.equal(tally.repeated(), 0, where)
    assert.ok(tally.inOrder, where)
  }
})
