import { deleteGroups } from '../../src/protocol/messages/delete-groups.ts'
import { describeGroups } from '../../src/protocol/messages/describe-groups.ts'
import { heartbeat } from '../../src/protocol/messages/heartbeat.ts'
import { joinGroup } from '../../src/protocol/messages/join-group.ts'
import { leaveGroup } from '../../src/protocol/messages/leave-group.ts'
import { listGroups } from '../../src/protocol/messages/list-groups.ts'
import { offsetCommit } from '../../src/protocol/messages/offset-commit.ts'
import { offsetDelete } from '../../src/protocol/messages/offset-delete.ts'
import { offsetFetch } from '../../src/protocol/messages/offset-fetch.ts'
import { syncGroup } from '../../src/protocol/messages/sync-group.ts'
import type { Conversation } from './conversation.ts'
import { beating, committing, type Joined, join, joining, metadataOf, syncing } from './group-requests.ts'
import type { RawClient } from './raw-client.ts'
import type { Scenario } from './scenarios-records.ts'

const oneMember: Scenario = async (talk) => {
  const group = talk.name('single')
  await talk.coordinator(group, 0)
  const topic = await talk.topic('t', { partitions: 2 })
  const me = await join(talk, group)
  await talk.call(describeGroups, 5, { groups: [group], includeAuthorizedOperations: false })
  await talk.call(syncGroup, 5, syncing(group, me, { [me.memberId]: 'all of it' }))
  await talk.call(syncGroup, 5, syncing(group, me))
  await talk.call(heartbeat, 4, beating(group, me))
  await talk.call(describeGroups, 5, { groups: [group], includeAuthorizedOperations: false })
  await talk.call(offsetCommit, 8, committing(group, topic, 12, me))
  await talk.call(offsetCommit, 8, committing(group, topic, 12, me, 7))
  await talk.call(offsetCommit, 8, committing(group, topic, 13, { ...me, generationId: me.generationId + 1 }))
  await talk.call(offsetCommit, 8, committing(group, topic, 13, { ...me, memberId: 'somebody' }))
  await talk.call(offsetCommit, 8, committing(group, topic, 13))
  await talk.call(offsetCommit, 8, committing(group, topic, 13, me, 0, 'x'.repeat(5000)))
  await talk.call(heartbeat, 4, { ...beating(group, me), generationId: 99 })
  await talk.call(heartbeat, 4, { ...beating(group, me), memberId: 'somebody' })
  await talk.call(joinGroup, 7, joining(group, me.memberId)) // the leader joins again: a new generation
  await talk.call(heartbeat, 4, { ...beating(group, me), generationId: me.generationId + 1 })
  await talk.call(leaveGroup, 4, {
    groupId: group,
    members: [
      { memberId: 'somebody', groupInstanceId: null },
      { memberId: me.memberId, groupInstanceId: null },
    ],
  })
  await talk.call(describeGroups, 5, { groups: [group], includeAuthorizedOperations: false })
  await talk.call(offsetFetch, 7, {
    groupId: group,
    topics: [{ name: topic, partitionIndexes: [0, 1] }],
    requireStable: false,
  })
}

const badJoins: Scenario = async (talk) => {
  const group = talk.name('refused')
  await talk.coordinator(group, 0)
  await talk.call(joinGroup, 7, joining('', ''))
  await talk.call(joinGroup, 7, joining(group, 'nobody'))
  await talk.call(joinGroup, 7, joining(group, '', { sessionTimeoutMs: 100 }))
  await talk.call(joinGroup, 7, joining(group, '', { sessionTimeoutMs: 10_000_000 }))
  await talk.call(joinGroup, 7, joining(group, '', { protocols: [] }))
  await talk.call(heartbeat, 4, { groupId: group, generationId: 1, memberId: 'nobody', groupInstanceId: null })
  await talk.call(heartbeat, 4, { groupId: '', generationId: 1, memberId: 'nobody', groupInstanceId: null })
  await talk.call(leaveGroup, 4, { groupId: group, members: [{ memberId: 'nobody', groupInstanceId: null }] })
  await talk.call(leaveGroup, 2, { groupId: group, memberId: 'nobody' })
  const old = await talk.call(joinGroup, 3, joining(group, ''))
  await talk.call(joinGroup, 5, joining(group, '', { protocols: [{ name: 'other', metadata: metadataOf(['t']) }] }))
  await talk.call(joinGroup, 5, joining(group, '', { protocolType: 'connect' }))
  await talk.call(leaveGroup, 1, { groupId: group, memberId: old.memberId })
}

/** Three members come one after the other, one goes: every time all of them agree on a generation. */
const rebalances: Scenario = async (talk) => {
  const group = talk.name('three')
  await talk.coordinator(group, 0)
  const [a, b, c] = [await talk.connection('a'), await talk.connection('b'), await talk.connection('c')]
  const first = await join(talk, group, a)
  await talk.call(syncGroup, 5, syncing(group, first, { [first.memberId]: 'everything' }), a)
  const idOf = async (client: RawClient) => (await talk.call(joinGroup, 7, joining(group, ''), client)).memberId
  const secondId = await idOf(b)
  const secondJoins = b.call(joinGroup, 7, joining(group, secondId))
  await untilRebalance(talk, group, first, a)
  const firstAgain = await talk.call(joinGroup, 7, joining(group, first.memberId), a)
  const second = await secondJoins
  talk.transcript.push({
    api: 'members',
    version: firstAgain.members.length,
    answer: second.generationId - firstAgain.generationId,
  })
  const secondSyncs = b.call(syncGroup, 5, syncing(group, second))
  await talk.call(syncGroup, 5, syncing(group, firstAgain, { [first.memberId]: 'half', [secondId]: 'other half' }), a)
  talk.transcript.push({ api: 'SyncGroup', version: 5, answer: (await secondSyncs).assignment.toString() })
  const thirdId = await idOf(c)
  const thirdJoins = c.call(joinGroup, 7, joining(group, thirdId))
  await untilRebalance(talk, group, firstAgain, a)
  await talk.call(offsetCommit, 8, committing(group, 'missing', 1, firstAgain), a)
  const [x, y, z] = await Promise.all([
    a.call(joinGroup, 7, joining(group, first.memberId)),
    b.call(joinGroup, 7, joining(group, secondId)),
    thirdJoins,
  ])
  const same = x.generationId === y.generationId && y.generationId === z.generationId
  const sizes = [x, y, z].map(({ members }) => members.length)
  talk.transcript.push({ api: 'JoinGroup', version: 7, answer: { same, sizes, leader: x.leader === first.memberId } })
  await talk.call(leaveGroup, 4, { groupId: group, members: [{ memberId: first.memberId, groupInstanceId: null }] }, a)
  const [p, q] = await Promise.all([
    b.call(joinGroup, 7, joining(group, secondId)),
    c.call(joinGroup, 7, joining(group, thirdId)),
  ])
  talk.transcript.push({
    api: 'JoinGroup',
    version: 7,
    answer: { same: p.generationId === q.generationId, generation: p.generationId },
  })
}

/** Heartbeats until the member is told to join again. */
const untilRebalance = async (talk: Conversation, group: string, joined: Joined, on: RawClient): Promise<void> => {
  const rebalanceInProgress = 27
  for (let i = 0; i < 200; i++) {
    const { errorCode } = await on.call(heartbeat, 4, beating(group, joined))
    if (errorCode === rebalanceInProgress) {
      talk.transcript.push({ api: 'Heartbeat', version: 4, answer: errorCode })
      return
    }
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
  throw new Error('No rebalance')
}

const staticMembers: Scenario = async (talk) => {
  const group = talk.name('static')
  await talk.coordinator(group, 0)
  const instance = { groupInstanceId: 'one' }
  const before = await talk.call(joinGroup, 7, joining(group, '', instance))
  const sync = (joined: Joined) => ({ ...syncing(group, joined, { [joined.memberId]: 'mine' }), ...instance })
  await talk.call(syncGroup, 5, sync(before))
  const after = await talk.call(joinGroup, 9, joining(group, '', instance)) // started anew: no rebalance
  await talk.call(heartbeat, 4, { ...beating(group, before), ...instance })
  await talk.call(heartbeat, 4, { ...beating(group, after), ...instance })
  await talk.call(syncGroup, 5, { ...sync(after), assignments: [] })
  await talk.call(joinGroup, 7, joining(group, before.memberId, instance))
  await talk.call(leaveGroup, 4, {
    groupId: group,
    members: [
      { memberId: '', groupInstanceId: 'two' },
      { memberId: '', groupInstanceId: 'one' },
    ],
  })
}

const offsets: Scenario = async (talk) => {
  const group = talk.name('plain')
  const topic = await talk.topic('t', { partitions: 3 })
  await talk.coordinator(group, 0)
  const read = { groupId: group, topics: [{ name: topic, partitionIndexes: [0, 1, 9] }], requireStable: true }
  await talk.call(offsetFetch, 7, read)
  await talk.call(offsetFetch, 7, { ...read, topics: null })
  for (const version of [2, 5, 6, 8, 9]) await talk.call(offsetCommit, version, committing(group, topic, version))
  await talk.call(offsetCommit, 8, committing(group, topic, 77, undefined, 1, null))
  for (const version of [1, 2, 5, 6, 7]) await talk.call(offsetFetch, version, read)
  await talk.call(offsetFetch, 7, { ...read, topics: null })
  await talk.call(offsetFetch, 8, {
    groups: [
      { groupId: group, topics: read.topics },
      { groupId: 'no such group', topics: null },
    ],
  })
  await talk.call(offsetFetch, 9, { groups: [{ groupId: group, memberId: null, topics: null }] })
  const { groups } = await talk.ask(listGroups, 5, {})
  talk.transcript.push({
    api: 'ListGroups',
    version: 5,
    answer: groups
      .filter(({ groupId }) => groupId === group)
      .map(({ groupState, groupType, protocolType }) => ({ groupState, groupType, protocolType })),
  })
  await talk.call(offsetDelete, 0, {
    groupId: group,
    topics: [{ name: topic, partitions: [{ partitionIndex: 1 }, { partitionIndex: 9 }] }],
  })
  await talk.call(offsetFetch, 7, read)
  await talk.call(offsetDelete, 0, { groupId: 'no such group', topics: [] })
  await talk.call(deleteGroups, 2, { groupsNames: [group, 'no such group'] })
  await talk.call(describeGroups, 5, { groups: [group], includeAuthorizedOperations: false })
  await talk.call(describeGroups, 6, { groups: [group], includeAuthorizedOperations: false })
  const busy = talk.name('busy')
  await talk.coordinator(busy, 0)
  const me = await join(talk, busy, undefined, { protocols: [{ name: 'range', metadata: metadataOf([topic]) }] })
  await talk.call(syncGroup, 5, syncing(busy, me, { [me.memberId]: '' }))
  await talk.call(deleteGroups, 2, { groupsNames: [busy] })
  await talk.call(offsetDelete, 0, { groupId: busy, topics: [{ name: topic, partitions: [{ partitionIndex: 1 }] }] })
}

export const groupScenarios: Readonly<Record<string, Scenario>> = {
  'a member joins, commits and leaves': oneMember,
  'a member is refused with the same errors': badJoins,
  'three members come and go': rebalances,
  'a static member is started anew': staticMembers,
  'offsets are committed, read and deleted': offsets,
}
