import assert from 'node:assert/strict'
import { test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { rememberRunning } from '../helpers/left-running.ts'
import { waitUntil, within } from '../helpers/processes.ts'
import { sourceRecord } from '../helpers/records.ts'
import { CONFIG, soon, startHerder } from './scripted-herder.ts'

test('a source task with records stops promptly although no broker can be reached, and leaves nothing running', async () => {
  const leftRunning = await rememberRunning()
  let polls = 0
  const { herder, until, states, log } = startHerder({ poll: async () => [sourceRecord(`v${polls++}`, polls)] })
  await herder.create('c', CONFIG, 'STARTED')
  await until('RUNNING RUNNING')
  await waitUntil(() => polls > 0, { what: 'a poll', ...soon })
  await sleep(300)
  const began = performance.now()
  await within(herder.setTarget('c', 'STOPPED'), 6000, 'the stop')
  assert.ok(performance.now() - began < 2000, `${Math.round(performance.now() - began)} ms`)
  assert.equal(states(), 'STOPPED')
  assert.deepEqual(log.messages('error'), [])
  await herder.shutdown()
  assert.deepEqual(await leftRunning(), [])
})

test('a sink task stops promptly although no broker can be reached, and leaves nothing running', async () => {
  const leftRunning = await rememberRunning()
  const { herder, until, states, events, log } = startHerder()
  const config = { name: 'c', 'connector.class': 'com.acme.ScriptedSink', topics: 't' }
  await herder.create('c', config, 'STARTED')
  await until('RUNNING RUNNING')
  await sleep(300)
  const began = performance.now()
  await within(herder.setTarget('c', 'STOPPED'), 6000, 'the stop')
  assert.ok(performance.now() - began < 2000, `${Math.round(performance.now() - began)} ms`)
  assert.equal(states(), 'STOPPED')
  assert.deepEqual(events, ['stop 0'])
  assert.deepEqual(log.messages('error'), [])
  await herder.shutdown()
  assert.deepEqual(await leftRunning(), [])
})

test('a sink that is paused while no broker can be reached says so at once', async () => {
  const { herder, until } = startHerder()
  await herder.create('c', { name: 'c', 'connector.class': 'com.acme.ScriptedSink', topics: 't' }, 'STARTED')
  await until('RUNNING RUNNING')
  await herder.setTarget('c', 'PAUSED')
  await until('PAUSED PAUSED')
  await herder.setTarget('c', 'STARTED')
  await until('RUNNING RUNNING')
})
