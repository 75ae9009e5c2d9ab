// The development broker as a user meets it: `connect-standalone --dev ...` and `connect-standalone broker`.
import assert from 'node:assert/strict'
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { Kafka, logLevel } from 'kafkajs'
import { kafkaServer } from '../helpers/kafka-server.ts'
import {
  fileSink,
  fileSource,
  type OurWorker,
  type OurWorkerOptions,
  programRoot,
  runOurWorker,
  type Settings,
  startOurWorker,
  workerSettings,
  writeProperties,
} from '../helpers/our-worker.ts'
import { freePort, isListening, type Running, startProgram, waitUntil } from '../helpers/processes.ts'
import { temporaryDir } from '../helpers/services-dir.ts'
import { countLines, writeLines } from './numbered-lines.ts'

const LINES = 5000

/** A machine with Node.js and nothing else. */
const nothingOnPath = (folder: string): Readonly<Record<string, string | undefined>> => {
  const empty = join(folder, 'empty')
  mkdirSync(empty, { recursive: true })
  return { PATH: empty, JAVA_HOME: undefined, KAFKA_BOOTSTRAP: undefined }
}

/** Settings without a server, as `--dev` wants them. */
const withoutServers = (folder: string, more: Settings = {}): Settings => {
  const { 'bootstrap.servers': _, ...settings } = workerSettings('', folder, more)
  return settings
}

const start = async (t: TestContext, options: OurWorkerOptions): Promise<OurWorker> => {
  const worker = await startOurWorker({ env: nothingOnPath(options.folder!), ...options })
  t.after(() => worker.kill9())
  return worker
}

const untilLines = (worker: OurWorker, file: string, lines: number): Promise<unknown> =>
  waitUntil(() => countLines(file) >= lines, {
    timeoutMs: 120_000,
    what: `${lines} lines in ${file}`,
    giveUp: () => (worker.exit === undefined ? undefined : worker.output()),
  })

const listening = /Development broker listens on (\S+:\d+), data in/

const addressIn = (output: string): string => listening.exec(output)![1]!

test('with nothing but Node.js, --dev moves lines from file to file; the next start goes on where this one stopped', {
  timeout: 400_000,
}, async (t) => {
  const folder = temporaryDir(t)
  const [from, to] = [join(folder, 'from.txt'), join(folder, 'to.txt')]
  writeLines(from, 0, LINES)
  const files = {
    folder,
    worker: withoutServers(folder),
    connectors: [fileSource('source', from, 'lines'), fileSink('sink', to, 'lines')],
    args: ['--dev', ':0'],
  }
  const worker = await start(t, files)
  await untilLines(worker, to, LINES)
  const address = addressIn(worker.output())
  assert.match(address, /^127\.0\.0\.1:\d+$/)
  assert.ok(worker.output().includes(`data in ${join(folder, 'connect.offsets')}.dev-broker`))

  // Any client can use it beside us, under the name that people type.
  const server = kafkaServer(address.replace('127.0.0.1', 'localhost'))
  assert.deepEqual(await server.topics(), ['lines'])
  const records = await server.consume('lines')
  assert.deepEqual(
    records.map(({ value }) => `${value}\n`).join(''),
    readFileSync(from, 'utf8'),
    'the topic holds the lines in order',
  )
  await server.produce('lines', [{ value: 'from somebody else' }])
  await untilLines(worker, to, LINES + 1)
  assert.equal(await worker.stop(), 143)
  // The connectors end first: what they commit at the end goes to the broker.
  assert.match(
    worker.output(),
    /Partitions revoked: lines-0\n.*Kafka Connect stopped\n.*Development broker stopped\n$/s,
  )
  assert.doesNotMatch(worker.output(), / (WARN|ERROR) /)

  writeLines(from, LINES, LINES + 10)
  const again = await start(t, files)
  await untilLines(again, to, LINES + 11)
  const all = await kafkaServer(addressIn(again.output())).consume('lines')
  assert.equal(await again.stop('SIGINT'), 130)
  assert.equal(all.length, LINES + 11, 'no line was sent twice')
  assert.equal(countLines(to), LINES + 11, 'and none written twice')
  assert.doesNotMatch(again.output(), / (WARN|ERROR) /)
})

test('--dev without an address listens where the file looks for a broker on this machine', async (t) => {
  const folder = temporaryDir(t)
  const port = await freePort()
  const began = performance.now()
  const worker = await start(t, {
    folder,
    worker: workerSettings(`localhost:${port}`, folder),
    args: ['--dev'],
    ready: listening,
  })
  assert.equal(addressIn(worker.output()), `127.0.0.1:${port}`)
  assert.ok(await isListening(port))
  t.diagnostic(`listening ${worker.readyAfterMs.toFixed(0)} ms after the start of the process`)
  assert.ok(performance.now() - began < 20_000)
  await worker.waitForLog('Kafka Connect started')
  assert.equal(await worker.stop(), 143)
})

test('any address but loopback is warned of', async (t) => {
  const folder = temporaryDir(t)
  const worker = await start(t, {
    folder,
    worker: withoutServers(folder, { 'bootstrap.servers': 'embedded' }),
    args: ['--dev', `0.0.0.0:${await freePort()}`],
  })
  assert.match(worker.output(), / WARN {2}\[broker\] The development broker listens on 0\.0\.0\.0: whoever reaches it/)
  assert.equal(await worker.stop(), 143)
})

test('--dev-memory keeps nothing on disk, and says so where sources would go on from before', async (t) => {
  const folder = temporaryDir(t)
  const [from, to] = [join(folder, 'from.txt'), join(folder, 'to.txt')]
  writeLines(from, 0, 100)
  const files = {
    folder,
    worker: withoutServers(folder),
    connectors: [fileSource('source', from, 'lines'), fileSink('sink', to, 'lines')],
    args: ['--dev', ':0', '--dev-memory', '64m'],
  }
  const worker = await start(t, files)
  await untilLines(worker, to, 100)
  assert.match(worker.output(), /, data in memory \(at most 64 MiB\)\n/)
  assert.equal(await worker.stop(), 143)
  assert.doesNotMatch(worker.output(), / (WARN|ERROR) /)
  assert.ok(!existsSync(join(folder, 'connect.offsets.dev-broker')))
  const again = await start(t, files)
  assert.match(
    again.output(),
    / WARN {2}\[broker\] The broker's topics are empty \(--dev-memory\), but .*connect\.offsets/,
  )
  assert.equal(await again.stop(), 143)
})

test('what cannot be: each ends with 2 and says what to do', async (t) => {
  const folder = temporaryDir(t)
  const file = (name: string, settings: Settings): string => writeProperties(join(folder, name), settings)
  const elsewhere = file('elsewhere.properties', workerSettings('kafka1:9092', folder))
  const embedded = file('embedded.properties', workerSettings('embedded', folder))
  const run = async (...args: string[]): Promise<string> => {
    const { code, stderr } = await runOurWorker(args)
    assert.equal(code, 2, stderr)
    return stderr
  }
  assert.equal(
    await run('--dev', elsewhere),
    `error: ${elsewhere}:1: bootstrap.servers is kafka1:9092, but --dev starts a broker on 127.0.0.1:9092. To use that one, leave bootstrap.servers out or set it to 'embedded'; to use kafka1:9092, leave out --dev\n`,
  )
  assert.equal(
    await run(embedded),
    `error: ${embedded}:1: bootstrap.servers: 'embedded' is the development broker: start it with connect-standalone --dev ...\n`,
  )

  const taken = createServer()
  const port = await freePort()
  await new Promise<void>((done) => taken.listen(port, '127.0.0.1', done))
  t.after(() => taken.close())
  const portTaken = await run('--dev', `localhost:${port}`, embedded)
  assert.match(
    portTaken,
    new RegExp(`error: The development broker cannot start: 127\\.0\\.0\\.1:${port} is taken, perhaps`),
  )
  assert.match(portTaken, /--dev HOST:PORT \(port 0: any that is free\)/)

  const worker = await start(t, { folder, worker: embedded, args: ['--dev', ':0'] })
  const inUse = await run('--dev', ':0', embedded)
  assert.match(inUse, /connect\.offsets\.dev-broker is in use by the broker with process id \d+ .*--dev-data-dir/)
  assert.ok(inUse.includes(String(worker.pid)))
  assert.equal(await worker.stop(), 143)

  writeFileSync(join(folder, 'a-file'), '')
  assert.match(await run('--dev', ':0', '--dev-data-dir', join(folder, 'a-file'), embedded), /EEXIST.*--dev-data-dir/)
})

const startBroker = async (
  t: TestContext,
  folder: string,
  ...args: string[]
): Promise<Running & { bootstrap: string }> => {
  await runOurWorker(['--version'], 150_000) // builds the program if need be
  const program = join(programRoot(), 'bin/connect-standalone')
  const broker = startProgram(process.execPath, [program, 'broker', '--port', '0', ...args], {
    logFile: join(folder, `broker-${Date.now()}.log`),
    env: nothingOnPath(folder),
  })
  t.after(() => broker.kill())
  const bootstrap = await waitUntil(() => listening.exec(broker.output())?.[1], {
    timeoutMs: 60_000,
    intervalMs: 5,
    what: 'the broker',
    giveUp: () => (broker.exit === undefined ? undefined : broker.output()),
  })
  return Object.assign(broker, { bootstrap })
}

test('broker runs alone: a worker uses it, and it ends by a signal with what it keeps', async (t) => {
  const folder = temporaryDir(t)
  const data = join(folder, 'data')
  const broker = await startBroker(t, folder, '--data-dir', data, '--partitions', '3', '--fsync')
  assert.equal(broker.output(), `Development broker listens on ${broker.bootstrap}, data in ${data}\n`)
  const [from, to] = [join(folder, 'from.txt'), join(folder, 'to.txt')]
  writeLines(from, 0, 1000)
  const worker = await start(t, {
    folder,
    worker: workerSettings(broker.bootstrap, folder),
    connectors: [fileSource('source', from, 'lines'), fileSink('sink', to, 'lines')],
  })
  await untilLines(worker, to, 1000)
  assert.equal(await worker.stop(), 143)
  assert.equal(await kafkaServer(broker.bootstrap).partitionCount('lines'), 3)
  broker.signal('SIGINT')
  assert.equal(await broker.ended, 130)

  const again = await startBroker(t, folder, '--data-dir', data)
  const ends = await kafkaServer(again.bootstrap).endOffsets('lines')
  assert.equal(
    ends.reduce((sum, end) => sum + end),
    1000,
  )
  again.signal('SIGTERM')
  assert.equal(await again.ended, 143)
})

test('broker --user asks for SASL/PLAIN, and tells no password', async (t) => {
  const folder = temporaryDir(t)
  const password = 'open:Sesame'
  const broker = await startBroker(t, folder, '--user', `ali:${password}`, '--user', 'baba:secret2', '--memory', '32m')
  assert.match(broker.output(), /data in memory \(at most 32 MiB\)\n$/)
  const jaas = (word: string): string =>
    `org.apache.kafka.common.security.plain.PlainLoginModule required username="ali" password="${word}";`
  const settings = (word: string): Settings => ({
    ...workerSettings(broker.bootstrap, folder),
    'security.protocol': 'SASL_PLAINTEXT',
    'sasl.mechanism': 'PLAIN',
    'sasl.jaas.config': jaas(word),
  })
  const worker = await start(t, { folder, worker: settings(password) })
  assert.equal(await worker.stop(), 143)
  const { code, stderr } = await runOurWorker([
    writeProperties(join(folder, 'wrong.properties'), settings('wrong-word')),
  ])
  assert.equal(code, 2)
  assert.match(stderr, /uthenticat/)
  const stranger = new Kafka({ brokers: [broker.bootstrap], logLevel: logLevel.NOTHING, retry: { retries: 0 } }).admin()
  await assert.rejects(stranger.listTopics())
  await stranger.disconnect()
  assert.equal(await broker.stop(), 143)
  assert.doesNotMatch(broker.output(), /Sesame|secret2|wrong-word/)
})
