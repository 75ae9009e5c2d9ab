import assert from 'node:assert/strict'
import { join } from 'node:path'
import { test } from 'node:test'
import { kafka, uniqueName } from '../helpers/kafka-server.ts'
import { fileSink, fileSource, startOurWorker, workerSettings } from '../helpers/our-worker.ts'
import { waitUntil } from '../helpers/processes.ts'
import { type PrometheusText, parsePrometheus } from '../helpers/prometheus-text.ts'
import { temporaryDir } from '../helpers/services-dir.ts'
import { ATTRIBUTES, TEXTS } from './metric-attributes.ts'
import { countLines, writeLines } from './numbered-lines.ts'
import { installPlugins } from './plugin-folder.ts'

const RECORDS = 10_000
const soon = { timeoutMs: 60_000 }

const nameOf = (group: string, attribute: string): string =>
  `kafka_connect_${group.replace(/^connect-/, '').replace(/-metrics$/, '')}_${attribute}`.replaceAll('-', '_')

const metricsOf = async (url: string, accept = '*/*'): Promise<PrometheusText> => {
  const answer = await fetch(`${url}/metrics`, { headers: { accept }, signal: AbortSignal.timeout(10_000) })
  assert.equal(answer.status, 200)
  assert.equal(answer.headers.get('content-type'), 'text/plain; version=0.0.4; charset=utf-8')
  return parsePrometheus(await answer.text())
}

test('every attribute of every group is told for running, failed and paused tasks, with the values of what went through', {
  timeout: 240_000,
}, async (t) => {
  const server = await kafka()
  const folder = temporaryDir(t)
  const from = join(folder, 'from.txt')
  const to = join(folder, 'to.txt')
  const topic = await server.newTopic('metrics')
  const bad = await server.newTopic('metrics-bad')
  await server.produce(bad, [{ value: '{"a":1}' }, { value: 'no json' }, { value: '{"a":2}' }])
  writeLines(from, 0, RECORDS)
  const [source, sink, failed, tolerant] = ['source', 'sink', 'failed', 'tolerant'].map(uniqueName) as [
    string,
    string,
    string,
    string,
  ]
  const paused = uniqueName('paused')
  const json = { 'value.converter': 'JsonConverter', 'value.converter.schemas.enable': false }
  const worker = await startOurWorker({
    folder,
    worker: workerSettings(server.bootstrap, folder, { 'plugin.path': installPlugins(folder) }),
    connectors: [
      fileSource(source, from, topic, {
        'batch.size': 500,
        transforms: 'topic',
        'transforms.topic.type': 'org.apache.kafka.connect.transforms.HoistField$Value',
        'transforms.topic.field': 'line',
        'transforms.topic.predicate': 'none',
        predicates: 'none',
        'predicates.none.type': 'org.apache.kafka.connect.transforms.predicates.TopicNameMatches',
        'predicates.none.pattern': 'nothing',
      }),
      fileSink(sink, to, topic),
      fileSink(failed, join(folder, 'failed.txt'), bad, json),
      fileSink(tolerant, join(folder, 'tolerant.txt'), bad, {
        ...json,
        'errors.tolerance': 'all',
        'errors.log.enable': true,
        'errors.deadletterqueue.topic.name': `${bad}-dlq`,
        'errors.deadletterqueue.topic.replication.factor': 1,
      }),
      fileSource(paused, join(folder, 'nothing.txt'), topic),
    ],
  })
  t.after(() => worker.kill9())
  const url = worker.restUrl()
  await fetch(`${url}/connectors/${paused}/pause`, { method: 'PUT' })
  await waitUntil(() => countLines(to) === RECORDS, { ...soon, what: 'all lines' })
  await waitUntil(
    async () => {
      const states = await worker.taskStates()
      return states.get(`${failed}-0`) === 'FAILED' && states.get(`${paused}-0`) === 'PAUSED'
    },
    { ...soon, what: 'the failed and the paused task' },
  )
  const settled = (metrics: PrometheusText): boolean =>
    metrics.value(nameOf('source-task-metrics', 'source-record-active-count'), { connector: source }) === 0 &&
    metrics.value(nameOf('sink-task-metrics', 'sink-record-active-count'), { connector: sink }) === 0 &&
    metrics.value(nameOf('connector-task-metrics', 'offset-commit-avg-time-ms'), { connector: source }) > 0 &&
    metrics.value(nameOf('sink-task-metrics', 'sink-record-read-total'), { connector: tolerant }) === 3 &&
    metrics.value(nameOf('sink-task-metrics', 'sink-record-send-total'), { connector: tolerant }) === 2
  await waitUntil(async () => settled(await metricsOf(url)), { ...soon, what: 'offsets to be committed' })
  const metrics = await metricsOf(url, 'text/plain')

  for (const [name, kind] of [
    [source, 'source'],
    [paused, 'source'],
    [sink, 'sink'],
    [failed, 'sink'],
    [tolerant, 'sink'],
  ] as const) {
    const labels = { connector: name, task: '0' }
    for (const group of ['connector-task-metrics', `${kind}-task-metrics`, 'task-error-metrics'] as const) {
      for (const attribute of ATTRIBUTES[group]) {
        const metric = nameOf(group, attribute)
        metrics.value(metric, labels)
        assert.equal(metrics.types.get(metric), attribute.endsWith('-total') ? 'counter' : 'gauge', metric)
      }
    }
    for (const [group, attributes] of Object.entries(TEXTS)) {
      if (group.includes('transform') || group.includes('predicate')) continue
      const own = group === 'connector-metrics' ? { connector: name } : labels
      for (const attribute of attributes) {
        const [sample, ...more] = metrics.find(nameOf(group, attribute), own)
        assert.ok(sample !== undefined && more.length === 0, `${group} ${attribute} of ${name}`)
        assert.equal(sample.value, 1)
        assert.ok(sample.labels[attribute.replaceAll('-', '_')], `${group} ${attribute} of ${name} is empty`)
      }
    }
    for (const attribute of ATTRIBUTES['connect-worker-metrics of a connector'])
      metrics.value(nameOf('connect-worker-metrics', attribute), { connector: name })
  }
  for (const attribute of ATTRIBUTES['connect-worker-metrics'])
    metrics.value(nameOf('connect-worker-metrics', attribute))

  const value = (group: string, attribute: string, connector: string): number =>
    metrics.value(nameOf(group, attribute), { connector, task: '0' })
  const text = (group: string, attribute: string, labels: Record<string, string>): string | undefined =>
    metrics.find(nameOf(group, attribute), labels)[0]?.labels[attribute.replaceAll('-', '_')]
  const between = (actual: number, least: number, most: number, what: string): void =>
    assert.ok(actual >= least && actual <= most, `${what} is ${actual}, and should be between ${least} and ${most}`)

  // the source
  assert.equal(value('source-task-metrics', 'source-record-poll-total', source), RECORDS)
  assert.equal(value('source-task-metrics', 'source-record-write-total', source), RECORDS)
  between(value('source-task-metrics', 'source-record-poll-rate', source), RECORDS / 90, RECORDS / 30, 'poll rate')
  between(value('source-task-metrics', 'source-record-active-count-max', source), 1, RECORDS, 'most active')
  assert.equal(value('connector-task-metrics', 'batch-size-max', source), 500)
  between(value('connector-task-metrics', 'batch-size-avg', source), 1, 500, 'batch size')
  assert.equal(value('connector-task-metrics', 'offset-commit-success-percentage', source), 1)
  between(value('connector-task-metrics', 'running-ratio', source), 0.9, 1, 'running ratio')
  assert.equal(text('connector-task-metrics', 'status', { connector: source }), 'running')
  assert.equal(
    text('connector-transform-metrics', 'transform-class', { connector: source, transform: 'topic' }),
    'org.apache.kafka.connect.transforms.HoistField$Value',
  )
  assert.equal(
    text('connector-predicate-metrics', 'predicate-class', { connector: source, predicate: 'none' }),
    'org.apache.kafka.connect.transforms.predicates.TopicNameMatches',
  )
  const client = { clientid: `connector-producer-${source}-0` }
  assert.equal(metrics.value('kafka_producer_record_send_total', client), RECORDS)
  assert.equal(metrics.value('kafka_producer_topic_record_send_total', { ...client, topic }), RECORDS)

  // the sink
  assert.equal(value('sink-task-metrics', 'sink-record-read-total', sink), RECORDS)
  assert.equal(value('sink-task-metrics', 'sink-record-send-total', sink), RECORDS)
  assert.equal(value('sink-task-metrics', 'partition-count', sink), 1)
  between(value('sink-task-metrics', 'offset-commit-completion-total', sink), 1, 200, 'commits')
  between(value('sink-task-metrics', 'offset-commit-seq-no', sink), 1, 200, 'number of the commit')
  assert.equal(value('sink-task-metrics', 'sink-record-lag-max', sink), 0)
  const consumer = { clientid: `connector-consumer-${sink}-0` }
  assert.equal(metrics.value('kafka_consumer_fetch_manager_records_consumed_total', consumer), RECORDS)
  assert.equal(metrics.value('kafka_consumer_fetch_manager_records_lag', { ...consumer, topic, partition: '0' }), 0)
  assert.equal(metrics.value('kafka_consumer_coordinator_assigned_partitions', consumer), 1)

  // errors
  assert.equal(text('connector-task-metrics', 'status', { connector: failed }), 'failed')
  assert.equal(value('task-error-metrics', 'total-record-errors', failed), 1)
  assert.equal(value('task-error-metrics', 'total-records-skipped', failed), 0)
  between(value('task-error-metrics', 'last-error-timestamp', failed), Date.now() - 90_000, Date.now(), 'last error')
  assert.equal(value('task-error-metrics', 'total-records-skipped', tolerant), 1)
  assert.equal(value('task-error-metrics', 'total-errors-logged', tolerant), 1)
  assert.equal(value('task-error-metrics', 'deadletterqueue-produce-requests', tolerant), 1)
  assert.equal(value('task-error-metrics', 'deadletterqueue-produce-failures', tolerant), 0)
  assert.equal(value('sink-task-metrics', 'sink-record-send-total', tolerant), 2)

  // the paused one
  assert.equal(text('connector-task-metrics', 'status', { connector: paused }), 'paused')
  assert.equal(text('connector-metrics', 'status', { connector: paused }), 'paused')
  between(value('connector-task-metrics', 'pause-ratio', paused), 0.01, 1, 'pause ratio')
  assert.equal(value('source-task-metrics', 'source-record-poll-total', paused), 0)
  assert.ok(Number.isNaN(value('connector-task-metrics', 'batch-size-avg', paused)))

  // the worker
  const ofWorker = (attribute: string): number => metrics.value(nameOf('connect-worker-metrics', attribute))
  assert.equal(ofWorker('connector-count'), 5)
  assert.equal(ofWorker('task-count'), 5)
  assert.equal(ofWorker('connector-startup-success-total'), 5)
  assert.equal(ofWorker('connector-startup-success-percentage'), 1)
  assert.equal(ofWorker('task-startup-attempts-total'), 5)
  assert.equal(
    metrics.value('kafka_connect_worker_connector_failed_task_count', { connector: failed }),
    1,
    'failed tasks of the failed connector',
  )
  assert.equal(metrics.find('kafka_connect_version_info')[0]?.labels['version'], '4.3.1')

  // ours
  for (const [name, connector] of [
    ['poll', source],
    ['convert', source],
    ['commit', source],
    ['convert', sink],
    ['put', sink],
    ['commit', sink],
  ] as const) {
    const family = `connect_standalone_${name}_seconds`
    assert.equal(metrics.types.get(family), 'histogram')
    const count = metrics.value(`${family}_count`, { connector })
    between(count, 1, RECORDS, `${family} of ${connector}`)
    assert.equal(metrics.value(`${family}_bucket`, { connector, le: '+Inf' }), count)
    const buckets = metrics.find(`${family}_bucket`, { connector }).map((sample) => sample.value)
    assert.deepEqual(
      buckets,
      [...buckets].sort((a, b) => a - b),
      'buckets add up',
    )
  }
  const { residentMb } = worker.memory()
  between(metrics.value('process_resident_memory_bytes') / 2 ** 20, residentMb / 2, residentMb * 2, 'memory')
  between(metrics.value('process_cpu_seconds_total') * 1000, 100, worker.cpuMs() + 20, 'processor time')
  between(metrics.value('nodejs_eventloop_lag_max_seconds'), 0, 30, 'lag of the event loop')

  // what is gone is no longer told
  assert.equal((await fetch(`${url}/connectors/${sink}`, { method: 'DELETE' })).status, 204)
  assert.equal((await fetch(`${url}/connectors/${source}/stop`, { method: 'PUT' })).status, 204)
  const after = await metricsOf(url)
  assert.deepEqual(
    after.samples.filter(({ labels }) => labels['connector'] === sink || labels['clientid']?.includes(sink)),
    [],
  )
  assert.deepEqual(after.find(nameOf('source-task-metrics', 'source-record-poll-total'), { connector: source }), [])
  assert.equal(after.find(nameOf('connector-metrics', 'status'), { connector: source })[0]?.labels['status'], 'stopped')
  assert.equal(after.value(nameOf('connect-worker-metrics', 'task-count')), 3)
})
