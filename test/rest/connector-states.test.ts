import assert from 'node:assert/strict'
import { test } from 'node:test'
import { FakeLogger } from '../helpers/fake-context.ts'
import { FakeHerder, fakeRest } from './fake-rest.ts'

const withConnector = async (log = new FakeLogger()) => {
  const herder = new FakeHerder()
  herder.connectors.set('x', { config: { name: 'x' }, state: 'RUNNING' })
  return { ...(await fakeRest({ herder, log })), log }
}

test('pause and resume are accepted without a body, again and again', async () => {
  const { ask, herder } = await withConnector()
  for (const [verb, state] of [
    ['pause', 'PAUSED'],
    ['pause', 'PAUSED'],
    ['resume', 'RUNNING'],
  ] as const) {
    const answer = await ask(`PUT /connectors/x/${verb}`)
    assert.deepEqual([answer.status, answer.text, answer.type], [202, '', undefined])
    assert.equal(answer.headers['content-length'], '0')
    assert.equal(herder.connectors.get('x')?.state, state)
  }
})

test('pausing is accepted also when it fails later; the log tells why', async () => {
  const { ask, herder, log } = await withConnector()
  const error = new Error('it has failed')
  herder.setTarget = async () => Promise.reject(error)
  assert.equal((await ask('PUT /connectors/x/pause')).status, 202)
  assert.deepEqual(log.lines, [{ level: 'error', message: 'Connector x cannot be paused', fields: { error } }])
})

test('a connector is stopped when the answer comes', async () => {
  const { ask, herder } = await withConnector()
  const answer = await ask('PUT /connectors/x/stop')
  assert.deepEqual([answer.status, answer.text, answer.type], [204, '', undefined])
  assert.equal(herder.connectors.get('x')?.state, 'STOPPED')
})

test('restart takes its flags in any case, and takes anything but true for false', async () => {
  const { ask, herder } = await withConnector()
  assert.equal((await ask('POST /connectors/x/restart?includeTasks=maybe&onlyFailed=')).status, 204)
  const answer = await ask('POST /connectors/x/restart?includeTasks=TRUE')
  assert.equal(answer.status, 202)
  assert.deepEqual((answer.json as { name: string }).name, 'x')
  assert.equal((await ask('POST /connectors/x/restart?onlyFailed=true&forward=false')).status, 202)
  assert.deepEqual(herder.calls, [
    'restart x {"tasks":false,"onlyFailed":false}',
    'restart x {"tasks":true,"onlyFailed":false}',
    'restart x {"tasks":false,"onlyFailed":true}',
  ])
})
