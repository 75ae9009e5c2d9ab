import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { ConnectorStore, StoredConnector } from '../../src/storage/connector-store.ts'
import { CONFIG, startHerder } from './scripted-herder.ts'

const memoryStore = (...initial: StoredConnector[]) => {
  const stored = new Map(initial.map((connector) => [connector.name, connector]))
  let broken = false
  const change = (edit: () => void) => async () => {
    if (broken) throw new Error('disk full')
    edit()
  }
  const store: ConnectorStore = {
    path: '/connectors.json',
    entries: () => [...stored.values()],
    get: (name) => stored.get(name),
    put: (connector) => change(() => void stored.set(connector.name, connector))(),
    remove: (name) => change(() => void stored.delete(name))(),
  }
  const breakDown = (): void => {
    broken = true
  }
  return { store, entries: store.entries, breakDown }
}

const variable = `$${'{file:/x:y}'}`

test('each change over REST is stored, with the config as it was given', async () => {
  const { store, entries } = memoryStore()
  const { herder } = startHerder({}, {}, { store })
  const config = { ...CONFIG, 'com.acme.secret': variable }
  await herder.create('c', config, 'STARTED')
  assert.deepEqual(entries(), [{ name: 'c', target: 'STARTED', config }])
  await herder.setTarget('c', 'PAUSED')
  await herder.patch('c', { level: '2' })
  assert.deepEqual(entries(), [{ name: 'c', target: 'PAUSED', config: { ...config, level: '2' } }])
  await herder.replace('c', CONFIG)
  await herder.setTarget('c', 'STOPPED')
  assert.deepEqual(entries(), [{ name: 'c', target: 'STOPPED', config: CONFIG }])
  await herder.remove('c')
  assert.deepEqual(entries(), [])
})

test('a connector that does not start is stored all the same; one that is refused is not', async () => {
  const { store, entries } = memoryStore()
  const { herder } = startHerder(
    {
      start: () => {
        throw new Error('no database')
      },
    },
    {},
    { store },
  )
  await assert.rejects(herder.create('c', CONFIG, 'STARTED'), { cause: new Error('no database') })
  await assert.rejects(herder.create('d', { ...CONFIG, level: 'high' }, 'STARTED'), /level/)
  assert.deepEqual(
    entries().map(({ name }) => name),
    ['c'],
  )
})

test('of a connector of a file only the state that a user gave it is stored, and taken up the next time', async () => {
  const { store, entries } = memoryStore()
  const first = startHerder({}, {}, { store })
  await first.herder.create('c', CONFIG, 'STARTED', { origin: 'file' })
  assert.deepEqual(entries(), [])
  await first.herder.setTarget('c', 'STOPPED')
  assert.deepEqual(entries(), [{ name: 'c', target: 'STOPPED', config: null }])

  const second = startHerder({}, {}, { store })
  await second.herder.create('c', CONFIG, 'STARTED', { origin: 'file' })
  assert.equal(second.states(), 'STOPPED')
  await second.herder.replace('c', { ...CONFIG, level: '3' })
  assert.deepEqual(entries(), [{ name: 'c', target: 'STOPPED', config: { ...CONFIG, level: '3' } }])

  const third = startHerder({}, {}, { store })
  await third.herder.create('c', CONFIG, 'STARTED', { origin: 'file' })
  assert.equal(third.herder.info('c').config['level'], undefined)
  assert.match(third.log.messages('warn').join(), /the config of its file is used; the one stored over REST is dropped/)
  assert.deepEqual(entries(), [{ name: 'c', target: 'STOPPED', config: null }])
})

test('what cannot be stored is not created or changed; a stop and a removal happen, and say that they are not stored', async () => {
  const { store, breakDown } = memoryStore()
  const { herder, until, states } = startHerder({}, {}, { store })
  await herder.create('c', CONFIG, 'STARTED')
  await until('RUNNING RUNNING')
  breakDown()
  const full = { status: 500, message: 'disk full' }
  await assert.rejects(herder.create('d', { ...CONFIG, name: 'd' }, 'STARTED'), full)
  await assert.rejects(herder.patch('c', { level: '2' }), full)
  assert.deepEqual([herder.names(), herder.info('c').config, states()], [['c'], CONFIG, 'RUNNING RUNNING'])
  await assert.rejects(herder.setTarget('c', 'STOPPED'), full)
  assert.equal(states(), 'STOPPED')
  await assert.rejects(herder.remove('c'), full)
  assert.deepEqual(herder.names(), [])
})

test('one that is stored and could not be created is not there, but can be removed', async () => {
  const { store, entries } = memoryStore({ name: 'gone', target: 'STARTED', config: {} })
  const { herder } = startHerder({}, {}, { store })
  await herder.remove('gone')
  assert.deepEqual(entries(), [])
  await assert.rejects(herder.remove('gone'), { status: 404 })
})

test('initial offsets are set before the connector starts, if it has none, and a refusal creates nothing', async () => {
  const set: unknown[] = []
  const stored: { partition: object; offset: object }[] = []
  const offsets = {
    get: () => undefined,
    entries: () => stored as never,
    set: async (changes: readonly unknown[]) => void set.push(...changes),
  }
  const { herder, events, log } = startHerder({}, {}, { offsets })
  const initialOffsets = [{ partition: { id: 1 }, offset: { at: 5 } }]
  await herder.create('c', CONFIG, 'STOPPED', { initialOffsets })
  assert.deepEqual(set, [{ connector: 'c', partition: { id: 1 }, offset: { at: 5 } }])
  assert.deepEqual(events, [])
  stored.push({ partition: { id: 1 }, offset: { at: 7 } })
  await herder.create('d', { ...CONFIG, name: 'd' }, 'STOPPED', { initialOffsets })
  assert.equal(set.length, 1)
  assert.match(log.messages('info').join(), /The initial offsets of d are not used: 1 offsets are stored/)
})
