import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ConfigError } from '../../src/plugin/errors.ts'
import { waitUntil } from '../helpers/processes.ts'
import { CONFIG, idle, soon, startHerder } from './scripted-herder.ts'

const MENDING = {
  'errors.restart.policy': 'on-failure',
  'errors.restart.delay.initial.ms': '5',
  'errors.restart.delay.max.ms': '20',
}

test('a failed task is restarted by itself; its siblings and the connector are left alone', async () => {
  let failures = 2
  const { herder, until, events } = startHerder(
    {
      configs: [{ level: '1' }, { level: '2' }],
      poll: (index, signal) => {
        if (index === 1 && failures-- > 0) throw new Error('connection lost')
        return idle(index, signal)
      },
    },
    MENDING,
  )
  await herder.create('c', CONFIG, 'STARTED')
  await waitUntil(() => herder.status('c').tasks[1]?.restarts?.count === 2, { what: 'two restarts', ...soon })
  await until('RUNNING RUNNING RUNNING')
  assert.deepEqual(herder.status('c').tasks[1]?.restarts, { count: 2, nextAt: null })
  assert.equal(herder.status('c').tasks[0]?.restarts, undefined)
  assert.equal(events.filter((event) => event.startsWith('open 0')).length, 1)
  assert.equal(events.filter((event) => event.startsWith('open 1')).length, 3)
})

test('a task stays FAILED with its trace while it waits, and its status tells when it will be tried again', async () => {
  const { herder, until, log } = startHerder(
    {
      openTask: () => {
        throw new Error('connection lost')
      },
    },
    { ...MENDING, 'errors.restart.delay.initial.ms': '60000', 'errors.restart.delay.max.ms': '60000' },
  )
  await herder.create('c', CONFIG, 'STARTED')
  await until('RUNNING FAILED')
  const [task] = herder.status('c').tasks
  assert.match(task!.trace!, /connection lost/)
  assert.ok(task!.restarts!.nextAt! > Date.now())
  assert.match(log.messages('warn').join(), /Task c-0 has failed and will be restarted in \d+ ms/)
})

test('a connector whose start fails is restarted until it works, then gets its tasks', async () => {
  let failures = 2
  const { herder, until } = startHerder(
    {
      start: () => {
        if (failures-- > 0) throw new Error('no database')
      },
    },
    MENDING,
  )
  await assert.rejects(herder.create('c', CONFIG, 'STARTED'), { cause: new Error('no database') })
  await until('RUNNING RUNNING')
  assert.equal(herder.status('c').connector.restarts?.count, 2)
})

test('a connector that raises an error is restarted; its tasks go on', async () => {
  const { herder, script, until, events } = startHerder({}, MENDING)
  await herder.create('c', CONFIG, 'STARTED')
  await until('RUNNING RUNNING')
  script.context!.raiseError(new Error('lost the source'))
  await waitUntil(() => herder.status('c').connector.restarts?.count === 1, { what: 'the restart', ...soon })
  await until('RUNNING RUNNING')
  assert.equal(events.filter((event) => event.startsWith('open 0')).length, 1)
})

test('a mistake is not tried again, and who listens hears that it is for good', async () => {
  const heard: (readonly [string, number | null, boolean])[] = []
  const { herder, until } = startHerder(
    {
      openTask: () => {
        throw new ConfigError('no such table')
      },
    },
    MENDING,
    { onFailure: (connector, task, _error, at) => void heard.push([connector, task, at === null]) },
  )
  await herder.create('c', CONFIG, 'STARTED')
  await until('RUNNING FAILED')
  assert.deepEqual(herder.status('c').tasks[0]?.restarts, { count: 0, nextAt: null })
  assert.deepEqual(heard, [['c', 0, true]])
})

for (const [verb, act] of [
  ['pause', (herder) => herder.setTarget('c', 'PAUSED')],
  ['stop', (herder) => herder.setTarget('c', 'STOPPED')],
  ['removal', (herder) => herder.remove('c')],
] as const satisfies readonly (readonly [string, (herder: ReturnType<typeof startHerder>['herder']) => unknown])[]) {
  test(`a ${verb} keeps a planned restart from happening`, async () => {
    let opened = 0
    const { herder, until } = startHerder(
      {
        openTask: () => {
          opened++
          throw new Error('connection lost')
        },
      },
      { ...MENDING, 'errors.restart.delay.initial.ms': '100', 'errors.restart.delay.max.ms': '100' },
    )
    await herder.create('c', CONFIG, 'STARTED')
    await until('RUNNING FAILED')
    await act(herder)
    const before = opened
    await new Promise((resolve) => setTimeout(resolve, 200))
    assert.equal(opened, before)
  })
}

test('a pause ends no failure: after it was resumed, what had failed is tried again', async () => {
  let broken = true
  const { herder, until } = startHerder(
    {
      openTask: () => {
        if (broken) throw new Error('connection lost')
      },
    },
    { ...MENDING, 'errors.restart.delay.initial.ms': '100', 'errors.restart.delay.max.ms': '100' },
  )
  await herder.create('c', CONFIG, 'STARTED')
  await until('RUNNING FAILED')
  await herder.setTarget('c', 'PAUSED')
  broken = false
  await herder.setTarget('c', 'STARTED')
  await until('RUNNING RUNNING')
})

test('a restart by hand comes at once, and pauses begin anew after it', async () => {
  let broken = true
  const { herder, until } = startHerder(
    {
      openTask: () => {
        if (broken) throw new Error('connection lost')
      },
    },
    { ...MENDING, 'errors.restart.delay.initial.ms': '60000', 'errors.restart.delay.max.ms': '60000' },
  )
  await herder.create('c', CONFIG, 'STARTED')
  await until('RUNNING FAILED')
  broken = false
  await herder.restartTask('c', 0)
  await until('RUNNING RUNNING')
  assert.deepEqual(herder.status('c').tasks[0]?.restarts, { count: 0, nextAt: null })
})
