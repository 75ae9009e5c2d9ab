import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createLoggerLevels } from '../../src/rest/logger-levels.ts'

const levels = () => {
  const own = new Map<string, string>()
  const made = createLoggerLevels(
    {
      names: () => ['kafka', 'worker', 'rest', 'orders', 'orders-2'],
      level: (name) => own.get(name) ?? own.get('root') ?? 'info',
      setLevel: (name, level) => void own.set(name, level),
    },
    () => 7,
  )
  return { made, own }
}

test('our own loggers change under the names that the JVM has for them', () => {
  const { made, own } = levels()
  made.set('org.apache.kafka.clients', 'TRACE')
  assert.equal(own.get('kafka'), 'TRACE')
  assert.equal(own.get('worker'), undefined)
})

test('root changes every logger, and itself', () => {
  const { made } = levels()
  made.set('orders', 'WARN')
  assert.deepEqual(made.set('root', 'WARN'), [
    ...['org.apache.kafka.clients.NetworkClient', 'org.apache.kafka.connect.runtime.Worker'],
    ...['org.apache.kafka.connect.runtime.rest.RestServer', 'root'],
  ])
  assert.deepEqual(made.set('root', 'WARN'), [])
  assert.ok(made.list().every(({ level }) => level === 'WARN'))
})

test('a name is meant with all that begin with it', () => {
  assert.deepEqual(levels().made.set('orders', 'DEBUG'), ['orders', 'orders-2'])
})

test('endless new names do not fill the memory', () => {
  const { made } = levels()
  for (let i = 0; i < 3000; i++) made.set(`x${i}.`, 'DEBUG')
  assert.ok(made.list().length < 1100)
  assert.equal(made.get('x2999.')?.level, 'DEBUG')
})
