import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { KafkaError } from '../../src/kafka/errors.ts'
import type { GroupClient } from '../../src/kafka/group-client.ts'
import { createGroupMembership, type GroupMembership } from '../../src/kafka/group-membership.ts'
import { encodeAssignment } from '../../src/protocol/consumer-protocol.ts'

const refusal = (code: string): KafkaError => new KafkaError(code, `refused: ${code}`)

interface Group {
  readonly membership: GroupMembership
  /** The member ids of the joins. */
  readonly joins: string[]
  /** The ids that the coordinator does not know any more. */
  readonly unknown: Set<string>
  changes(): number
}

/** A member whose heartbeats are so rare that none is sent while a test runs. */
const joined = async (t: TestContext, groupInstanceId: string | null = null): Promise<Group> => {
  const joins: string[] = []
  const unknown = new Set<string>()
  let generationId = 0
  let ids = 0
  let changes = 0
  const client: GroupClient = {
    async join(memberId) {
      joins.push(memberId)
      if (unknown.has(memberId)) throw refusal('UNKNOWN_MEMBER_ID')
      const own = memberId === '' ? `m${++ids}` : memberId
      return {
        ...{ errorCode: 0, throttleTimeMs: 0, generationId: ++generationId, protocolType: 'consumer' },
        ...{ protocolName: 'range', leader: 'another', skipAssignment: false, memberId: own, members: [] },
      }
    },
    sync: async () => encodeAssignment({ assignedPartitions: [{ topic: 'a', partitions: [0] }], userData: null }),
    heartbeat: async () => undefined,
    leave: async () => undefined,
    commit: async () => undefined,
    committed: async () => [],
  }
  const membership = createGroupMembership({
    ...{ client, groupInstanceId, heartbeatIntervalMs: 3_600_000, maxPollIntervalMs: 300_000, retryBackoffMs: 1 },
    assignors: [{ name: 'range', assign: () => new Map() }],
    topics: () => ['a'],
    partitionCounts: async () => new Map([['a', 1]]),
    onChange: () => void changes++,
    onTrouble: () => undefined,
  })
  t.after(() => membership.leave())
  await membership.join(new AbortController().signal)
  return { membership, joins, unknown, changes: () => changes }
}

const again = ({ membership }: Group) => membership.join(new AbortController().signal)

test('a commit of another generation: the member joins again at once, by the id it had', async (t) => {
  const group = await joined(t)
  const { membership } = group
  membership.commitFailed(membership.identity, refusal('ILLEGAL_GENERATION'))
  assert.deepEqual([membership.rejoinNeeded, membership.lost, group.changes()], [true, true, 1])
  assert.deepEqual(membership.identity, { memberId: 'm1', generationId: -1 })
  await again(group)
  assert.deepEqual(group.joins, ['', 'm1'])
  assert.deepEqual([membership.rejoinNeeded, membership.lost], [false, false])
})

test('a commit of another generation in a group that has lost the member: it gets a new id', async (t) => {
  const group = await joined(t)
  group.unknown.add('m1')
  group.membership.commitFailed(group.membership.identity, refusal('ILLEGAL_GENERATION'))
  await again(group)
  assert.deepEqual(group.joins, ['', 'm1', ''])
  assert.deepEqual(group.membership.identity, { memberId: 'm2', generationId: 2 })
})

test('a commit of a member that the group does not know: it joins again at once, as a new one', async (t) => {
  const group = await joined(t)
  group.membership.commitFailed(group.membership.identity, refusal('UNKNOWN_MEMBER_ID'))
  assert.deepEqual([group.membership.rejoinNeeded, group.membership.lost], [true, true])
  await again(group)
  assert.deepEqual(group.joins, ['', ''])
})

test('a commit while the group rebalances: the member joins again, and has lost nothing', async (t) => {
  const { membership } = await joined(t)
  membership.commitFailed(membership.identity, refusal('REBALANCE_IN_PROGRESS'))
  assert.deepEqual([membership.rejoinNeeded, membership.lost], [true, false])
})

test('a commit of a static member whose instance id another one has: it cannot come back', async (t) => {
  const { membership } = await joined(t, 'i')
  const fenced = refusal('FENCED_INSTANCE_ID')
  membership.commitFailed(membership.identity, fenced)
  assert.equal(membership.failure, fenced)
})

test('a commit that failed for another reason, or was asked by the member before, changes nothing', async (t) => {
  const group = await joined(t)
  const { membership } = group
  const before = membership.identity
  membership.commitFailed(before, refusal('REQUEST_TIMED_OUT'))
  assert.deepEqual([membership.rejoinNeeded, membership.identity], [false, before])
  await again(group)
  membership.commitFailed(before, refusal('ILLEGAL_GENERATION'))
  assert.deepEqual([membership.rejoinNeeded, membership.lost], [false, false])
})
