import assert from 'node:assert/strict'
import { appendFileSync, existsSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { kafka, uniqueName } from '../helpers/kafka-server.ts'
import {
  fileSink,
  fileSource,
  type OurWorker,
  runOurWorker,
  type Settings,
  startOurWorker,
  workerSettings,
  writeProperties,
} from '../helpers/our-worker.ts'
import { waitUntil } from '../helpers/processes.ts'
import { temporaryDir } from '../helpers/services-dir.ts'
import { askRest } from './ask-rest.ts'
import { countLines, writeLines } from './numbered-lines.ts'

const setUp = async (t: TestContext) => {
  const server = await kafka()
  const folder = temporaryDir(t)
  const topic = await server.newTopic('offsets')
  const [from, to] = [join(folder, 'from.txt'), join(folder, 'to.txt')]
  const worker = writeProperties(join(folder, 'w.properties'), workerSettings(server.bootstrap, folder))
  const [source, sink] = [fileSource(uniqueName('source'), from, topic), fileSink(uniqueName('sink'), to, topic)]
  const sourceFile = writeProperties(join(folder, 'source.properties'), source)
  const sinkFile = writeProperties(join(folder, 'sink.properties'), sink)
  const start = async (...connectors: (string | Settings)[]): Promise<OurWorker> => {
    const started = await startOurWorker({ folder, worker, connectors })
    t.after(() => started.kill9())
    return started
  }
  const offsets = async (...args: string[]) => {
    const [verb = '', ...rest] = args
    const { code, stdout, stderr } = await runOurWorker(['offsets', verb, worker, ...rest])
    return { code, json: stdout === '' ? undefined : JSON.parse(stdout), stderr }
  }
  const input = (json: unknown): string => {
    const file = join(folder, `${uniqueName('input')}.json`)
    writeFileSync(file, typeof json === 'string' ? json : JSON.stringify(json))
    return file
  }
  return { server, folder, topic, from, to, source, sink, sourceFile, sinkFile, worker, start, offsets, input }
}

const inSource = (filename: string, position: number | null) => ({
  partition: { filename },
  offset: position === null ? null : { position },
})
const inSink = (topic: string, offset: number) => ({
  partition: { kafka_partition: 0, kafka_topic: topic },
  offset: { kafka_offset: offset },
})

test('with the worker stopped, offsets are shown, set and reset in the file and in Kafka', {
  timeout: 240_000,
}, async (t) => {
  const { server, topic, from, to, source, sink, sourceFile, sinkFile, start, offsets, input, folder } = await setUp(t)
  writeFileSync(from, Array.from({ length: 10 }, (_, i) => `line ${i}\n`).join(''))
  const first = await start(sourceFile, sinkFile)
  await waitUntil(() => existsSync(to) && countLines(to) === 10, { timeoutMs: 60_000, what: 'ten lines' })
  assert.equal(await first.stop(), 143)

  const name = String(source['name'])
  const shown = await offsets('show', sourceFile)
  assert.deepEqual(shown.json.offsets.length, 1)
  const end = shown.json.offsets[0].offset.position
  assert.deepEqual(shown.json, { offsets: [inSource(from, end)] })
  assert.deepEqual((await offsets('show')).json, { [name]: { offsets: [inSource(from, end)] } })
  for (const sinkNamed of [sinkFile, String(sink['name'])]) {
    assert.deepEqual((await offsets('show', sinkNamed)).json, { offsets: [inSink(topic, 10)] })
  }

  const half = input({ offsets: [inSource(from, end / 2)] })
  const set = await offsets('set', sourceFile, '--input', half)
  assert.deepEqual(set, {
    code: 0,
    json: { message: 'The offsets for this connector have been altered successfully' },
    stderr: '',
  })
  assert.deepEqual((await offsets('show', name)).json, { offsets: [inSource(from, end / 2)] })
  assert.ok(existsSync(join(folder, 'connect.offsets.bak')))
  assert.match((await offsets('set', sinkFile, '--input', input([inSink(topic, 4)]))).json.message, /altered success/)
  assert.deepEqual(await server.groupOffsets(`connect-${sink['name']}`, topic), [4])

  const second = await start(sourceFile, sinkFile)
  // 5 lines once more from the source, and what the sink was set back to: 6 and these 5.
  await waitUntil(() => countLines(to) === 21, { timeoutMs: 60_000, what: '21 lines' })
  assert.equal(await second.stop(), 143)

  assert.match((await offsets('reset', name)).json.message, /have been reset successfully/)
  assert.deepEqual((await offsets('show')).json, {})
  assert.match((await offsets('reset', sinkFile)).json.message, /have been reset successfully/)
  assert.deepEqual((await offsets('show', sinkFile)).json, { offsets: [] })
})

test('while the worker runs it is asked, with all of its checks', { timeout: 240_000 }, async (t) => {
  const { from, source, sourceFile, start, offsets, input } = await setUp(t)
  writeLines(from, 0, 10)
  const name = String(source['name'])
  const worker = await start(sourceFile)
  await waitUntil(async () => (await offsets('show', name)).json?.offsets?.length === 1, {
    timeoutMs: 60_000,
    what: 'the offset to be stored',
  })
  const file = input([inSource(from, 0)])
  const running = await offsets('set', name, '--input', file)
  assert.equal(running.code, 3)
  assert.match(running.stderr, /error: Connectors must be in the STOPPED state/)
  assert.equal((await askRest(worker, `PUT /connectors/${name}/stop`)).status, 204)
  assert.match((await offsets('set', name, '--input', file)).json.message, /altered successfully/)
  assert.deepEqual((await askRest(worker, `GET /connectors/${name}/offsets`)).json, { offsets: [inSource(from, 0)] })

  const unknown = await offsets('set', 'nobody', '--input', file)
  assert.equal(unknown.code, 3)
  assert.match(unknown.stderr, /The worker that runs at .* has no connector nobody/)
  const offline = await offsets('set', name, '--input', file, '--offline')
  assert.equal(offline.code, 2)
  assert.match(offline.stderr, /A worker uses .*connect\.offsets \(process \d+ on .*\) and would overwrite/)
  assert.equal(await worker.stop(), 143)
})

test('offsets that make no sense are refused, and change nothing', { timeout: 180_000 }, async (t) => {
  const { from, sourceFile, offsets, input, sinkFile } = await setUp(t)
  const set = (file: string, json: unknown) => offsets('set', file, '--input', input(json))
  for (const [json, message] of [
    ['{"offsets":', /cannot be used: expected a value, but the text ends .*Accepted: \{"offsets"/],
    [{ offsets: [] }, /there are no offsets in it/],
    [[{ partition: { filename: from }, offset: 5 }], /"offset" must be a JSON object, and is a number/],
  ] as const) {
    const refused = await set(sourceFile, json)
    assert.equal(refused.code, 1)
    assert.match(refused.stderr, message)
  }
  const wrong = await set(sourceFile, [inSource(from, -1)])
  assert.equal(wrong.code, 3)
  assert.match(wrong.stderr, /position/)
  const missing = await set(sinkFile, [inSink('no-such-topic', 1)])
  assert.equal(missing.code, 3)
  assert.match(missing.stderr, /Kafka topic no-such-topic does not exist/)
  const nobody = await offsets('show', 'nobody')
  assert.equal(nobody.code, 3)
  assert.match(nobody.stderr, /There are no offsets of nobody: neither in .* nor of the consumer group connect-nobody/)
  assert.deepEqual((await offsets('show')).json, {})
})

test('initial offsets count for a connector that has none, from a file and over REST', {
  timeout: 240_000,
}, async (t) => {
  const { server, folder, topic, from, source, sink, start } = await setUp(t)
  writeFileSync(from, 'skipped\nfirst\n')
  const request = { name: source['name'], config: source, initial_offsets: [inSource(from, 8)] }
  const file = join(folder, 'request.json')
  writeFileSync(file, JSON.stringify(request))
  const first = await start(file)
  const [record] = await server.consume(topic, { count: 1 })
  assert.equal(record?.value?.toString(), 'first')
  await waitUntil(
    async () => {
      const { json } = await askRest(first, `GET /connectors/${source['name']}/offsets`)
      return json.offsets[0]?.offset.position === 14
    },
    { timeoutMs: 60_000, what: 'the offset to be stored' },
  )

  const skipping = { name: sink['name'], config: sink, initial_offsets: { offsets: [inSink(topic, 1)] } }
  assert.equal((await askRest(first, 'POST /connectors', skipping)).status, 201)
  const wrong = { name: 'w', config: { ...source, name: 'w' }, initial_offsets: [inSource(from, -1)] }
  assert.equal((await askRest(first, 'POST /connectors', wrong)).status, 400)
  assert.equal((await askRest(first, 'GET /connectors/w')).status, 404)
  appendFileSync(from, 'second\n')
  await waitUntil(() => existsSync(String(sink['file'])) && countLines(String(sink['file'])) === 1, {
    timeoutMs: 60_000,
    what: 'the second line in the sink',
  })
  assert.equal(await first.stop(), 143)

  const second = await start(file)
  assert.match(second.output(), /The initial offsets of .* are not used: 1 offsets are stored for it already/)
  assert.equal((await server.consume(topic)).length, 2)
  assert.equal(await second.stop(), 143)
})

test('two workers on one offset file are warned, and run', { timeout: 180_000 }, async (t) => {
  const { start, folder } = await setUp(t)
  const first = await start()
  const second = await start()
  assert.match(
    second.output(),
    new RegExp(`Offset file .* is in use by another worker already \\(process ${first.pid} on`),
  )
  assert.doesNotMatch(first.output(), /in use by another worker/)
  assert.equal(await second.stop(), 143)
  assert.ok(existsSync(join(folder, 'connect.offsets.lock')))
  await first.kill9()
  const third = await start()
  assert.doesNotMatch(third.output(), /in use by another worker/)
  assert.equal(await third.stop(), 143)
  assert.equal(existsSync(join(folder, 'connect.offsets.lock')), false)
})
