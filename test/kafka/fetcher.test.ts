import assert from 'node:assert/strict'
import { test } from 'node:test'
import { setTimeout as delay } from 'node:timers/promises'
import { type DevBroker, startDevBroker } from '../../src/dev-broker/start-broker.ts'
import type { RecordConsumer } from '../../src/kafka/consume.ts'
import { createConsumer } from '../../src/kafka/create-consumer.ts'
import type { FetchedRecord } from '../../src/kafka/fetched-record.ts'
import { kafkaServer } from '../helpers/kafka-server.ts'
import { waitUntil } from '../helpers/processes.ts'

const SILENT = { warn: () => undefined, info: () => undefined, debug: () => undefined, isEnabled: () => false }

interface Reader {
  readonly consumer: RecordConsumer
  readonly records: FetchedRecord[]
  fetches(): number
}

/** A consumer that polls all the time. */
const startReader = async (
  t: { after(fn: () => Promise<void>): void },
  broker: DevBroker,
  group: string,
  more: Readonly<Record<string, string>> = {},
): Promise<Reader> => {
  const listener = { assigned: async () => undefined, revoked: async () => undefined, lost: async () => undefined }
  const settings = {
    'bootstrap.servers': broker.bootstrap,
    'group.id': group,
    'auto.offset.reset': 'earliest',
    ...more,
  }
  const consumer = await createConsumer(settings, { topics: ['a'] }, listener, SILENT, () => undefined)
  const records: FetchedRecord[] = []
  let open = true
  const polling = (async () => {
    while (open) records.push(...(await consumer.poll(60_000)))
  })()
  t.after(async () => {
    open = false
    consumer.wakeup()
    await polling
    await consumer.close()
  })
  return {
    consumer,
    records,
    fetches() {
      const figures = consumer.figures()
      return figures.kind === 'consumer' ? figures.fetches : -1
    },
  }
}

test('where nothing comes fetches wait longer, unless fetch.max.wait.ms is set; records, seeks and resumes do not wait', {
  timeout: 150_000,
}, async (t) => {
  const broker = await startDevBroker()
  t.after(() => broker.close())
  const server = kafkaServer(broker.bootstrap)
  await server.createTopic('a', { partitions: 2 })
  await server.produce('a', [{ value: 'first', partition: 0 }])
  const patient = await startReader(t, broker, 'patient')
  const set = await startReader(t, broker, 'set', { 'fetch.max.wait.ms': '500' })
  const soon = { timeoutMs: 60_000, intervalMs: 5 }
  await waitUntil(() => patient.records.length === 1 && set.records.length === 1, { what: 'the record', ...soon })
  const before = [patient.fetches(), set.fetches()] as const
  await waitUntil(() => set.fetches() - before[1] >= 12, { what: '12 fetches of half a second', ...soon })
  assert.ok(patient.fetches() - before[0] <= 6, `${patient.fetches() - before[0]} fetches in the time of 12`)

  const timed = async (what: string, act: () => unknown, count: number): Promise<void> => {
    const began = performance.now()
    await act()
    await waitUntil(() => patient.records.length === count, { what, ...soon })
    const took = performance.now() - began
    // Where it waited for the fetch it were four seconds
    assert.ok(took < 3000, `${what}: ${took} ms`)
  }
  await timed('a record while a fetch waits', () => server.produce('a', [{ value: 'second', partition: 1 }]), 2)
  const quiet = patient.fetches()
  await waitUntil(() => patient.fetches() >= quiet + 4, { what: 'a long wait again', ...soon })
  await timed(
    'a seek',
    () => {
      patient.consumer.seek({ topic: 'a', partition: 0 }, 0)
      patient.consumer.wakeup()
    },
    3,
  )
  assert.deepEqual(
    patient.records.map(({ value }) => String(value)),
    ['first', 'second', 'first'],
  )
  await delay(1500) // the fetch that was passed still waits
  await timed('a record behind a seek', () => server.produce('a', [{ value: 'third', partition: 0 }]), 4)
})
