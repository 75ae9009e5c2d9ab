import assert from 'node:assert/strict'
import { before, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Herder } from '../../src/runtime/herder.ts'
import { inTime } from '../helpers/in-time.ts'
import { rememberRunning } from '../helpers/left-running.ts'
import { waitUntil, within } from '../helpers/processes.ts'
import { sourceRecord } from '../helpers/records.ts'
import { CONFIG, soon, startHerder } from './scripted-herder.ts'

/** So that a machine that stands still for some seconds does not make a stop an ungraceful one. */
const PATIENT = { 'task.shutdown.graceful.timeout.ms': '15000' }

const sinkConfig = { name: 'c', 'connector.class': 'com.acme.ScriptedSink', topics: 't' }

/** What a task loads at first use stays open, such as the pipes to the helper process that compiles it. */
before(async () => {
  const { herder, until } = startHerder({ poll: async () => [sourceRecord('v', 0)] })
  await herder.create('c', CONFIG, 'STARTED')
  await until('RUNNING RUNNING')
  await herder.remove('c')
  await herder.create('c', sinkConfig, 'STARTED')
  await until('RUNNING RUNNING')
  await sleep(300)
  await herder.shutdown()
})

const stopsPromptly = ({ setTarget }: Herder, until: (states: string) => Promise<unknown>): Promise<void> =>
  inTime(2000, 5, async (number) => {
    if (number > 0) await setTarget('c', 'STARTED')
    await until('RUNNING RUNNING')
    await sleep(300)
    const began = performance.now()
    await within(setTarget('c', 'STOPPED'), 20_000, 'the stop')
    return performance.now() - began
  })

test('a source task with records stops promptly although no broker can be reached, and leaves nothing running', async () => {
  const leftRunning = await rememberRunning()
  let polls = 0
  const { herder, until, states, log } = startHerder(
    { poll: async () => [sourceRecord(`v${polls++}`, polls)] },
    PATIENT,
  )
  await herder.create('c', CONFIG, 'STARTED')
  await until('RUNNING RUNNING')
  await waitUntil(() => polls > 0, { what: 'a poll', ...soon })
  await stopsPromptly(herder, until)
  assert.equal(states(), 'STOPPED')
  assert.deepEqual(log.messages('error'), [])
  await herder.shutdown()
  assert.deepEqual(await leftRunning(), [])
})

test('a sink task stops promptly although no broker can be reached, and leaves nothing running', async () => {
  const leftRunning = await rememberRunning()
  const { herder, until, states, events, log } = startHerder({}, PATIENT)
  await herder.create('c', sinkConfig, 'STARTED')
  await until('RUNNING RUNNING')
  await stopsPromptly(herder, until)
  assert.equal(states(), 'STOPPED')
  assert.deepEqual(new Set(events), new Set(['stop 0']))
  assert.deepEqual(log.messages('error'), [])
  await herder.shutdown()
  assert.deepEqual(await leftRunning(), [])
})

test('a sink that is paused while no broker can be reached says so at once', async () => {
  const { herder, until } = startHerder()
  await herder.create('c', sinkConfig, 'STARTED')
  await until('RUNNING RUNNING')
  await herder.setTarget('c', 'PAUSED')
  await until('PAUSED PAUSED')
  await herder.setTarget('c', 'STARTED')
  await until('RUNNING RUNNING')
})
