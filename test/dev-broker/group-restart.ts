/** What a broker knows of its groups after it was killed and started anew. */
import { describeGroups } from '../../src/protocol/messages/describe-groups.ts'
import { heartbeat } from '../../src/protocol/messages/heartbeat.ts'
import { joinGroup } from '../../src/protocol/messages/join-group.ts'
import { leaveGroup } from '../../src/protocol/messages/leave-group.ts'
import { offsetCommit } from '../../src/protocol/messages/offset-commit.ts'
import { offsetFetch } from '../../src/protocol/messages/offset-fetch.ts'
import { syncGroup } from '../../src/protocol/messages/sync-group.ts'
import { type Exchange, startConversation } from './conversation.ts'
import { beating, committing, type Joined, join, joining, syncing } from './group-requests.ts'

const instance = { groupInstanceId: 'one' }

/** @param restart kills the broker and starts it again at the same address */
export const playRestart = async (bootstrap: string, restart: () => Promise<void>): Promise<Exchange[]> => {
  const talk = await startConversation(bootstrap)
  try {
    const topic = await talk.topic('t')
    const [stable, left, unsynced, fixed] = ['stable', 'left', 'unsynced', 'fixed'].map(talk.name) as [
      string,
      string,
      string,
      string,
    ]
    for (const group of [stable, left, unsynced, fixed]) await talk.coordinator(group, 0)
    const withAll = (group: string, joined: Joined) => syncing(group, joined, { [joined.memberId]: 'all of it' })

    const member = await join(talk, stable)
    await talk.call(syncGroup, 5, withAll(stable, member))
    await talk.call(offsetCommit, 8, committing(stable, topic, 5, member))
    const gone = await join(talk, left)
    await talk.call(syncGroup, 5, withAll(left, gone))
    await talk.call(leaveGroup, 4, {
      groupId: left,
      members: [{ memberId: gone.memberId, groupInstanceId: null }],
    })
    const without = await join(talk, unsynced)
    const before = await talk.call(joinGroup, 7, joining(fixed, '', instance))
    await talk.call(syncGroup, 5, { ...withAll(fixed, before), ...instance })

    await restart()
    await talk.reconnect()
    for (const group of [stable, left, unsynced, fixed]) await talk.coordinator(group, 0)
    for (const group of [stable, left, fixed]) {
      await talk.call(describeGroups, 5, { groups: [group], includeAuthorizedOperations: false })
    }
    await talk.call(heartbeat, 4, beating(unsynced, without))
    await talk.call(syncGroup, 5, withAll(unsynced, without))

    await talk.call(heartbeat, 4, beating(stable, member))
    await talk.call(heartbeat, 4, { ...beating(stable, member), generationId: member.generationId + 1 })
    await talk.call(offsetCommit, 8, committing(stable, topic, 6, member))
    await talk.call(offsetCommit, 8, committing(stable, topic, 7, { ...member, memberId: 'somebody' }))
    await talk.call(syncGroup, 5, syncing(stable, member))
    await talk.call(offsetFetch, 7, {
      groupId: stable,
      topics: [{ name: topic, partitionIndexes: [0] }],
      requireStable: false,
    })
    const again = await talk.call(joinGroup, 7, joining(stable, member.memberId))
    await talk.call(syncGroup, 5, withAll(stable, again))
    await talk.call(heartbeat, 4, beating(stable, again))

    const after = await talk.call(joinGroup, 9, joining(fixed, '', instance)) // started anew: no rebalance
    await talk.call(heartbeat, 4, { ...beating(fixed, before), ...instance })
    await talk.call(heartbeat, 4, { ...beating(fixed, after), ...instance })
    await talk.call(offsetCommit, 8, { ...committing(fixed, topic, 1, after), ...instance })
    return talk.transcript
  } finally {
    talk.close()
  }
}
