import { spawn } from 'node:child_process'
import { closeSync, openSync, readFileSync } from 'node:fs'
import { Kafka, logLevel } from 'kafkajs'
import { startApacheKafka } from '../test/helpers/kafka-broker.ts'
import { kafkaClassPath } from '../test/helpers/kafka-libs.ts'
import { waitUntil } from '../test/helpers/processes.ts'
import type { InputFile } from './input-files.ts'

/** The broker that both sides run against, seen through kafkajs: neither side is its own witness. */
export interface BenchCluster {
  readonly bootstrap: string
  createTopic(topic: string, partitions: number): Promise<void>
  deleteTopic(topic: string): Promise<void>
  /** Records of a topic, all partitions, as their end offsets tell. */
  recordsIn(topic: string): Promise<number>
  /** Writes a file's lines into a topic with Apache's console producer and its defaults. */
  fill(topic: string, file: InputFile): Promise<void>
  /** Writes a file's lines into topics in turns, in batches as Apache's clients make them by default. */
  spread(topics: readonly string[], file: InputFile): Promise<void>
  /** Calls back for each record, from the first on, until the returned function is called. */
  follow(topic: string, onRecord: (value: string) => void): Promise<() => Promise<void>>
  close(): Promise<void>
}

const BROKER_JVM = ['-Xmx1g']
const BROKER_SETTINGS = {
  // What was measured is deleted at once, so that later rounds find the same disk.
  'log.segment.delete.delay.ms': 1000,
}

export const startCluster = async (): Promise<BenchCluster> => {
  const broker = await startApacheKafka({ jvmOptions: BROKER_JVM, settings: BROKER_SETTINGS })
  const client = new Kafka({ clientId: 'bench', brokers: [broker.bootstrap], logLevel: logLevel.NOTHING })
  const admin = client.admin()
  await admin.connect()

  const countRecords = async (topic: string): Promise<number> => {
    const partitions = await admin.fetchTopicOffsets(topic)
    return partitions.reduce((sum, { high }) => sum + Number(high), 0)
  }
  // A busy broker now and then says of a topic that it does not host it
  const recordsIn = (topic: string): Promise<number> =>
    waitUntil(() => countRecords(topic), { timeoutMs: 10_000, what: `the end offsets of ${topic}` })

  return {
    bootstrap: broker.bootstrap,
    recordsIn,
    async createTopic(topic, partitions) {
      await admin.createTopics({ topics: [{ topic, numPartitions: partitions, replicationFactor: 1 }] })
      // Metadata tell of it a moment before its leaders answer.
      await waitUntil(() => recordsIn(topic).then((records) => records === 0), {
        timeoutMs: 20_000,
        what: `topic ${topic} to be ready`,
      })
    },
    async deleteTopic(topic) {
      await admin.deleteTopics({ topics: [topic] })
    },
    async fill(topic, file) {
      await produceLines(broker.bootstrap, topic, file)
      const found = await recordsIn(topic)
      if (found !== file.lines) throw new Error(`${topic} was filled with ${found} records instead of ${file.lines}`)
    },
    async spread(topics, file) {
      const producer = client.producer()
      await producer.connect()
      const lines = readFileSync(file.path, 'utf8').trimEnd().split('\n')
      for (let at = 0, turn = 0; at < lines.length; turn++) {
        const topicMessages = []
        for (let batch = 0; batch < SPREAD_BATCHES && at < lines.length; batch++, at += SPREAD_LINES) {
          const messages = lines.slice(at, at + SPREAD_LINES).map((value) => ({ value }))
          topicMessages.push({ topic: topics[(turn * SPREAD_BATCHES + batch) % topics.length]!, messages })
        }
        await producer.sendBatch({ topicMessages })
      }
      await producer.disconnect()
    },
    async follow(topic, onRecord) {
      const consumer = client.consumer({ groupId: `follow-${topic}`, maxWaitTimeInMs: 500 })
      await consumer.connect()
      await consumer.subscribe({ topic, fromBeginning: true })
      const joined = new Promise<void>((resolve) => consumer.on(consumer.events.GROUP_JOIN, () => resolve()))
      await consumer.run({ autoCommit: false, eachMessage: async ({ message }) => onRecord(String(message.value)) })
      await joined
      return () => consumer.disconnect()
    },
    async close() {
      await admin.disconnect()
      await broker.close()
    },
  }
}

const FILL_MS = 300_000
/** Lines of 85 bytes that fill a batch of 16 KB, and how many batches, of different topics, go at once. */
const SPREAD_LINES = 170
const SPREAD_BATCHES = 10

const produceLines = async (bootstrap: string, topic: string, { path }: InputFile): Promise<void> => {
  const classPath = await kafkaClassPath()
  const input = openSync(path, 'r')
  const args = ['-Xmx512m', '-cp', classPath, 'org.apache.kafka.tools.ConsoleProducer']
  const child = spawn('java', [...args, '--bootstrap-server', bootstrap, '--topic', topic], {
    stdio: [input, 'ignore', 'pipe'],
    timeout: FILL_MS,
  })
  closeSync(input)
  let trouble = ''
  child.stderr?.on('data', (chunk: Buffer) => {
    trouble = (trouble + chunk.toString()).slice(-4000)
  })
  const killAtExit = (): void => {
    child.kill('SIGKILL')
  }
  process.once('exit', killAtExit)
  const how = await new Promise<number | string>((resolve, reject) => {
    child.once('error', reject)
    child.once('exit', (code, signal) => resolve(code ?? signal ?? 'unknown'))
  })
  process.removeListener('exit', killAtExit)
  if (how !== 0) throw new Error(`The console producer ended (${how}):\n${trouble}`)
}
