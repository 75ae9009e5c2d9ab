// The development broker with the clients that people have: our worker, the Java tools, the genuine JVM Connect worker.
import assert from 'node:assert/strict'
import { mkdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { type DevBroker, startDevBroker } from '../../src/dev-broker/start-broker.ts'
import { withoutApachePrograms } from '../helpers/choose-broker.ts'
import { startJvmWorker } from '../helpers/jvm-worker.ts'
import { kafkaClassPath } from '../helpers/kafka-libs.ts'
import { kafkaServer } from '../helpers/kafka-server.ts'
import { fileSink, fileSource, startOurWorker, workerSettings, writeProperties } from '../helpers/our-worker.ts'
import { freePort, hasProgram, runProgram, waitUntil } from '../helpers/processes.ts'
import { temporaryDir } from '../helpers/services-dir.ts'
import { asciiLineOf, countLines, writeLines } from './numbered-lines.ts'

const skip = await withoutApachePrograms()

describe('The development broker', () => {
  let broker: DevBroker
  const lines: string[] = []
  before(async () => {
    broker = await startDevBroker({ log: (line) => lines.push(line) })
  })
  after(() => broker.close())

  /** A tool of Apache Kafka. @returns what it printed */
  const javaTool = async (name: string, args: readonly string[], input?: string): Promise<string> => {
    const jvm = ['-XX:TieredStopAtLevel=1', '-Xmx256m', '-cp', await kafkaClassPath()]
    const { code, stdout, stderr } = await runProgram(
      'java',
      [...jvm, name, '--bootstrap-server', broker.bootstrap, ...args],
      { timeoutMs: 180_000, ...(input !== undefined && { input }) },
    )
    assert.equal(code, 0, `${name}: ${stdout}${stderr}`)
    return stdout
  }

  test('takes 100,000 lines from our worker and gives them back in order', { timeout: 240_000 }, async (t) => {
    const folder = temporaryDir(t)
    const [from, to] = [join(folder, 'from.txt'), join(folder, 'to.txt')]
    writeLines(from, 0, 100_000)
    const worker = await startOurWorker({
      folder,
      worker: workerSettings(broker.bootstrap, folder),
      connectors: [fileSource('dev-source', from, 'dev-lines'), fileSink('dev-sink', to, 'dev-lines')],
    })
    t.after(() => worker.kill9())
    await waitUntil(() => countLines(to) >= 100_000, {
      timeoutMs: 120_000,
      what: 'the lines',
      giveUp: () => (worker.exit === undefined ? undefined : worker.output()),
    })
    assert.equal(await worker.stop(), 143)
    assert.ok(readFileSync(to).equals(readFileSync(from)))
    assert.doesNotMatch(worker.output(), / (WARN|ERROR) /)
  })

  test('serves the console producer and consumer and the admin tools of Apache Kafka', {
    skip,
    timeout: 400_000,
  }, async () => {
    const numbers = Array.from({ length: 5000 }, (_, i) => `${i}`).join('\n')
    await javaTool('org.apache.kafka.tools.ConsoleProducer', ['--topic', 'java'], `${numbers}\n`)
    const read = ['--topic', 'java', '--from-beginning', '--max-messages', '5000', '--group', 'java-readers']
    assert.equal((await javaTool('org.apache.kafka.tools.consumer.ConsoleConsumer', read)).trim(), numbers)
    const group = await javaTool('org.apache.kafka.tools.consumer.group.ConsumerGroupCommand', [
      '--describe',
      '--group',
      'java-readers',
    ])
    assert.match(group, /java-readers\s+java\s+0\s+5000\s+5000\s+0\s/)
    const create = ['--create', '--topic', 'made', '--partitions', '3', '--config', 'cleanup.policy=compact']
    await javaTool('org.apache.kafka.tools.TopicCommand', create)
    const described = await javaTool('org.apache.kafka.tools.TopicCommand', ['--describe', '--topic', 'made'])
    assert.match(described, /PartitionCount: 3\s+ReplicationFactor: 1\s+Configs: cleanup\.policy=compact/)
    assert.equal(described.split('\n').filter((line) => line.includes('Leader: 1')).length, 3)
  })

  test('serves the Java producer with transactions, and a reader of committed records', {
    skip,
    timeout: 300_000,
  }, async () => {
    const transactions = ['--transactional-id', 'perf', '--transaction-duration-ms', '50']
    await javaTool('org.apache.kafka.tools.ProducerPerformance', [
      '--topic',
      'moved',
      '--num-records',
      '10000',
      '--record-size',
      '100',
      '--throughput',
      '-1',
      ...transactions,
    ])
    const output = await javaTool('org.apache.kafka.tools.consumer.ConsoleConsumer', [
      '--topic',
      'moved',
      '--from-beginning',
      '--max-messages',
      '10000',
      '--isolation-level',
      'read_committed',
    ])
    assert.equal(output.trim().split('\n').length, 10_000)
    const [end] = await kafkaServer(broker.bootstrap).endOffsets('moved')
    assert.ok(end! > 10_000, 'the markers have offsets as well')
  })

  test('runs the genuine JVM Connect worker: 100,000 lines from file to file', {
    skip,
    timeout: 400_000,
  }, async (t) => {
    const folder = temporaryDir(t)
    const path = (name: string): string => join(folder, name)
    mkdirSync(path('plugins'))
    writeLines(path('from.txt'), 0, 100_000, asciiLineOf)
    const workerFile = writeProperties(path('worker.properties'), {
      ...workerSettings(broker.bootstrap, folder),
      listeners: `http://127.0.0.1:${await freePort()}`,
      'plugin.path': path('plugins'),
    })
    const worker = await startJvmWorker({
      workerFile,
      connectorFiles: [
        writeProperties(path('source.properties'), fileSource('jvm-source', path('from.txt'), 'jvm-lines')),
        writeProperties(path('sink.properties'), fileSink('jvm-sink', path('to.txt'), 'jvm-lines')),
      ],
    })
    t.after(() => worker.kill())
    await waitUntil(() => countLines(path('to.txt')) >= 100_000, { timeoutMs: 120_000, what: 'the lines' })
    await worker.stop()
    assert.ok(readFileSync(path('to.txt')).equals(readFileSync(path('from.txt'))))
  })

  test('serves kcat (librdkafka)', { timeout: 200_000 }, async (t) => {
    if (!(await hasProgram('kcat', '-V'))) {
      t.skip('there is no kcat on PATH')
      return
    }
    const numbers = Array.from({ length: 20_000 }, (_, i) => `${i}\n`).join('')
    const kcat = async (args: readonly string[], input = ''): Promise<string> => {
      const { code, stdout, stderr } = await runProgram('kcat', ['-b', broker.bootstrap, ...args], { input })
      assert.equal(code, 0, stderr)
      return stdout
    }
    await kcat(['-P', '-t', 'kcat', '-X', 'enable.idempotence=true', '-z', 'lz4'], numbers)
    assert.equal(await kcat(['-C', '-t', 'kcat', '-o', 'beginning', '-e', '-q']), numbers)
    const inGroup = ['-X', 'auto.offset.reset=earliest', '-G', 'kcat-readers', 'kcat', '-c', '20000', '-q']
    assert.equal(await kcat(inGroup), numbers)
    assert.match(await kcat(['-Q', '-t', 'kcat:0:-1']), /offset 20000/)
  })

  test('had nothing to complain of', () => assert.deepEqual(lines, []))
})
