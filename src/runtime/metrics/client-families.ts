import type { ConsumerFigures, ProducerFigures } from '../../kafka/client-figures.ts'
import type { TaskCounts } from '../task-counts.ts'
import { addAttributes, named } from './jmx-names.ts'
import type { MetricsText } from './metrics-text.ts'

interface View<F> {
  readonly figures: F
  readonly counts: TaskCounts
  readonly now: number
}

const sum = (figures: ProducerFigures, what: 'records' | 'failed'): number => {
  let all = 0
  for (const topic of figures.topics.values()) all += topic[what]
  return all
}

const PRODUCER = named<View<ProducerFigures>>('kafka_producer', '', [
  ['record-send-total', 'Records acknowledged', ({ figures }) => sum(figures, 'records')],
  ['record-send-rate', 'Records a second acknowledged', ({ counts, now }) => counts.metrics.writes.rate(now)],
  ['record-error-total', 'Records that could not be written', ({ figures }) => sum(figures, 'failed')],
  ['record-retry-total', 'Records sent again', ({ figures }) => figures.recordsRetried],
  ['request-total', 'Produce requests', ({ figures }) => figures.requests],
  ['requests-in-flight', 'Produce requests without an answer yet', ({ figures }) => figures.requestsInFlight],
  ['buffer-total-bytes', 'Bytes that may wait', ({ figures }) => figures.bufferBytes],
  [
    'buffer-available-bytes',
    'Bytes that may still be appended',
    ({ figures }) => Math.max(0, figures.bufferBytes - figures.bufferedBytes),
  ],
])

const CONSUMER = named<View<ConsumerFigures>>('kafka_consumer', 'fetch-manager', [
  ['records-consumed-total', 'Records consumed', ({ counts }) => counts.polled],
  ['records-consumed-rate', 'Records a second consumed', ({ counts, now }) => counts.metrics.reads.rate(now)],
  ['bytes-consumed-total', 'Bytes of keys and values consumed', ({ counts }) => counts.bytes],
  ['fetch-total', 'Fetch requests', ({ figures }) => figures.fetches],
  [
    'records-lag-max',
    'Most records that a partition still has to come',
    ({ figures }) => Math.max(...figures.partitions.map(({ lag }) => lag ?? 0), 0),
  ],
])

const COORDINATOR = named<View<ConsumerFigures>>('kafka_consumer', 'coordinator', [
  ['assigned-partitions', 'Assigned partitions', ({ figures }) => figures.partitions.length],
  ['rebalance-total', 'Times that partitions were assigned', ({ figures }) => figures.rebalances],
])

/** Of the task's producer or consumer, under the names of the Java clients. */
export const addClients = (text: MetricsText, counts: TaskCounts, now: number): void => {
  for (const { clientId, figures: read } of counts.clients) {
    const figures = read()
    const labels = { clientid: clientId }
    if (figures.kind === 'consumer') {
      const view = { figures, counts, now }
      addAttributes(text, CONSUMER, labels, view)
      addAttributes(text, COORDINATOR, labels, view)
      for (const { topic, partition, lag } of figures.partitions) {
        const name = 'kafka_consumer_fetch_manager_records_lag'
        text.add(name, 'gauge', 'Records still to come', { ...labels, topic, partition }, lag ?? Number.NaN)
      }
      continue
    }
    addProducer(text, figures, labels, { figures, counts, now })
  }
}

const addProducer = (
  text: MetricsText,
  figures: ProducerFigures,
  labels: { readonly clientid: string },
  view: View<ProducerFigures>,
): void => {
  addAttributes(text, PRODUCER, labels, view)
  for (const [topic, { records, bytes, failed }] of figures.topics) {
    const own = { ...labels, topic }
    text.add('kafka_producer_topic_record_send_total', 'counter', 'Records acknowledged', own, records)
    text.add('kafka_producer_topic_byte_total', 'counter', 'Bytes acknowledged, before compression', own, bytes)
    text.add('kafka_producer_topic_record_error_total', 'counter', 'Records that could not be written', own, failed)
  }
}
