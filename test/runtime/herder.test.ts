import assert from 'node:assert/strict'
import { test } from 'node:test'
import { waitUntil, within } from '../helpers/processes.ts'
import { CONFIG, idle, soon, startHerder } from './scripted-herder.ts'

test('creating validates, starts the connector, then its tasks', async () => {
  const { herder, until, events } = startHerder({ configs: [{ level: '1' }, { level: '2' }] })
  const info = await herder.create('c', CONFIG, 'STARTED')
  assert.deepEqual(info, {
    name: 'c',
    config: CONFIG,
    tasks: [
      { connector: 'c', task: 0 },
      { connector: 'c', task: 1 },
    ],
    type: 'source',
  })
  await until('RUNNING RUNNING RUNNING')
  assert.deepEqual(events, ['start', 'open 0 level 1', 'open 1 level 2'])
})

test('a name that is taken is refused, and so is a config with errors; neither changes anything', async () => {
  const { herder, until } = startHerder()
  await herder.create('c', CONFIG, 'STARTED')
  await assert.rejects(herder.create('c', CONFIG, 'STARTED'), { status: 409, message: 'Connector c already exists' })
  await assert.rejects(herder.create('d', { ...CONFIG, name: 'd', level: 'high' }, 'STARTED'), (error) => {
    assert.match(String(error), /level/)
    return (error as { status: number }).status === 400
  })
  assert.deepEqual(herder.names(), ['c'])
  await until('RUNNING RUNNING')
})

test('a connector that fails to start is FAILED with a trace, and its creation an error', async () => {
  const { herder, states } = startHerder({
    start: () => {
      throw new Error('no such database')
    },
  })
  await assert.rejects(herder.create('c', CONFIG, 'STARTED'), {
    status: 500,
    message: 'Failed to transition connector c to state STARTED',
  })
  assert.equal(states(), 'FAILED')
  assert.match(herder.status('c').connector.trace!, /no such database\n\tat /)
})

test('created paused or stopped, the connector is not started and has no tasks', async () => {
  for (const target of ['PAUSED', 'STOPPED'] as const) {
    const { herder, states, events } = startHerder()
    await herder.create('c', CONFIG, target)
    assert.equal(states(), target)
    assert.deepEqual(events, [])
  }
})

test('a pause stops the connector and keeps the tasks; resuming starts it and goes on with the same tasks', async () => {
  const { herder, until, events } = startHerder()
  await herder.create('c', CONFIG, 'STARTED')
  await until('RUNNING RUNNING')
  await herder.setTarget('c', 'PAUSED')
  await until('PAUSED PAUSED')
  await herder.setTarget('c', 'PAUSED')
  await herder.setTarget('c', 'STARTED')
  await until('RUNNING RUNNING')
  assert.deepEqual(events, ['start', 'open 0 level 1', 'stop', 'start'])
})

test('stopping removes the tasks, then the connector stops; resuming makes them anew', async () => {
  const { herder, until, states, events } = startHerder()
  await herder.create('c', CONFIG, 'STARTED')
  await until('RUNNING RUNNING')
  await herder.setTarget('c', 'STOPPED')
  assert.equal(states(), 'STOPPED')
  assert.deepEqual(herder.taskConfigs('c'), [])
  await herder.setTarget('c', 'STARTED')
  await until('RUNNING RUNNING')
  assert.deepEqual(events, ['start', 'open 0 level 1', 'stop 0', 'stop', 'start', 'open 0 level 1'])
})

test('a failed task has a trace and leaves its siblings and the connector alone; restarting it brings it back', async () => {
  let broken = true
  const { herder, until, failures, events } = startHerder({
    configs: [{ level: '1' }, { level: '2' }],
    poll: async (index, signal) => {
      if (index === 1 && broken) throw new Error('cannot read')
      return idle(index, signal)
    },
  })
  await herder.create('c', CONFIG, 'STARTED')
  await until('RUNNING RUNNING FAILED')
  assert.match(herder.status('c').tasks[1]!.trace!, /cannot read/)
  assert.deepEqual(failures, ['c-1'])
  assert.ok(events.includes('stop 1'))
  broken = false
  await herder.restartTask('c', 1)
  await until('RUNNING RUNNING RUNNING')
  await assert.rejects(herder.restartTask('c', 2), { status: 404 })
})

test('a task that cannot be opened is FAILED', async () => {
  const { herder, until } = startHerder({
    openTask: () => {
      throw new Error('no permission')
    },
  })
  await herder.create('c', CONFIG, 'STARTED')
  await until('RUNNING FAILED')
  assert.match(herder.status('c').tasks[0]!.trace!, /no permission/)
})

test('more tasks than tasks.max fail the connector, unless that is not enforced', async () => {
  const configs = [{ level: '1' }, { level: '2' }]
  const strict = startHerder({ configs })
  await assert.rejects(
    strict.herder.create('c', { ...CONFIG, 'tasks.max': '1' }, 'STARTED'),
    /has generated 2 tasks, which is greater than 1, the maximum number of tasks/,
  )
  assert.equal(strict.states(), 'FAILED')
  const loose = startHerder({ configs })
  await loose.herder.create('c', { ...CONFIG, 'tasks.max': '1', 'tasks.max.enforce': 'false' }, 'STARTED')
  await loose.until('RUNNING RUNNING RUNNING')
  assert.match(loose.log.messages('warn').join(), /has generated 2 tasks/)
})

test('a connector that asks for it gets its tasks replaced, if their configs changed', async () => {
  const { herder, script, until, events } = startHerder()
  await herder.create('c', CONFIG, 'STARTED')
  await until('RUNNING RUNNING')
  script.context!.requestTaskReconfiguration()
  await herder.turn()
  assert.deepEqual(events, ['start', 'open 0 level 1'])
  script.configs = [{ level: '1' }, { level: '5' }]
  script.context!.requestTaskReconfiguration()
  await until('RUNNING RUNNING RUNNING')
  assert.deepEqual(events, ['start', 'open 0 level 1', 'stop 0', 'open 0 level 1', 'open 1 level 5'])
})

test('a connector that raises an error is FAILED; its tasks go on', async () => {
  const { herder, script, until } = startHerder()
  await herder.create('c', CONFIG, 'STARTED')
  await until('RUNNING RUNNING')
  script.context!.raiseError(new Error('lost the source'))
  assert.match(herder.status('c').connector.trace!, /lost the source/)
  await until('FAILED RUNNING')
  await herder.restart('c', { tasks: false, onlyFailed: false })
  await until('RUNNING RUNNING')
})

test('a failed connector can be stopped', async () => {
  const { herder, script, until } = startHerder()
  await herder.create('c', CONFIG, 'STARTED')
  await until('RUNNING RUNNING')
  script.context!.raiseError(new Error('lost the source'))
  await herder.setTarget('c', 'STOPPED')
  await until('STOPPED')
})

test('what fails while stopping: FAILED for a pause, STOPPED all the same for a stop', async () => {
  const stop = () => {
    throw new Error('will not')
  }
  const pausing = startHerder({ stop })
  await pausing.herder.create('c', CONFIG, 'STARTED')
  await assert.rejects(pausing.herder.setTarget('c', 'PAUSED'), /will not/)
  assert.match(pausing.states(), /^FAILED/)
  const stopping = startHerder({ stop })
  await stopping.herder.create('c', CONFIG, 'STARTED')
  await stopping.herder.setTarget('c', 'STOPPED')
  assert.equal(stopping.states(), 'STOPPED')
})

test('a changed config replaces connector and tasks; of a paused one when it is resumed', async () => {
  const { herder, script, until, events } = startHerder()
  await herder.create('c', CONFIG, 'STARTED')
  await until('RUNNING RUNNING')
  await herder.setTarget('c', 'PAUSED')
  await until('PAUSED PAUSED')
  script.configs = [{ level: '3' }]
  await herder.replace('c', { ...CONFIG, level: '3' })
  assert.ok(!events.includes('open 0 level 3'))
  await herder.setTarget('c', 'STARTED')
  await waitUntil(() => events.includes('open 0 level 3'), { what: 'the new task', ...soon })
  await until('RUNNING RUNNING')
})

test('a task that does not stop in time is cancelled: what becomes of it later does not count', async () => {
  let release: () => void = () => undefined
  const { herder, log, states, events } = startHerder(
    {
      poll: () =>
        new Promise((resolve) => {
          release = () => resolve(null)
        }),
    },
    { 'task.shutdown.graceful.timeout.ms': '50' },
  )
  await herder.create('c', CONFIG, 'STARTED')
  await waitUntil(() => states() === 'RUNNING RUNNING', { what: 'the task', ...soon })
  await herder.setTarget('c', 'STOPPED')
  assert.equal(states(), 'STOPPED')
  assert.ok(log.messages('error').includes('Graceful stop of task c-0 failed.'))
  release()
  await waitUntil(() => events.includes('stop 0'), { what: 'its late end', ...soon })
  assert.equal(states(), 'STOPPED')
})

test('removing stops everything and forgets the connector', async () => {
  const { herder, until, events } = startHerder()
  await herder.create('c', CONFIG, 'STARTED')
  await until('RUNNING RUNNING')
  await herder.remove('c')
  assert.deepEqual(herder.names(), [])
  assert.deepEqual(events.slice(-2), ['stop 0', 'stop'])
  assert.throws(() => herder.status('c'), { status: 404, message: 'Connector c not found' })
})

test('after the shutdown nothing is started any more', async () => {
  const { herder, script, until, events } = startHerder()
  await herder.create('c', CONFIG, 'STARTED')
  await until('RUNNING RUNNING')
  const ending = herder.shutdown()
  script.configs = [{ level: '8' }]
  script.context!.requestTaskReconfiguration()
  await within(ending, 20_000, 'the shutdown')
  await herder.turn()
  assert.deepEqual(events.slice(2), ['stop 0', 'stop'])
  await assert.rejects(herder.create('d', CONFIG, 'STARTED'), /shutting down/)
})

test('a connector that hangs holds up no other one, and is named', async () => {
  const hanging = deferred()
  const { herder } = startHerder({
    start: () => (herder.names().length === 1 ? hanging.promise : undefined),
  })
  const first = herder.create('c', CONFIG, 'STARTED')
  await waitUntil(() => herder.underWay().length === 1, { what: 'the first to hang', ...soon })
  await within(herder.create('d', { ...CONFIG, name: 'd' }, 'STARTED'), 20_000, 'the other connector')
  assert.equal(herder.status('d').connector.state, 'RUNNING')
  assert.deepEqual(
    herder.underWay().map(({ connector, verb }) => [connector, verb]),
    [['c', 'create']],
  )
  hanging.resolve()
  await first
  await herder.turn()
  assert.deepEqual(herder.underWay(), [])
})

const deferred = (): { readonly promise: Promise<void>; readonly resolve: () => void } => {
  let resolve: () => void = () => undefined
  const promise = new Promise<void>((done) => {
    resolve = done
  })
  return { promise, resolve: () => resolve() }
}
