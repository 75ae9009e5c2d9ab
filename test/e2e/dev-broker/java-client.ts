import { spawn } from 'node:child_process'
import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { kafkaClassPath } from '../../helpers/kafka-libs.ts'
import { runProgram, within } from '../../helpers/processes.ts'
import type { Member, SomeClient } from './client.ts'

const sources = fileURLToPath(new URL('java', import.meta.url))
const answerMs = 120_000

/** One JVM with Apache Kafka's own clients and tools, for as many brokers as there are. */
export interface JavaDriver {
  client(bootstrap: string): SomeClient
  /** Reads a record in a group of the protocol of KIP-848, which brokers know or do not. */
  readWithNewProtocol(bootstrap: string, group: string, topic: string): Promise<string[]>
  /** Runs a tool by its class. */
  tool(bootstrap: string, tool: string, args: readonly string[], input?: string): Promise<ToolResult>
  close(): Promise<void>
}

export interface ToolResult {
  readonly code: number
  readonly output: string
}

interface Answer {
  readonly id: number
  readonly result?: unknown
  /** As the protocol has it, or the class of the exception. */
  readonly error?: string
  readonly message?: string
}

export const startJavaDriver = async (): Promise<JavaDriver> => {
  const folder = mkdtempSync(join(tmpdir(), 'client-driver-'))
  const libs = await kafkaClassPath()
  const files = readdirSync(sources).map((name) => join(sources, name))
  const compiled = await runProgram('javac', ['-proc:none', '-nowarn', '-d', folder, '-cp', libs, ...files])
  if (compiled.code !== 0) throw new Error(`javac: ${compiled.stderr}`)
  const quiet = ['-XX:TieredStopAtLevel=1', '-XX:+UseSerialGC', '-Xmx512m', '-Dlog4j2.level=OFF', '-Duser.language=en']
  const java = spawn('java', [...quiet, '-cp', `${folder}:${libs}`, 'ClientDriver'], {
    stdio: ['pipe', 'pipe', 'ignore'],
  })
  const gone = new Promise((resolve) => java.once('exit', resolve))
  const killAtExit = (): void => {
    java.kill('SIGKILL')
  }
  process.once('exit', killAtExit)
  const waiting = new Map<number, (answer: Answer) => void>()
  createInterface({ input: java.stdout }).on('line', (line) => {
    const answer = JSON.parse(line) as Answer
    waiting.get(answer.id)?.(answer)
    waiting.delete(answer.id)
  })
  let lastId = 0
  const call = async <T>(bootstrap: string, name: string, given: object = {}): Promise<T> => {
    const id = ++lastId
    const answered = new Promise<Answer>((resolve) => waiting.set(id, resolve))
    java.stdin.write(`${JSON.stringify({ id, call: name, bootstrap, arguments: given })}\n`)
    const { result, error, message } = await within(answered, answerMs, `${name} in the JVM`)
    if (error !== undefined) throw Object.assign(new Error(message), { type: error })
    return result as T
  }
  return {
    client: (bootstrap) => clientOver((name, given) => call(bootstrap, name, given)),
    readWithNewProtocol: (bootstrap, group, topic) => {
      const config = { 'group.id': group, 'group.protocol': 'consumer', 'auto.offset.reset': 'earliest' }
      return call(bootstrap, 'readInGroup', { topic, count: 1, config })
    },
    tool: (bootstrap, tool, args, input = '') => call(bootstrap, 'tool', { tool, arguments: args, input }),
    close: async () => {
      process.removeListener('exit', killAtExit)
      java.kill('SIGKILL')
      await gone
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

type Call = <T>(name: string, given?: object) => Promise<T>

/** The Java client of Apache Kafka 4.3.1. */
const clientOver = (call: Call): SomeClient => {
  const groupConfig = (group: string) => ({
    'group.id': group,
    'auto.offset.reset': 'earliest',
    'session.timeout.ms': '30000',
    'heartbeat.interval.ms': '200',
  })
  const joinAs = async (topic: string, config: object): Promise<Member> => {
    const member = await call<number>('join', { topic, config })
    return { assignment: () => call('assignment', { member }), leave: () => call('leave', { member }) }
  }
  return {
    abilities: [
      'codec none',
      'codec gzip',
      'codec snappy',
      'codec lz4',
      'codec zstd',
      'timestamps',
      'aborted transactions',
      'offsets in transactions',
    ],
    produce: (topic, records, { codec = 'none', acks = -1, partition = 0 } = {}) => {
      const config = { acks: String(acks), 'compression.type': codec, 'enable.idempotence': String(acks === -1) }
      return call('produce', { topic, partition, records, config })
    },
    read: (topic, { count, from = 0, partition = 0, committed = false, minBytes = 1, maxBytes, maxWaitMs = 200 }) => {
      const sizes = maxBytes !== undefined && { 'fetch.max.bytes': maxBytes, 'max.partition.fetch.bytes': maxBytes }
      const config = {
        'isolation.level': committed ? 'read_committed' : 'read_uncommitted',
        'fetch.min.bytes': minBytes,
        'fetch.max.wait.ms': maxWaitMs,
        ...sizes,
      }
      return call('read', { topic, partition, from, count, config })
    },
    readFromTime: (topic, time, count) => call('readFromTime', { topic, time, count }),
    offsets: (topic, at) => call('offsets', { topic, at }),
    transactions: (transactionalId, topic, transactions) =>
      call('transactions', { transactionalId, topic, transactions }),
    fence: (transactionalId, topic) => call('fence', { transactionalId, topic }),
    commitAsStranger: (transactionalId, group, topic) => call('commitAsStranger', { transactionalId, group, topic }),
    join: (group, topic) => joinAs(topic, groupConfig(group)),
    joinAsInstance: (group, topic, id) => joinAs(topic, { ...groupConfig(group), 'group.instance.id': id }),
    readInGroup: (group, topic, count) => call('readInGroup', { topic, count, config: groupConfig(group) }),
    commit: (group, topic, offset) => call('commit', { group, topic, offset }),
    committed: (group, topic) => call('committed', { group, topic }),
    deleteOffset: (group, topic) => call('deleteOffset', { group, topic }),
    groupState: (group) => call('groupState', { group }),
    isListed: (group) => call('isListed', { group }),
    deleteGroup: (group) => call('deleteGroup', { group }),
    createTopic: (topic, options = {}) => call('createTopic', { topic, ...options }),
    addPartitions: (topic, count) => call('addPartitions', { topic, count }),
    partitionCount: (topic) => call('partitionCount', { topic }),
    deleteTopic: (topic) => call('deleteTopic', { topic }),
    settings: (topic, names) => call('settings', { topic, names }),
    setSetting: (topic, name, value) => call('setSetting', { topic, name, value }),
    deleteRecords: (topic, before) => call('deleteRecords', { topic, before }),
    cluster: () => call('cluster'),
    close: async () => undefined,
  }
}
