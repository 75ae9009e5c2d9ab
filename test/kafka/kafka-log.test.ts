import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type KafkaLogger, kafkajsLogLevel, logKafkajs } from '../../src/kafka/kafka-log.ts'

const recording = (debug: boolean) => {
  const lines: unknown[] = []
  const logger: KafkaLogger = {
    warn: (...line) => lines.push(['warn', ...line]),
    info: (...line) => lines.push(['info', ...line]),
    debug: (...line) => lines.push(['debug', ...line]),
    isEnabled: () => debug,
  }
  return { lines, logger }
}

test('kafkajs says nothing unless debugging, as its errors are thrown or overcome', () => {
  assert.equal(kafkajsLogLevel(recording(false).logger), 0)
  assert.equal(kafkajsLogLevel(recording(true).logger), 5)
})

test('what kafkajs logs keeps plain facts and loses whole objects', () => {
  const { lines, logger } = recording(true)
  const log = {
    message: 'Connection error',
    broker: 'h:1',
    stack: 'Error at',
    payload: { password: 'x' },
    timestamp: 't',
  }
  logKafkajs(logger, 'c')()({ namespace: 'Connection', level: 1, label: 'ERROR', log })
  assert.deepEqual(lines, [
    ['debug', 'Connection error', { clientId: 'c', kafkajs: 'Connection', severity: 'ERROR', broker: 'h:1' }],
  ])
})
