import { setTimeout as delay } from 'node:timers/promises'
import { defineConfig, defineSink, defineSource } from 'connect-standalone'

/** What can be thrown: an error is the least of it. */
const THROWN = {
  error: () => new Error('told to fail'),
  text: () => 'told to fail',
  nothing: () => undefined,
  frozen: () => Object.freeze(Object.create(null)),
  trap: () =>
    Object.defineProperties(withStack(new Error('never seen')), {
      message: { get: trapped },
      stack: { get: trapped },
      name: { get: trapped },
      cause: { get: trapped },
    }),
  proxy: () => new Proxy({}, { get: trapped, has: trapped, getPrototypeOf: trapped, ownKeys: trapped }),
  circle: () => {
    const error = new Error('told to fail')
    error.cause = new Error('in a circle', { cause: error })
    return error
  },
}

/** A stack is made when it is first read. */
const withStack = (error) => (error.stack === '' ? undefined : error)

function trapped() {
  throw new Error('a trap')
}

const circle = () => {
  const ring = { name: 'ring' }
  ring.ring = ring
  return ring
}

const never = () => new Promise(() => undefined)

const block = (ms) => {
  const until = Date.now() + ms
  while (Date.now() < until);
}

const blocked = new WeakSet()

/** What any method may do in place of its work. Undefined: it does its work. */
const act = (where, settings) => {
  if (settings.where !== where) return undefined
  const { how } = settings
  if (Object.hasOwn(THROWN, how)) throw THROWN[how]()
  if (how === 'never') return never()
  if (how === 'block' || how === 'block.later') {
    // Once, so that what holds everybody up can be got rid of again.
    if (blocked.has(settings)) return undefined
    blocked.add(settings)
    return how === 'block' ? block(settings.ms) : delay(50).then(() => block(settings.ms))
  }
  if (how === 'exit') return process.exit(7)
  // biome-ignore lint/suspicious/noThenProperty: that is the misbehaviour
  if (how === 'thenable') return { then: () => undefined }
  return undefined
}

const record = (settings, number, more = {}) => ({
  topic: settings.topic,
  partition: null,
  keySchema: null,
  key: null,
  valueSchema: null,
  value: `bad ${number}`,
  timestamp: null,
  headers: [],
  sourcePartition: { who: 'bad' },
  sourceOffset: { number },
  ...more,
})

/** What a poll may return in place of records. */
const GARBAGE = {
  number: () => 42,
  'a.text': () => 'records',
  object: () => ({ length: 3 }),
  null: () => [null],
  texts: () => ['one', 'two'],
  empty: () => [{}],
  'no.topic': (settings) => [record(settings, 1, { topic: undefined })],
  'number.topic': (settings) => [record(settings, 1, { topic: 42 })],
  'bad.topic': (settings) => [record(settings, 1, { topic: 'no such/topic name' })],
  'text.partition': (settings) => [record(settings, 1, { partition: 'first' })],
  'half.partition': (settings) => [record(settings, 1, { partition: 0.5 })],
  'text.timestamp': (settings) => [record(settings, 1, { timestamp: 'today' })],
  'null.headers': (settings) => [record(settings, 1, { headers: null })],
  huge: (settings) => [record(settings, 1, { value: 'x'.repeat(3_000_000) })],
  schema: (settings) => [record(settings, 1, { valueSchema: { type: 'int32', optional: false }, value: 'text' })],
  'no.schema': (settings) => [record(settings, 1, { valueSchema: 42, value: 'text' })],
  'circle.value': (settings) => [record(settings, 1, { value: circle() })],
  'circle.partition': (settings) => [record(settings, 1, { sourcePartition: circle() })],
  'circle.offset': (settings) => [record(settings, 1, { sourceOffset: circle() })],
  'function.offset': (settings) => [record(settings, 1, { sourceOffset: () => 1 })],
  'trap.list': () =>
    new Proxy([], { get: (_target, name) => (name === 'then' ? undefined : name === 'length' ? 1 : trapped()) }),
}

const config = defineConfig({
  topic: { type: 'string', default: 'none', importance: 'high', doc: 'Topic to write to.' },
  where: { type: 'string', default: '', importance: 'high', doc: 'The method that misbehaves.' },
  how: { type: 'string', default: 'error', importance: 'high', doc: 'What it does.' },
  ms: { type: 'int', default: 0, importance: 'low', doc: 'For how long.' },
})

const TASKS = {
  number: () => 42,
  texts: () => ['one'],
  null: () => [null],
  many: (raw) => Array.from({ length: 100 }, () => raw),
  ring: () => [circle()],
}

const connectorParts = {
  version: '1.2.3',
  doc: 'Misbehaves as it is told.',
  config,
  validate(settings) {
    act('validate', settings)
    return settings.where === 'validate' && settings.how === 'number' ? 42 : []
  },
  start(settings, context) {
    const acted = act('start', settings)
    if (settings.where === 'raise') setTimeout(() => context.raiseError(THROWN[settings.how]()), 50)
    if (settings.where === 'reconfigure') {
      const timer = setInterval(() => context.requestTaskReconfiguration(), 5)
      return { stop: () => clearInterval(timer) }
    }
    return acted ?? { stop: () => act('connector.stop', settings) }
  },
  tasks(settings, _most, raw) {
    const acted = act('tasks', settings)
    if (acted !== undefined) return acted
    return settings.where === 'tasks' && Object.hasOwn(TASKS, settings.how) ? TASKS[settings.how](raw) : [raw]
  },
}

export const badSource = defineSource({
  kind: 'source',
  className: 'test.e2e.BadSource',
  taskClassName: 'test.e2e.BadSourceTask',
  ...connectorParts,
  openTask(settings, context) {
    const opened = act('openTask', settings)
    if (opened !== undefined) return opened
    if (settings.where === 'openTask' && settings.how === 'number') return 42
    if (settings.where === 'openTask' && settings.how === 'no.poll') return { stop: () => undefined }
    const { where, how } = settings
    const leak = []
    let number = 0
    const poll = () => {
      const acted = where === 'poll' ? act('poll', settings) : undefined
      if (acted !== undefined) return acted
      number++
      if (where === 'poll' && Object.hasOwn(GARBAGE, how)) return number === 1 ? GARBAGE[how](settings) : idle()
      if (where === 'rejects') Promise.reject(THROWN[how]())
      if (where === 'timer')
        setTimeout(() => {
          throw THROWN[how]()
        }, 1)
      if (where === 'tick')
        process.nextTick(() => {
          throw THROWN[how]()
        })
      if (where === 'floods.log') for (let n = 0; n < 200; n++) context.log.info(`flood ${n} ${'x'.repeat(100)}`)
      if (where === 'busy') return []
      if (where === 'microtasks') return Promise.resolve().then(() => [])
      if (where === 'leaks') for (let n = 0; n < 100; n++) leak.push(new Array(10_000).fill(number + n))
      if (where === 'leaks') return []
      if (where === 'twice')
        return {
          // biome-ignore lint/suspicious/noThenProperty: that is the misbehaviour
          then(resolve) {
            resolve([record(settings, number)])
            resolve([])
            throw new Error('after that')
          },
        }
      const records = [record(settings, number)]
      if (where === 'mutates') {
        setTimeout(() => {
          records[0].value = null
          records[0].sourceOffset.number = 'changed'
          records.length = 0
        }, 100)
      }
      return delay(50).then(() => records)
    }
    const idle = () => delay(200).then(() => null)
    context.signal.addEventListener('abort', () => {
      if (where !== 'after.stop') return
      setTimeout(async () => {
        context.log.info('the task is over and still talks')
        await context.readOffset({ who: 'bad' })
        await poll()
      }, 50)
    })
    const task = { poll: async () => poll(), stop: () => act('stop', settings) }
    if (['twice', 'poll'].includes(where)) task.poll = poll
    if (where === 'commit') task.commit = () => act('commit', settings)
    if (where === 'commitRecord') task.commitRecord = () => act('commitRecord', settings)
    if (where === 'getter') Object.defineProperty(task, 'poll', { get: trapped })
    return task
  },
})

const PRE_COMMIT = {
  number: () => 42,
  null: () => null,
  foreign: () => new Map([['elsewhere-0', { topic: 'elsewhere', partition: 0, offset: 3 }]]),
  far: (offsets) => new Map([...offsets].map(([key, each]) => [key, { ...each, offset: each.offset + 1000 }])),
  text: (offsets) => new Map([...offsets].map(([key, each]) => [key, { ...each, offset: 'far' }])),
}

export const badSink = defineSink({
  kind: 'sink',
  className: 'test.e2e.BadSink',
  taskClassName: 'test.e2e.BadSinkTask',
  ...connectorParts,
  openTask(settings, context) {
    const opened = act('openTask', settings)
    if (opened !== undefined) return opened
    const { where, how } = settings
    return {
      open: () => act('open', settings),
      close: () => act('close', settings),
      flush: () => act('flush', settings),
      stop: () => act('stop', settings),
      ...(where === 'preCommit'
        ? {
            preCommit: (offsets) =>
              Object.hasOwn(PRE_COMMIT, how) ? PRE_COMMIT[how](offsets) : act('preCommit', settings),
          }
        : {}),
      async put(records) {
        if (records.length === 0) return
        await act('put', settings)
        if (where === 'mutates') {
          for (const each of records) each.originalOffset = 'changed'
          records.length = 0
        }
        if (where === 'seek') context.seek({ topic: records[0].topic, partition: 0 }, how === 'text' ? 'far' : -5)
        if (where === 'pause') context.pause({ topic: 'elsewhere', partition: 3 })
        if (where === 'timeout') context.timeout(how === 'text' ? 'long' : -1)
        if (where === 'report') context.errantRecordReporter?.(how === 'null' ? null : {}, THROWN.text())
      },
    }
  },
})
