import assert from 'node:assert/strict'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { Group } from '../../src/dev-broker/groups/group.ts'
import type { StoredGroup } from '../../src/dev-broker/groups/stored-group.ts'
import { type DevBroker, type DevBrokerOptions, startDevBroker } from '../../src/dev-broker/start-broker.ts'
import { errorCode } from '../../src/protocol/error-codes.ts'
import { heartbeat } from '../../src/protocol/messages/heartbeat.ts'
import { syncGroup } from '../../src/protocol/messages/sync-group.ts'
import { freePort, waitUntil } from '../helpers/processes.ts'
import { startConversation } from './conversation.ts'
import { beating, join as joinGroup, syncing } from './group-requests.ts'
import { playRestart } from './group-restart.ts'

/** Written by record-conformance.ts; test/e2e/dev-broker-restart.test.ts asks Apache Kafka again. */
const recorded: unknown = JSON.parse(readFileSync(new URL('recorded/group-restart.json', import.meta.url), 'utf8'))

const restartable = async (t: TestContext, options: DevBrokerOptions = {}) => {
  const dataDir = mkdtempSync(join(tmpdir(), 'dev-broker-'))
  const port = await freePort()
  let broker: DevBroker = await startDevBroker({ ...options, dataDir, port })
  t.after(async () => {
    await broker.close()
    rmSync(dataDir, { recursive: true, force: true })
  })
  const { bootstrap } = broker
  const restart = async (): Promise<void> => {
    await broker.close()
    broker = await startDevBroker({ ...options, dataDir, port })
  }
  return { bootstrap, restart }
}

test('members of groups are known after a restart, as to Apache Kafka', async (t) => {
  const { bootstrap, restart } = await restartable(t)
  assert.deepEqual(await playRestart(bootstrap, restart), recorded)
})

test('a broker whose members end with it does not wait for them', async (t) => {
  const { bootstrap, restart } = await restartable(t, { keepMembers: false })
  const talk = await startConversation(bootstrap)
  t.after(() => talk.close())
  const member = await joinGroup(talk, 'g')
  await talk.call(syncGroup, 5, syncing('g', member, { [member.memberId]: 'all of it' }))
  await restart()
  await talk.reconnect()
  const { errorCode: code } = await talk.call(heartbeat, 4, beating('g', member))
  assert.equal(code, errorCode('UNKNOWN_MEMBER_ID'))
  const next = await joinGroup(talk, 'g')
  assert.deepEqual([next.errorCode, next.generationId], [0, member.generationId + 1])
})

const STORED: StoredGroup = {
  ...{ generation: 3, protocolType: 'consumer', protocol: 'range', leader: 'a-1' },
  members: [
    {
      ...{ id: 'a-1', instanceId: null, clientId: 'a', clientHost: '/127.0.0.1' },
      ...{ sessionTimeoutMs: 50, rebalanceTimeoutMs: 50, protocols: [['range', 'AAE=']], assignment: 'AgM=' },
    },
  ],
}

test('a member that does not come back after a restart is gone when its session ends, and that is kept as well', async () => {
  const kept: StoredGroup[] = []
  const before = Date.now()
  const group = new Group('g', { now: Date.now, store: (state) => kept.push(state), stored: STORED })
  const { assignment, protocols, deadline } = group.members.get('a-1')!
  assert.deepEqual([group.state, group.generation, group.leader], ['Stable', 3, 'a-1'])
  assert.deepEqual([assignment, protocols[0]!.metadata], [Buffer.from([2, 3]), Buffer.from([0, 1])])
  assert.ok(deadline >= before + 50 && deadline <= Date.now() + 50)
  await waitUntil(() => group.state === 'Empty', { timeoutMs: 20_000, what: 'the end of the session' })
  assert.deepEqual(kept, [{ generation: 4, protocolType: 'consumer' }])
  group.close()
})

test('a member that comes back after a restart stays, and what it says is kept', () => {
  const kept: StoredGroup[] = []
  const group = new Group('g', { now: () => 0, store: (state) => kept.push(state), stored: STORED })
  group.heartbeat({ memberId: 'a-1', instanceId: null }, 3)
  group.checkCommit({ memberId: 'a-1', instanceId: null }, 3)
  assert.throws(() => group.heartbeat({ memberId: 'a-1', instanceId: null }, 2), { message: /ILLEGAL_GENERATION/ })
  assert.deepEqual(kept, [])
  group.close()
})
