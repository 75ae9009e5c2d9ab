import { waitUntil } from '../../helpers/processes.ts'
import type { Member } from './client.ts'
import { type Scenario, scenario } from './stage.ts'

const values = (from: number, count: number) => Array.from({ length: count }, (_, i) => ({ value: `${from + i}` }))

/** Waits until each of the partitions has one member, and all members have as many as they should. */
const settled = async (members: readonly Member[], partitions: number, sizes: readonly number[]) =>
  waitUntil(
    async () => {
      const all = await Promise.all(members.map((member) => member.assignment()))
      const isComplete = new Set(all.flat()).size === partitions && all.flat().length === partitions
      const found = all.map(({ length }) => length).sort()
      return isComplete && JSON.stringify(found) === JSON.stringify(sizes) ? all : undefined
    },
    { timeoutMs: 90_000, what: `assignments of ${sizes.join(' and ')} partitions` },
  )

const threeMembers = scenario(['join'], async (client, stage) => {
  const topic = await stage.topic('shared', { partitions: 6 })
  const group = await stage.group('three')
  const members = [await client.join(group, topic)]
  const sizes = async (expected: readonly number[]) =>
    (await settled(members, 6, expected)).map(({ length }) => length).sort()
  await stage.note('alone', () => sizes([6]))
  members.push(await client.join(group, topic))
  await stage.note('two', () => sizes([3, 3]))
  members.push(await client.join(group, topic))
  await stage.note('three', () => sizes([2, 2, 2]))
  await stage.note('one leaves', () => members.shift()!.leave())
  await stage.note('two are left', () => sizes([3, 3]))
  await stage.note('the others leave', () => Promise.all(members.map((member) => member.leave())))
})

const staticMembers = scenario(['joinAsInstance'], async (client, stage) => {
  const topic = await stage.topic('fixed', { partitions: 4 })
  const group = await stage.group('static')
  let a = await client.joinAsInstance(group, topic, 'a')
  await stage.note('the first', () => settled([a], 4, [4]))
  const b = await client.joinAsInstance(group, topic, 'b')
  const before = await stage.note('two', () => settled([a, b], 4, [2, 2]))
  await stage.note('the first goes away', () => a.leave())
  a = await client.joinAsInstance(group, topic, 'a')
  const after = await stage.note('and comes back', () => settled([a, b], 4, [2, 2]))
  await stage.note('with what it had', async () => JSON.stringify(before) === JSON.stringify(after))
  await Promise.all([a.leave(), b.leave()])
})

const goingOn = scenario(['produce', 'readInGroup'], async (client, stage) => {
  const topic = await stage.topic('continued')
  const group = await stage.group('readers')
  await client.produce(topic, values(0, 20))
  await stage.note('from the beginning', () => client.readInGroup(group, topic, 20))
  await client.produce(topic, values(20, 5))
  await stage.note('from where it was', () => client.readInGroup(group, topic, 5))
})

const offsets = scenario(['commit', 'committed', 'produce', 'readInGroup'], async (client, stage) => {
  const topic = await stage.topic('placed', { partitions: 2 })
  const group = await stage.group('placed-readers')
  await client.produce(topic, values(0, 10))
  await stage.note('nothing yet', () => client.committed(group, topic))
  await stage.note('set', () => client.commit(group, topic, 7))
  await stage.note('there', () => client.committed(group, topic))
  await stage.note('read from there', () => client.readInGroup(group, topic, 3))
  await stage.note('moved on', () => client.committed(group, topic))
})

const deletedOffset = scenario(['commit', 'committed', 'deleteOffset'], async (client, stage) => {
  const topic = await stage.topic('forgotten', { partitions: 2 })
  const group = await stage.group('forgetful')
  await client.commit(group, topic, 3)
  await stage.note('deleted', () => client.deleteOffset(group, topic))
  await stage.note('gone', () => client.committed(group, topic))
})

const administration = scenario(['commit', 'groupState', 'isListed', 'deleteGroup', 'join'], async (client, stage) => {
  const topic = await stage.topic('governed', { partitions: 2 })
  const group = await stage.group('governed-group')
  await stage.note('not listed', () => client.isListed(group))
  await client.commit(group, topic, 1)
  await stage.note('listed', () => client.isListed(group))
  await stage.note('empty', () => client.groupState(group))
  const member = await client.join(group, topic)
  await settled([member], 2, [2])
  await stage.note('with a member', () =>
    waitUntil(
      async () => {
        const found = await client.groupState(group)
        return /stable/i.test(found.state) ? found : undefined
      },
      { timeoutMs: 60_000, what: 'a stable group' },
    ),
  )
  await stage.note('deleted while it has a member', () => client.deleteGroup(group))
  await member.leave()
  await stage.note('deleted', () => client.deleteGroup(group))
  await stage.note('gone', () => client.isListed(group))
  await stage.note('deleted again', () => client.deleteGroup(group))
})

const withoutName = scenario(['commit'], async (client, stage) => {
  const topic = await stage.topic('t')
  await stage.note('commit for a group without a name', () => client.commit('', topic, 1))
  await stage.note('commit for a topic that is missing', async () =>
    client.commit(await stage.group('g'), stage.name('missing'), 1),
  )
})

export const groupScenarios: Readonly<Record<string, Scenario>> = {
  'three members share partitions': threeMembers,
  'static members come back': staticMembers,
  'a group goes on where it was': goingOn,
  'offsets of a group are set': offsets,
  'offsets of a group are deleted': deletedOffset,
  'groups are listed, described and deleted': administration,
  'commits that are refused': withoutName,
}
