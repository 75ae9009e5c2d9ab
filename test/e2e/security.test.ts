import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import type { Broker } from '../helpers/broker-program.ts'
import { withoutApacheKafka } from '../helpers/choose-broker.ts'
import { startBroker } from '../helpers/kafka-broker.ts'
import { kafkaServer } from '../helpers/kafka-server.ts'
import { runKafkaTool } from '../helpers/kafka-tools.ts'
import {
  fileSink,
  fileSource,
  runOurWorker,
  type Settings,
  startOurWorker,
  workerSettings,
  writeProperties,
} from '../helpers/our-worker.ts'
import { freePort, runProgram, waitUntil } from '../helpers/processes.ts'
import { temporaryDir } from '../helpers/services-dir.ts'
import { countLines, tallyFile, writeLines } from './numbered-lines.ts'

const PASSWORD = 'right-Horse "battery" \\ staple'
const STORE_PASSWORD = 'store-pass-1'
const LINES = 2000

const skip = await withoutApacheKafka()
let folder: string
let broker: Broker
const ports = { PLAIN: 0, SCRAM: 0, SSL: 0 }

/** A JAAS line as users write it. */
const jaas = (module: string, password: string): string =>
  `org.apache.kafka.common.security.${module} required username="kim" password="${password.replaceAll(/["\\]/g, '\\$&')}";`
const plainJaas = jaas('plain.PlainLoginModule', PASSWORD)
const scramJaas = jaas('scram.ScramLoginModule', PASSWORD)

const propertyText = (text: string): string => text.replaceAll('\\', '\\\\')

/** The broker's key with a certificate for 127.0.0.1, and stores in which clients trust it. */
const makeStores = async (): Promise<void> => {
  const keytool = async (...args: string[]): Promise<void> => {
    const { code, stdout, stderr } = await runProgram('keytool', args, { timeoutMs: 60_000 })
    if (code !== 0) throw new Error(`keytool ${args.join(' ')}: ${stdout}${stderr}`)
  }
  const broker = join(folder, 'broker.p12')
  const certificate = join(folder, 'broker.pem')
  const common = ['-storepass', STORE_PASSWORD, '-alias', 'broker']
  await keytool(
    ...['-genkeypair', '-keystore', broker, '-storetype', 'PKCS12', '-keyalg', 'RSA', '-keysize', '2048', ...common],
    ...['-dname', 'CN=broker', '-ext', 'SAN=ip:127.0.0.1,dns:localhost', '-validity', '30'],
  )
  await keytool('-exportcert', '-rfc', '-keystore', broker, '-file', certificate, ...common)
  for (const type of ['JKS', 'PKCS12']) {
    const store = join(folder, `trust.${type.toLowerCase()}`)
    await keytool('-importcert', '-noprompt', '-keystore', store, '-storetype', type, '-file', certificate, ...common)
  }
}

before(
  async () => {
    if (skip) return
    folder = mkdtempSync(join(tmpdir(), 'security-'))
    await makeStores()
    const port = await freePort()
    for (const name of Object.keys(ports) as (keyof typeof ports)[]) ports[name] = await freePort()
    const listeners = {
      PLAINTEXT: port,
      PLAIN: ports.PLAIN,
      SCRAM: ports.SCRAM,
      SSL: ports.SSL,
    }
    const addresses = Object.entries(listeners).map(([name, number]) => `${name}://127.0.0.1:${number}`)
    const controller = await freePort()
    broker = await startBroker({
      port,
      settings: {
        'controller.quorum.voters': `1@127.0.0.1:${controller}`,
        listeners: [...addresses, `CONTROLLER://127.0.0.1:${controller}`].join(),
        'advertised.listeners': addresses.join(),
        'listener.security.protocol.map':
          'PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT,PLAIN:SASL_PLAINTEXT,SCRAM:SASL_PLAINTEXT,SSL:SSL',
        'listener.name.plain.sasl.enabled.mechanisms': 'PLAIN',
        'listener.name.plain.plain.sasl.jaas.config': propertyText(
          plainJaas.replace(/;$/, ` user_kim="${PASSWORD.replaceAll(/["\\]/g, '\\$&')}";`),
        ),
        'listener.name.scram.sasl.enabled.mechanisms': 'SCRAM-SHA-256',
        'listener.name.scram.scram-sha-256.sasl.jaas.config':
          'org.apache.kafka.common.security.scram.ScramLoginModule required;',
        'ssl.keystore.location': join(folder, 'broker.p12'),
        'ssl.keystore.type': 'PKCS12',
        'ssl.keystore.password': STORE_PASSWORD,
      },
    })
    await runKafkaTool('kafka.admin.ConfigCommand', [
      ...['--bootstrap-server', broker.bootstrap, '--alter', '--entity-type', 'users', '--entity-name', 'kim'],
      ...['--add-config', `SCRAM-SHA-256=[iterations=4096,password=${PASSWORD}]`],
    ])
  },
  { timeout: 240_000 },
)

after(async () => {
  if (skip) return
  await broker?.close()
  rmSync(folder, { recursive: true, force: true })
})

/** As Java's users must: for the worker itself, and again for each kind of client. */
const forAllClients = (settings: Settings): Settings =>
  Object.fromEntries(
    ['', 'producer.', 'consumer.', 'admin.'].flatMap((prefix) =>
      Object.entries(settings).map(([key, value]) => [prefix + key, value]),
    ),
  )

interface Case {
  readonly name: string
  readonly port: keyof typeof ports
  readonly settings: () => Settings
}

const CASES: readonly Case[] = [
  {
    name: 'SASL_PLAINTEXT with PLAIN',
    port: 'PLAIN',
    settings: () => ({
      'security.protocol': 'SASL_PLAINTEXT',
      'sasl.mechanism': 'PLAIN',
      'sasl.jaas.config': plainJaas,
    }),
  },
  {
    name: 'SASL_PLAINTEXT with SCRAM-SHA-256',
    port: 'SCRAM',
    settings: () => ({
      'security.protocol': 'SASL_PLAINTEXT',
      'sasl.mechanism': 'SCRAM-SHA-256',
      'sasl.jaas.config': scramJaas,
    }),
  },
  ...['JKS', 'PKCS12'].map(
    (type): Case => ({
      name: `SSL with a truststore of type ${type}`,
      port: 'SSL',
      settings: () => ({
        'security.protocol': 'SSL',
        'ssl.truststore.location': join(folder, `trust.${type.toLowerCase()}`),
        'ssl.truststore.type': type,
        'ssl.truststore.password': STORE_PASSWORD,
      }),
    }),
  ),
  {
    name: 'SSL with trusted certificates in PEM',
    port: 'SSL',
    settings: () => ({
      'security.protocol': 'SSL',
      'ssl.truststore.location': join(folder, 'broker.pem'),
      'ssl.truststore.type': 'PEM',
    }),
  },
]

for (const { name, port, settings } of CASES) {
  test(`a source that creates its topic, and a sink, work over ${name}`, { skip, timeout: 180_000 }, async (t) => {
    const own = temporaryDir(t)
    const from = join(own, 'from.txt')
    const to = join(own, 'to.txt')
    const id = name.replaceAll(/\W+/g, '-')
    writeLines(from, 0, LINES)
    const worker = await startOurWorker({
      folder: own,
      worker: workerSettings(`127.0.0.1:${ports[port]}`, own, forAllClients(settings())),
      connectors: [
        fileSource(`source-${id}`, from, `topic-${id}`, {
          'topic.creation.default.partitions': 1,
          'topic.creation.default.replication.factor': 1,
        }),
        fileSink(`sink-${id}`, to, `topic-${id}`),
      ],
    })
    t.after(() => worker.kill9())
    await waitUntil(() => countLines(to) >= LINES, { timeoutMs: 60_000, what: 'all lines in the file' }).catch(
      (error) => {
        throw new Error(`${error}\n${worker.output()}`)
      },
    )
    assert.equal(await worker.stop(), 143)
    const tally = await tallyFile(to, LINES)
    assert.deepEqual([tally.strange, tally.missing(), tally.repeated()], [[], [], 0])
    assert.deepEqual(await kafkaServer(broker.bootstrap).endOffsets(`topic-${id}`), [LINES])
    assert.ok(!worker.output().includes(PASSWORD) && !worker.output().includes(STORE_PASSWORD))
  })
}

test('a wrong password ends the start with a clear message that does not tell it', {
  skip,
  timeout: 180_000,
}, async (t) => {
  const own = temporaryDir(t)
  for (const [port, mechanism, module] of [
    ['PLAIN', 'PLAIN', 'plain.PlainLoginModule'],
    ['SCRAM', 'SCRAM-SHA-256', 'scram.ScramLoginModule'],
  ] as const) {
    const settings = workerSettings(`127.0.0.1:${ports[port]}`, own, {
      'security.protocol': 'SASL_PLAINTEXT',
      'sasl.mechanism': mechanism,
      'sasl.jaas.config': jaas(module, 'wrong-Horse-99'),
    })
    const { code, stdout, stderr } = await runOurWorker([writeProperties(join(own, `${port}.properties`), settings)])
    assert.equal(code, 2)
    assert.equal(stdout, '')
    assert.match(stderr, /[Aa]uthentication failed/)
    assert.doesNotMatch(stderr, /wrong-Horse-99|\n\s+at /)
  }
})

test('a broker whose certificate nobody vouches for is refused with a clear message', {
  skip,
  timeout: 180_000,
}, async (t) => {
  const own = temporaryDir(t)
  const settings = workerSettings(`127.0.0.1:${ports.SSL}`, own, { 'security.protocol': 'SSL' })
  const { code, stderr } = await runOurWorker([writeProperties(join(own, 'worker.properties'), settings)])
  assert.equal(code, 2)
  assert.match(stderr, /certificate/i)
  assert.doesNotMatch(stderr, /\n\s+at /)
})
