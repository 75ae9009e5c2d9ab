import { randomBytes } from 'node:crypto'
import { copyFileSync, existsSync, mkdirSync, mkdtempSync, renameSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { type Broker, type BrokerOptions, startBrokerProgram } from './broker-program.ts'
import { whyDevBroker } from './choose-broker.ts'
import { startDevBrokerProcess } from './dev-broker-process.ts'
import { KAFKA_VERSION, kafkaClassPath } from './kafka-libs.ts'
import { freePort, runProgram } from './processes.ts'
import { usesServer } from './servers-used.ts'

const QUICK_JVM = ['-Xms128m', '-Xmx512m', '-XX:+UseSerialGC', '-XX:TieredStopAtLevel=1']
const READY_MS = 150_000

/**
 * Starts a broker of one's own and waits until it takes requests: Apache Kafka, or the development broker where that is
 * not to be had, or not asked for.
 */
export const startBroker = async (options: BrokerOptions = {}): Promise<Broker> =>
  (await whyDevBroker()) === undefined ? startApacheKafka(options) : startDevBrokerProcess(options)

/** One broker of Apache Kafka, a controller as well (3 to 6 s). @throws when it cannot run here, with the reason */
export const startApacheKafka = async (options: BrokerOptions = {}): Promise<Broker> => {
  const classPath = await kafkaClassPath()
  const folder = mkdtempSync(join(tmpdir(), 'kafka-'))
  const dataDir = options.dataDir ?? join(folder, 'data')
  const port = options.port ?? (await freePort())
  const controllerPort = await freePort()
  const configFile = join(folder, 'server.properties')
  const settings = { ...serverSettings(port, controllerPort, dataDir), ...options.settings }
  writeFileSync(
    configFile,
    Object.entries(settings)
      .map(([key, value]) => `${key}=${value}\n`)
      .join(''),
  )
  writeFileSync(join(folder, 'log4j2.properties'), LOG_SETTINGS)
  if (!existsSync(join(dataDir, 'meta.properties'))) await format(classPath, configFile, dataDir)
  const args = [
    ...(options.jvmOptions ?? QUICK_JVM),
    `-Dlog4j2.configurationFile=${join(folder, 'log4j2.properties')}`,
    ...['-cp', classPath, 'kafka.Kafka', configFile],
  ]
  const broker = await startBrokerProgram({
    name: 'Apache Kafka',
    program: 'java',
    args,
    port,
    folder,
    readyMs: READY_MS,
  })
  usesServer('Apache Kafka', KAFKA_VERSION)
  return broker
}

const serverSettings = (port: number, controllerPort: number, dataDir: string) => ({
  'process.roles': 'broker,controller',
  'node.id': 1,
  'controller.quorum.voters': `1@127.0.0.1:${controllerPort}`,
  listeners: `PLAINTEXT://127.0.0.1:${port},CONTROLLER://127.0.0.1:${controllerPort}`,
  'advertised.listeners': `PLAINTEXT://127.0.0.1:${port}`,
  'controller.listener.names': 'CONTROLLER',
  'log.dirs': dataDir,
  'offsets.topic.replication.factor': 1,
  'offsets.topic.num.partitions': 4,
  'transaction.state.log.replication.factor': 1,
  'transaction.state.log.min.isr': 1,
  'transaction.state.log.num.partitions': 4,
  'share.coordinator.state.topic.replication.factor': 1,
  'share.coordinator.state.topic.min.isr': 1,
  'group.initial.rebalance.delay.ms': 0,
  'broker.session.timeout.ms': 4000, // after SIGKILL the next start waits this long
  'broker.heartbeat.interval.ms': 500,
  'log.retention.ms': -1, // tests write records with timestamps years ago
})

const LOG_SETTINGS = `status = warn
appender.out.type = Console
appender.out.name = out
appender.out.layout.type = PatternLayout
appender.out.layout.pattern = [%d] %p %m (%c)%n
rootLogger.level = warn
rootLogger.appenderRef.out.ref = out
`

/**
 * Prepares a data folder as the storage tool does. The tool itself runs once per downloaded version (a JVM start); what
 * it writes besides ids is the same for every broker, so it is kept beside the jars.
 */
const format = async (classPath: string, configFile: string, dataDir: string): Promise<void> => {
  const kept = join(dirname(dirname(classPath)), 'bootstrap.checkpoint')
  const clusterId = randomId()
  if (!existsSync(kept)) {
    const args = ['-XX:TieredStopAtLevel=1', '-cp', classPath, 'kafka.tools.StorageTool', 'format', '-t', clusterId]
    const { code, stdout, stderr } = await runProgram('java', [...args, '-c', configFile])
    if (code !== 0) throw new Error(`Apache Kafka's storage could not be formatted (${code}):\n${stdout}${stderr}`)
    const beside = `${kept}.${process.pid}`
    copyFileSync(join(dataDir, 'bootstrap.checkpoint'), beside)
    renameSync(beside, kept)
    return
  }
  mkdirSync(dataDir, { recursive: true })
  copyFileSync(kept, join(dataDir, 'bootstrap.checkpoint'))
  writeFileSync(
    join(dataDir, 'meta.properties'),
    `node.id=1\ndirectory.id=${randomId()}\nversion=1\ncluster.id=${clusterId}\n`,
  )
}

/** Kafka's form of an id: 16 bytes in base64url; the tools take a leading `-` for an option. */
const randomId = (): string => {
  const id = randomBytes(16).toString('base64url')
  return id.startsWith('-') ? randomId() : id
}
