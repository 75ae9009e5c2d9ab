// The same connectors on the genuine JVM worker and on ours: the same attributes, with the same values where work alone decides.
import assert from 'node:assert/strict'
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { withoutApachePrograms } from '../helpers/choose-broker.ts'
import { startJvmWorker } from '../helpers/jvm-worker.ts'
import { kafkaClassPath } from '../helpers/kafka-libs.ts'
import { kafka, uniqueName } from '../helpers/kafka-server.ts'
import {
  fileSink,
  fileSource,
  type Settings,
  startOurWorker,
  workerSettings,
  writeProperties,
} from '../helpers/our-worker.ts'
import { freePort, runProgram, waitUntil } from '../helpers/processes.ts'
import { parsePrometheus } from '../helpers/prometheus-text.ts'
import { isSoak } from '../helpers/servers-used.ts'
import { temporaryDir } from '../helpers/services-dir.ts'
import { ATTRIBUTES, TEXTS } from './metric-attributes.ts'
import { countLines, writeLines } from './numbered-lines.ts'

const RECORDS = 10_000
const ROLES = ['source', 'sink', 'tolerant', 'failed'] as const
type Role = (typeof ROLES)[number]

/** Group and attribute to value, of one role's connector or task. */
type Values = ReadonlyMap<string, string>

/** What times and rates do not touch. */
const EQUAL: Readonly<Record<Role, readonly string[]>> = {
  source: ['source-record-poll-total', 'source-record-write-total', 'source-record-active-count'],
  sink: ['sink-record-read-total', 'sink-record-send-total', 'sink-record-active-count', 'partition-count'],
  tolerant: ['sink-record-read-total', 'sink-record-send-total', 'sink-record-active-count', 'partition-count'],
  failed: ['sink-record-read-total', 'sink-record-send-total', 'partition-count'],
}
const EQUAL_ERRORS = ATTRIBUTES['task-error-metrics'].filter((attribute) => attribute !== 'last-error-timestamp')

/** Two workers and a JVM for each look at the metrics: too long for every run. */
const skip = isSoak() ? await withoutApachePrograms() : 'only with SOAK=1'

test('JMX on the JVM worker and /metrics on ours tell the same of the same connectors', {
  timeout: 240_000,
  skip,
}, async (t) => {
  const server = await kafka()
  const folder = temporaryDir(t)
  mkdirSync(join(folder, 'plugins'))
  const lines = join(folder, 'lines.txt')
  writeLines(lines, 0, RECORDS)
  const input = await server.newTopic('metrics-input')
  const mixed = await server.newTopic('metrics-mixed')
  await server.produce(
    input,
    Array.from({ length: RECORDS }, (_, n) => ({ value: `record ${n}` })),
  )
  await server.produce(
    mixed,
    Array.from({ length: 10 }, (_, n) => ({ value: n % 4 === 3 ? 'no json' : `{"n":${n}}` })),
  )
  const workerFile = writeProperties(join(folder, 'worker.properties'), {
    ...workerSettings(server.bootstrap, folder),
    listeners: `http://127.0.0.1:${await freePort()}`,
    'plugin.path': join(folder, 'plugins'),
  })

  const run = async (prefix: string, start: (files: string[]) => Promise<Started>): Promise<Map<Role, Values>> => {
    const name = (role: Role): string => `${prefix}-${role}`
    const topic = await server.newTopic(`${prefix}-output`)
    const json = {
      'value.converter': 'org.apache.kafka.connect.json.JsonConverter',
      'value.converter.schemas.enable': false,
    }
    const connectors: Settings[] = [
      fileSource(name('source'), lines, topic),
      fileSink(name('sink'), join(folder, `${prefix}-sink.txt`), input),
      fileSink(name('tolerant'), join(folder, `${prefix}-tolerant.txt`), mixed, {
        ...json,
        'errors.tolerance': 'all',
        'errors.log.enable': true,
        'errors.deadletterqueue.topic.name': `${topic}-dlq`,
        'errors.deadletterqueue.topic.replication.factor': 1,
      }),
      fileSink(name('failed'), join(folder, `${prefix}-failed.txt`), mixed, json),
    ]
    const worker = await start(
      connectors.map((settings) => writeProperties(join(folder, `${settings['name']}.properties`), settings)),
    )
    try {
      const what = `${prefix}: everything to go through and be committed`
      await waitUntil(() => countLines(join(folder, `${prefix}-sink.txt`)) === RECORDS, { timeoutMs: 40_000, what })
      for (const deadline = Date.now() + 40_000; ; ) {
        const metrics = await worker.metrics(name)
        if (isSettled(metrics)) return metrics
        assert.ok(
          Date.now() < deadline,
          `${what}: ${JSON.stringify([...metrics].map(([role, all]) => [role, ...all]))}`,
        )
      }
    } finally {
      await worker.stop()
    }
  }

  const jvm = await run(uniqueName('jvm'), async (files) => {
    // not "running": one of the connectors is meant to fail
    const worker = await startJvmWorker({ workerFile, connectorFiles: files, ready: 'rest' })
    return { metrics: (name) => readJmx(worker.pid, name), stop: worker.stop }
  })
  const ours = await run(uniqueName('ours'), async (connectors) => {
    const worker = await startOurWorker({ worker: workerFile, connectors })
    return { metrics: (name) => readOurs(worker.restUrl(), name), stop: () => worker.stop() }
  })

  for (const role of ROLES) {
    const [theirs, own] = [jvm.get(role)!, ours.get(role)!]
    // what a template of JMX promises and no worker ever fills in
    const wanted = [...theirs.keys(), ...(own.has(LAG) ? [LAG] : [])]
    assert.deepEqual([...own.keys()].sort(), [...new Set(wanted)].sort(), `${role}: the attributes`)
    for (const [group, attributes] of Object.entries(TEXTS)) {
      for (const attribute of attributes) {
        const key = `${group} ${attribute}`
        if (theirs.has(key)) assert.equal(own.get(key), theirs.get(key), `${role}: ${key}`)
      }
    }
    const kind = role === 'source' ? 'source' : 'sink'
    const equal = [
      ...EQUAL[role].map((attribute) => `${kind}-task-metrics ${attribute}`),
      ...EQUAL_ERRORS.map((attribute) => `task-error-metrics ${attribute}`),
      ...ATTRIBUTES['connect-worker-metrics of a connector'].map((attribute) => `connect-worker-metrics ${attribute}`),
    ]
    const pick = (values: Values) => Object.fromEntries(equal.map((key) => [key, values.get(key)]))
    assert.deepEqual(pick(own), pick(theirs), role)
  }
})

const isSettled = (metrics: ReadonlyMap<Role, Values>): boolean => {
  const is = (role: Role, attribute: string, wanted: string): boolean => metrics.get(role)?.get(attribute) === wanted
  return (
    is('source', 'source-task-metrics source-record-write-total', String(RECORDS)) &&
    is('source', 'source-task-metrics source-record-active-count', '0') &&
    is('sink', 'sink-task-metrics sink-record-active-count', '0') &&
    is('tolerant', 'sink-task-metrics sink-record-active-count', '0') &&
    is('tolerant', 'sink-task-metrics sink-record-read-total', '10') &&
    is('failed', 'connector-task-metrics status', 'failed')
  )
}

const LAG = 'sink-task-metrics sink-record-lag-max'

interface Started {
  metrics(name: (role: Role) => string): Promise<Map<Role, Values>>
  stop(): Promise<unknown>
}

const GROUPS: Readonly<Record<string, readonly string[]>> = {
  'connect-worker-metrics': ATTRIBUTES['connect-worker-metrics of a connector'],
  'connector-metrics': TEXTS['connector-metrics'],
  'connector-task-metrics': [...ATTRIBUTES['connector-task-metrics'], ...TEXTS['connector-task-metrics']],
  'source-task-metrics': ATTRIBUTES['source-task-metrics'],
  'sink-task-metrics': ATTRIBUTES['sink-task-metrics'],
  'task-error-metrics': ATTRIBUTES['task-error-metrics'],
}

const readJmx = async (pid: number, name: (role: Role) => string): Promise<Map<Role, Values>> => {
  const program = join(import.meta.dirname, 'DumpMetrics.java')
  const { code, stdout, stderr } = await runProgram('java', ['-cp', await kafkaClassPath(), program, String(pid)], {
    timeoutMs: 30_000,
  })
  assert.equal(code, 0, stderr)
  const found = new Map<Role, Map<string, string>>(ROLES.map((role) => [role, new Map()]))
  for (const line of stdout.trimEnd().split('\n')) {
    const [, properties = '', attribute = '', value = ''] = line.split('\t')
    const property = new Map(properties.split(',').map((pair) => pair.split('=') as [string, string]))
    const role = ROLES.find((each) => property.get('connector') === name(each))
    const group = property.get('type') ?? ''
    if (role === undefined || GROUPS[group] === undefined) continue
    found.get(role)!.set(`${group} ${attribute}`, value.replace(/\.0$/, ''))
  }
  return found
}

const readOurs = async (url: string, name: (role: Role) => string): Promise<Map<Role, Values>> => {
  const metrics = parsePrometheus(await (await fetch(`${url}/metrics`)).text())
  const found = new Map<Role, Map<string, string>>(ROLES.map((role) => [role, new Map()]))
  for (const role of ROLES) {
    for (const [group, attributes] of Object.entries(GROUPS)) {
      for (const attribute of attributes) {
        const label = attribute.replaceAll('-', '_')
        const metric = `kafka_connect_${group.replace(/^connect-/, '').replace(/-metrics$/, '')}_${label}`
        const [sample] = metrics.find(metric.replaceAll('-', '_'), { connector: name(role) })
        if (sample !== undefined)
          found.get(role)!.set(`${group} ${attribute}`, sample.labels[label] ?? `${sample.value}`)
      }
    }
  }
  return found
}
