import assert from 'node:assert/strict'
import { test } from 'node:test'
import { CONFIG, startHerder } from './scripted-herder.ts'

test('a restart with tasks starts all anew; onlyFailed leaves alone what runs', async () => {
  const { herder, until, events } = startHerder()
  await herder.create('c', CONFIG, 'STARTED')
  await until('RUNNING RUNNING')
  await herder.restart('c', { tasks: true, onlyFailed: true })
  assert.deepEqual(events, ['start', 'open 0 level 1'])
  await herder.restart('c', { tasks: true, onlyFailed: false })
  await until('RUNNING RUNNING')
  assert.deepEqual(events.slice(2), ['stop 0', 'stop', 'start', 'open 0 level 1'])
})

test('a restart after which there are fewer tasks starts those only', async () => {
  const { herder, script, until } = startHerder({ configs: [{ level: '1' }, { level: '2' }] })
  await herder.create('c', CONFIG, 'STARTED')
  await until('RUNNING RUNNING RUNNING')
  script.configs = [{ level: '1' }]
  await herder.restart('c', { tasks: true, onlyFailed: false })
  await until('RUNNING RUNNING')
})
