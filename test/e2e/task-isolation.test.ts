import assert from 'node:assert/strict'
import { appendFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { kafka, uniqueName } from '../helpers/kafka-server.ts'
import { fileSink, fileSource, type OurWorker, startOurWorker, workerSettings } from '../helpers/our-worker.ts'
import { waitUntil } from '../helpers/processes.ts'
import { temporaryDir } from '../helpers/services-dir.ts'
import { askRest } from './ask-rest.ts'
import { countLines } from './numbered-lines.ts'
import { installPlugins, readDiary } from './plugin-folder.ts'

const THREAD = { 'task.isolation': 'thread' }

const untilTask = async (worker: OurWorker, name: string, state: string): Promise<string> => {
  let last: unknown
  return waitUntil(
    async () => {
      const { json, status } = await askRest(worker, `GET /connectors/${name}/status`)
      last = json
      const task = status === 200 ? json.tasks[0] : undefined
      return task?.state === state ? String(task.trace ?? 'no trace') : undefined
    },
    { timeoutMs: 90_000, intervalMs: 200, what: `${name} to be ${state}` },
  ).catch((error: unknown) => {
    throw new Error(`${error instanceof Error ? error.message : error}: ${JSON.stringify(last)}`)
  })
}

test('a source in a thread writes what it writes without one: records, offsets, retries, skipped records and dead letters', {
  timeout: 300_000,
}, async (t) => {
  const server = await kafka()
  const folder = temporaryDir(t)
  const topics = { none: await server.newTopic('none'), thread: await server.newTopic('thread') }
  const letters = { none: uniqueName('letters'), thread: uniqueName('letters') }
  const worker = await startOurWorker({
    folder,
    worker: workerSettings(server.bootstrap, folder, { 'plugin.path': installPlugins(folder) }),
  })
  t.after(() => worker.kill9())
  const offsets: unknown[] = []
  for (const isolation of ['none', 'thread'] as const) {
    const file = join(folder, `${isolation}.json`)
    const topic = topics[isolation]
    const records = [
      {
        topic,
        key: 'k1',
        value: 'one',
        timestamp: 1000,
        headers: [
          ['h', 'x'],
          ['h', null],
        ],
      },
      { topic, value: 'stumble once', timestamp: 1001 },
      { topic, key: null, value: null, partition: 0, timestamp: 1002 },
      { topic, value: 'drop me', timestamp: 1003, headers: [['drop', '1']] },
      {
        topic,
        value: 'ümläut €',
        timestamp: 1004,
        headers: [
          ['a', ''],
          ['b', 'ü'],
        ],
      },
      { topic, value: 'no such partition', timestamp: 1005, partition: 7 },
      { topic, value: 'no field', timestamp: 1005, headers: [['extract', '1']] },
      { topic, value: 'last', timestamp: 1006 },
    ]
    writeFileSync(file, JSON.stringify(records))
    const config = {
      'connector.class': 'test.e2e.JsonSource',
      file,
      transforms: 'stumble,filter,extract',
      'transforms.extract.type': 'org.apache.kafka.connect.transforms.ExtractField$Value',
      'transforms.extract.field': 'none',
      'transforms.extract.predicate': 'wants',
      'transforms.stumble.type': 'test.e2e.Stumble',
      'transforms.stumble.times': '1',
      'transforms.filter.type': 'org.apache.kafka.connect.transforms.Filter',
      'transforms.filter.predicate': 'has',
      predicates: 'has,wants',
      'predicates.wants.type': 'org.apache.kafka.connect.transforms.predicates.HasHeaderKey',
      'predicates.wants.name': 'extract',
      'predicates.has.type': 'org.apache.kafka.connect.transforms.predicates.HasHeaderKey',
      'predicates.has.name': 'drop',
      'errors.retry.timeout': '5000',
      'errors.tolerance': 'all',
      'errors.source.deadletterqueue.topic.name': letters[isolation],
      'errors.source.deadletterqueue.context.headers.enable': 'false',
      'task.isolation': isolation,
    }
    const made = await askRest(worker, 'POST /connectors', { name: `json-${isolation}`, config })
    assert.equal(made.status, 201, JSON.stringify(made.json))
    const written = await server.consume(topic, { count: 5, timeoutMs: 90_000 })
    assert.equal(written.length, 5)
    offsets.push(
      await waitUntil(
        async () => {
          const { json } = await askRest(worker, `GET /connectors/json-${isolation}/offsets`)
          return json.offsets[0]?.offset.next === 8 ? json.offsets[0].offset : undefined
        },
        { timeoutMs: 60_000, what: 'the last offset to be stored' },
      ),
    )
  }
  const [plain, isolated] = [await server.consume(topics.none), await server.consume(topics.thread)]
  assert.deepEqual(isolated, plain)
  assert.deepEqual(offsets[1], offsets[0])
  const told = async (topic: string) =>
    (await server.consume(topic, { count: 2 })).map(({ key, value, headers }) => ({
      ...{
        key,
        headers,
        value: value
          ?.toString()
          .replaceAll(topics.thread, 'TOPIC')
          .replaceAll(topics.none, 'TOPIC')
          .replace('thread.json', 'none.json'),
      },
    }))
  assert.deepEqual(await told(letters.thread), await told(letters.none))
  assert.equal(await worker.stop(), 143)
})

test('a sink in a thread is put what it is put without one, reports, retries and pauses; a lost thread is its own loss', {
  timeout: 300_000,
}, async (t) => {
  const server = await kafka()
  const folder = temporaryDir(t)
  const topic = await server.newTopic('isolated')
  const badTopic = await server.newTopic('bad')
  await server.produce(badTopic, [{ value: 'one' }])
  const diary = join(folder, 'diary')
  const [from, to] = [join(folder, 'from.txt'), join(folder, 'to.txt')]
  writeFileSync(from, '')
  const letters = uniqueName('letters')
  const sinkExits = uniqueName('sink-exits')
  const bad = (name: string, where: string, how: string, more = {}) => ({
    ...{ name, 'connector.class': 'test.e2e.BadSource', topic: badTopic, where, how, ...THREAD, ...more },
  })
  const worker = await startOurWorker({
    folder,
    worker: workerSettings(server.bootstrap, folder, {
      'plugin.path': installPlugins(folder),
      'task.shutdown.graceful.timeout.ms': 2000,
    }),
    connectors: [
      fileSource('from', from, topic, THREAD),
      fileSink(uniqueName('to'), to, topic, THREAD),
      {
        ...{
          name: uniqueName('diary'),
          'connector.class': 'test.e2e.DiarySink',
          topics: topic,
          diary,
          ...THREAD,
          retriable: 2,
        },
        ...{ 'report.value': 'bad', 'pause.value': 'pause', 'resume.value': 'resume', 'errors.tolerance': 'all' },
        'errors.deadletterqueue.topic.name': letters,
        'errors.deadletterqueue.topic.replication.factor': 1,
      },
      bad('exits', 'poll', 'exit'),
      bad('leaks', 'leaks', '', { 'task.isolation.memory.mb': 24 }),
      bad('blocks', 'poll', 'block', { ms: 2_000_000_000 }),
      bad('hangs-in-stop', 'stop', 'block', { ms: 2_000_000_000 }),
      bad('throws-in-a-timer', 'timer', 'error'),
      { ...bad(sinkExits, 'put', 'exit'), 'connector.class': 'test.e2e.BadSink', topics: badTopic },
    ],
  })
  t.after(() => worker.kill9())
  const line = async (text: string, lines: number): Promise<void> => {
    appendFileSync(from, `${text}\n`)
    await waitUntil(() => countLines(to) >= lines, { timeoutMs: 90_000, what: `line ${lines}` })
  }
  await line('good', 1)
  await line('bad', 2)
  assert.match(await untilTask(worker, 'exits', 'FAILED'), /thread of task exits-0 has ended, with code 7/)
  assert.match(await untilTask(worker, sinkExits, 'FAILED'), /thread of task sink-exits-\w+-0 has ended, with code 7/)
  assert.match(await untilTask(worker, 'leaks', 'FAILED'), /memory/i)
  assert.match(await untilTask(worker, 'throws-in-a-timer', 'FAILED'), /told to fail/)
  await untilTask(worker, 'blocks', 'RUNNING')
  await line('while they fail', 3)

  const entries = await waitUntil(
    () => {
      const found = readDiary(diary)
      return found.filter(({ call }) => call === 'put').flatMap(({ values }) => values ?? []).length >= 3 && found
    },
    { timeoutMs: 90_000, what: 'the diary to have three records' },
  )
  const values = entries.filter(({ call }) => call === 'put').flatMap((entry) => entry.values ?? [])
  assert.deepEqual(values, ['good', 'bad', 'while they fail'])
  assert.equal(entries.filter(({ call }) => call === 'put and fail').length, 2)
  const [letter] = await server.consume(letters, { count: 1, timeoutMs: 60_000 })
  assert.equal(letter?.value?.toString(), 'bad')

  for (const name of ['blocks', 'hangs-in-stop']) {
    assert.equal((await askRest(worker, `DELETE /connectors/${name}`)).status, 204)
  }
  await line('after that', 4)
  assert.equal(await worker.stop(), 143)
})
