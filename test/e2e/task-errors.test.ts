import assert from 'node:assert/strict'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { setTimeout as delay } from 'node:timers/promises'
import { type KafkaServer, kafka, type TopicRecord, uniqueName } from '../helpers/kafka-server.ts'
import {
  fileSink,
  fileSource,
  type OurWorker,
  type Settings,
  startOurWorker,
  workerSettings,
} from '../helpers/our-worker.ts'
import { waitUntil } from '../helpers/processes.ts'
import { temporaryDir } from '../helpers/services-dir.ts'
import { countLines, writeLines } from './numbered-lines.ts'
import { type DiaryEntry, installPlugins, readDiary } from './plugin-folder.ts'

interface Setup {
  readonly server: KafkaServer
  readonly folder: string
  readonly diary: string
  readonly start: (...connectors: Settings[]) => Promise<OurWorker>
}

const setUp = async (t: TestContext, more: Settings = {}): Promise<Setup> => {
  const server = await kafka()
  const folder = temporaryDir(t)
  const worker = workerSettings(server.bootstrap, folder, { 'plugin.path': installPlugins(folder), ...more })
  const start = async (...connectors: Settings[]): Promise<OurWorker> => {
    const started = await startOurWorker({ folder, worker, connectors })
    t.after(() => started.kill9())
    return started
  }
  return { server, folder, diary: join(folder, 'diary'), start }
}

const diarySink = (topics: string, diary: string, more: Settings = {}): Settings => ({
  name: uniqueName('diary'),
  'connector.class': 'test.e2e.DiarySink',
  topics,
  diary,
  ...more,
})

const callsOf = (diary: string, ...calls: readonly DiaryEntry['call'][]): DiaryEntry[] =>
  readDiary(diary).filter(({ call }) => calls.includes(call))

const valuesPut = (diary: string): string[] => callsOf(diary, 'put').flatMap(({ values }) => values ?? [])

const untilPut = (diary: string, count: number, worker: OurWorker): Promise<unknown> =>
  waitUntil(() => valuesPut(diary).length >= count, { timeoutMs: 60_000, what: `${count} records in the diary` }).catch(
    (error: unknown) => {
      throw new Error(`${error}; there were ${valuesPut(diary)}\n${worker.output()}`)
    },
  )

const text = (bytes: Buffer | null): string | null => bytes?.toString() ?? null
const headersOf = ({ headers }: TopicRecord): [string, string | null][] =>
  headers.map(([name, value]) => [name, text(value)])

test('a put that may be tried again gets the same records after the wait it asked for', {
  timeout: 180_000,
}, async (t) => {
  // A commit that is due ends the wait as well.
  const { server, diary, start } = await setUp(t, { 'offset.flush.interval.ms': 60_000 })
  const topic = await server.newTopic('retriable')
  await server.produce(topic, [{ value: 'a' }, { value: 'b' }, { value: 'c' }])
  const worker = await start(diarySink(topic, diary, { retriable: 3, 'retry.ms': 400 }))
  await untilPut(diary, 3, worker)
  await server.produce(topic, [{ value: 'd' }])
  await untilPut(diary, 4, worker)
  assert.equal(await worker.stop(), 143)
  const puts = callsOf(diary, 'put', 'put and fail')
  assert.deepEqual(
    puts.map(({ call, values }) => [call, values?.join()]),
    [...Array(3).fill(['put and fail', 'a,b,c']), ['put', 'a,b,c'], ['put', 'd']],
  )
  const waited = [1, 2, 3].map((i) => puts[i]!.at - puts[i - 1]!.at)
  assert.ok(Math.min(...waited) >= 390, `${waited} ms`)
  // A machine that stands still makes one of them longer.
  assert.ok(Math.min(...waited) < 1500, `${waited} ms`)
})

test('a task that fails takes no other down, and a restart goes on behind what it had sent', {
  timeout: 180_000,
}, async (t) => {
  const { server, folder, diary, start } = await setUp(t)
  const [good, bad] = [await server.newTopic('good'), await server.newTopic('bad')]
  const from = join(folder, 'from.txt')
  const to = join(folder, 'to.txt')
  const records = join(folder, 'records.json')
  writeFileSync(records, JSON.stringify(['1', '2', '3', '4'].map((value) => ({ topic: bad, value }))))
  writeLines(from, 0, 100)
  const source = { name: uniqueName('json'), 'connector.class': 'test.e2e.JsonSource', file: records }
  const sink = diarySink(bad, diary)
  const healthy = [fileSource(uniqueName('file'), from, good), fileSink(uniqueName('file'), to, good)]
  const first = await start({ ...source, 'fail.at': 3 }, { ...sink, 'fail.value': '3' }, ...healthy)
  await first.waitForLog(`WorkerTask{id=${source.name}-0}`)
  await first.waitForLog(`WorkerTask{id=${sink['name']}-0}`)
  assert.deepEqual(
    Object.fromEntries(await first.settledTaskStates()),
    Object.fromEntries([
      [`${source.name}-0`, 'FAILED'],
      [`${sink['name']}-0`, 'FAILED'],
      ...healthy.map(({ name }) => [`${name}-0`, 'RUNNING']),
    ]),
  )
  await first.waitForLog('failing as told to')
  await first.waitForLog('cannot take this')
  await delay(500)
  writeLines(from, 100, 200)
  await waitUntil(() => countLines(to) === 200, { timeoutMs: 60_000, what: 'the healthy connectors to go on' })
  assert.equal(await first.stop(), 143)
  assert.deepEqual(callsOf(diary, 'stop').length, 1, 'the failed task was stopped, once')

  const second = await start(source, sink)
  await untilPut(diary, 4, second)
  assert.equal(await second.stop(), 143)
  assert.deepEqual(
    (await server.consume(bad)).map(({ value }) => text(value)),
    ['1', '2', '3', '4'],
  )
  assert.deepEqual([...new Set(valuesPut(diary))], ['1', '2', '3', '4'])
})

test('a task can pause one of its partitions and resume it later', { timeout: 180_000 }, async (t) => {
  const { server, diary, start } = await setUp(t)
  const topic = await server.newTopic('paused', { partitions: 2 })
  const worker = await start(diarySink(topic, diary, { 'pause.value': 'pause', 'resume.value': 'resume' }))
  await server.produce(topic, [{ value: 'pause', partition: 0 }])
  await untilPut(diary, 1, worker)
  await server.produce(topic, [
    { value: 'held back', partition: 0 },
    { value: 'goes on', partition: 1 },
  ])
  await untilPut(diary, 2, worker)
  await delay(1500)
  assert.deepEqual(valuesPut(diary), ['pause', 'goes on'])
  await server.produce(topic, [{ value: 'resume', partition: 1 }])
  await untilPut(diary, 4, worker)
  assert.equal(await worker.stop(), 143)
  assert.deepEqual(valuesPut(diary), ['pause', 'goes on', 'resume', 'held back'])
})

test('records that cannot be converted go to the dead letter queue as they came, with what happened in their headers', {
  timeout: 180_000,
}, async (t) => {
  const { server, folder, start } = await setUp(t)
  const topic = await server.newTopic('bad-json')
  const letters = `${topic}-letters`
  const to = join(folder, 'to.txt')
  const timestamp = 1_700_000_000_000
  await server.produce(topic, [
    { value: '"one"' },
    { key: 'k', value: '{broken', timestamp, headers: { own: 'header' } },
    { value: '"two"' },
    { key: null, value: 'broken, too', timestamp: timestamp + 1 },
    { value: '"three"' },
  ])
  const name = uniqueName('letters')
  const worker = await start(
    fileSink(name, to, topic, {
      'value.converter': 'org.apache.kafka.connect.json.JsonConverter',
      'value.converter.schemas.enable': false,
      'errors.tolerance': 'all',
      'errors.log.enable': true,
      'errors.log.include.messages': true,
      'errors.deadletterqueue.topic.name': letters,
      'errors.deadletterqueue.topic.replication.factor': 1,
      'errors.deadletterqueue.context.headers.enable': true,
    }),
  )
  await waitUntil(() => countLines(to) === 3, { timeoutMs: 60_000, what: 'the good records' })
  const [first, second] = await server.consume(letters, { count: 2 })
  await waitUntil(async () => (await server.groupOffsets(`connect-${name}`, topic))[0] === 5, {
    timeoutMs: 60_000,
    what: 'the commit behind the bad records',
  })
  assert.equal(await worker.stop(), 143)
  assert.deepEqual([text(first!.key), text(first!.value), first!.timestamp], ['k', '{broken', timestamp])
  assert.deepEqual([second!.key, text(second!.value), second!.timestamp], [null, 'broken, too', timestamp + 1])
  const headers = headersOf(first!)
  assert.deepEqual(headers.slice(0, 9), [
    ['own', 'header'],
    ['__connect.errors.topic', topic],
    ['__connect.errors.partition', '0'],
    ['__connect.errors.offset', '1'],
    ['__connect.errors.connector.name', name],
    ['__connect.errors.task.id', '0'],
    ['__connect.errors.stage', 'VALUE_CONVERTER'],
    ['__connect.errors.class.name', 'org.apache.kafka.connect.json.JsonConverter'],
    ['__connect.errors.exception.class.name', 'org.apache.kafka.connect.errors.DataException'],
  ])
  const [message, trace, ...others] = headers.slice(9)
  assert.equal(message?.[0], '__connect.errors.exception.message')
  assert.match(message?.[1] ?? '', /Converting byte\[\] to Kafka Connect data failed due to serialization error/)
  assert.equal(trace?.[0], '__connect.errors.exception.stacktrace')
  assert.match(trace?.[1] ?? '', /^org\.apache\.kafka\.connect\.errors\.DataException: Converting byte/)
  assert.deepEqual(others, [])
  const logged = `Error encountered in task ${name}-0. Executing stage 'VALUE_CONVERTER' with class 'org.apache.kafka.connect.json.JsonConverter', where consumed record is {topic='${topic}', partition=0, offset=1, timestamp=${timestamp}, timestampType=CreateTime}.`
  assert.ok(worker.output().includes(logged), worker.output())
})

test('without errors.tolerance=all the first bad record fails the task and none of its poll is written', {
  timeout: 180_000,
}, async (t) => {
  const { server, folder, start } = await setUp(t)
  const topic = await server.newTopic('intolerant')
  const to = join(folder, 'to.txt')
  await server.produce(topic, [{ value: '"one"' }, { value: '{broken' }, { value: '"two"' }])
  const name = uniqueName('intolerant')
  const worker = await start(
    fileSink(name, to, topic, {
      'value.converter': 'org.apache.kafka.connect.json.JsonConverter',
      'value.converter.schemas.enable': false,
    }),
  )
  await worker.waitForLog(`WorkerTask{id=${name}-0} Task threw an uncaught and unrecoverable exception`)
  await worker.waitForLog('Tolerance exceeded in error handler')
  await worker.waitForLog(/Caused by: .*Converting byte\[\] to Kafka Connect data failed/)
  assert.equal(countLines(to), 0)
  assert.equal(await worker.stop(), 143)
  assert.deepEqual(await server.groupOffsets(`connect-${name}`, topic), [-1])
})

test('a record that the task reports goes to the dead letter queue, and the others are written', {
  timeout: 180_000,
}, async (t) => {
  const { server, diary, start } = await setUp(t)
  const topic = await server.newTopic('reported')
  const letters = `${topic}-letters`
  await server.produce(topic, [{ value: 'a' }, { key: 'k', value: 'bad' }, { value: 'c' }])
  const sink = diarySink(topic, diary, {
    'report.value': 'bad',
    'errors.tolerance': 'all',
    'errors.deadletterqueue.topic.name': letters,
    'errors.deadletterqueue.topic.replication.factor': 1,
    'errors.deadletterqueue.context.headers.enable': true,
  })
  const worker = await start(sink)
  await untilPut(diary, 3, worker)
  const [letter] = await server.consume(letters, { count: 1 })
  assert.equal(await worker.stop(), 143)
  assert.deepEqual([text(letter!.key), text(letter!.value)], ['k', 'bad'])
  const headers = new Map(headersOf(letter!))
  assert.equal(headers.get('__connect.errors.stage'), 'TASK_PUT')
  assert.equal(headers.get('__connect.errors.offset'), '1')
  assert.equal(headers.get('__connect.errors.exception.message'), 'bad record')
  assert.equal(headers.get('__connect.errors.exception.class.name'), 'org.apache.kafka.connect.errors.ConnectException')
})

test('a transform that stumbles is tried again until it works, or until errors.retry.timeout is over', {
  timeout: 180_000,
}, async (t) => {
  const { server, folder, diary, start } = await setUp(t)
  const topic = await server.newTopic('stumble')
  const letters = `${topic}-letters`
  const from = join(folder, 'from.txt')
  writeFileSync(from, 'first\nstumble here\nlast\n')
  const stumble = { transforms: 's', 'transforms.s.type': 'test.e2e.Stumble' }
  const began = Date.now()
  const worker = await start(
    fileSource(uniqueName('patient'), from, topic, {
      ...stumble,
      'transforms.s.times': 2,
      'errors.retry.timeout': 10_000,
    }),
    diarySink(topic, diary, {
      ...stumble,
      'transforms.s.times': 1000,
      'errors.retry.timeout': 1000,
      'errors.tolerance': 'all',
      'errors.deadletterqueue.topic.name': letters,
      'errors.deadletterqueue.topic.replication.factor': 1,
    }),
  )
  const records = await server.consume(topic, { count: 3 })
  assert.ok(Date.now() - began >= 900, 'it waited 300 and 600 ms')
  assert.deepEqual(
    records.map(({ value }) => text(value)),
    ['first', 'stumble here', 'last'],
  )
  await untilPut(diary, 2, worker)
  const [letter] = await server.consume(letters, { count: 1 })
  assert.equal(await worker.stop(), 143)
  assert.deepEqual(valuesPut(diary), ['first', 'last'])
  assert.equal(text(letter!.value), 'stumble here')
  assert.deepEqual(letter!.headers, [], 'no context was asked for')
})
