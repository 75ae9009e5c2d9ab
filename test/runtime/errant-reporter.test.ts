import assert from 'node:assert/strict'
import { test } from 'node:test'
import { NO_HEADERS } from '../../src/data/headers.ts'
import type { SinkRecord } from '../../src/plugin/record.ts'
import type { ConsumedRecord } from '../../src/runtime/deserialize.ts'
import { createErrantReporter } from '../../src/runtime/errant-reporter.ts'
import type { TaskConverters } from '../../src/runtime/task-converters.ts'
import type { Failure } from '../../src/runtime/tolerance.ts'
import { recordOf } from '../helpers/fake-consumer.ts'
import { quietTolerance } from '../helpers/quiet-tolerance.ts'

const converter = {
  fromConnect: (_: string, __: unknown, value: unknown) => (value === null ? null : String(value)),
  toConnect: () => assert.fail('not read'),
}
const converters: TaskConverters = {
  key: converter,
  value: converter,
  header: { fromConnectHeader: (_, __, ___, value) => String(value), toConnectHeader: () => assert.fail('not read') },
  classNames: { key: 'Key', value: 'Value', header: 'Header' },
}

const start = (tolerated: boolean) => {
  const failures: Failure<ConsumedRecord>[] = []
  const tolerance = quietTolerance({ all: tolerated, failures })
  return { ...createErrantReporter(converters, tolerance), failures }
}

const record: SinkRecord = {
  topic: 'renamed',
  partition: 1,
  keySchema: null,
  key: 'k',
  valueSchema: null,
  value: 42n,
  timestamp: null,
  headers: NO_HEADERS,
  offset: 5,
  timestampType: 'CreateTime',
  originalTopic: 't',
  originalPartition: 1,
  originalOffset: 5,
}

test('a record as the task got it is reported with the bytes it was consumed with', async () => {
  const { report, origins, failures } = start(true)
  const raw = recordOf('t', 1, 5, 'bytes')
  origins.set(record, raw)
  await report(record, new Error('index is read-only'))
  assert.equal(failures[0]!.raw, raw)
  assert.deepEqual([failures[0]!.stage, failures[0]!.className], ['TASK_PUT', 'org.apache.kafka.connect.sink.SinkTask'])
})

test('a record that the task made itself is converted, with the place that it came from', async () => {
  const { report, failures } = start(true)
  await report({ ...record, headers: [{ key: 'h', schema: null, value: 1 }] }, new Error('no'))
  const { raw } = failures[0]!
  assert.deepEqual([raw.topic, raw.partition, raw.offset, raw.timestamp], ['t', 1, 5, -1])
  assert.deepEqual([String(raw.key), String(raw.value)], ['k', '42'])
  assert.deepEqual(raw.headers, [{ key: 'h', value: Buffer.from('1') }])
})

test('what is not tolerated fails the task even when it swallows the error', async () => {
  const { report, throwFailure } = start(false)
  throwFailure()
  await assert.rejects(report(record, new Error('no')), /Tolerance exceeded in error handler/)
  assert.throws(throwFailure, /Tolerance exceeded in error handler/)
})
