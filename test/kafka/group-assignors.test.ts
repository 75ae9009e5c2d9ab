import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  type Assignor,
  assignorOf,
  type MemberTopics,
  rangeAssignor,
  roundRobinAssignor,
} from '../../src/kafka/group-assignors.ts'

const member = (memberId: string, topics: readonly string[], groupInstanceId: string | null = null): MemberTopics => ({
  memberId,
  groupInstanceId,
  topics,
})

/** `C0: t0-0 t0-1` and so on, in the order of the members. */
const shares = (
  assignor: Assignor,
  members: readonly MemberTopics[],
  counts: Readonly<Record<string, number>>,
): string[] =>
  [...assignor.assign(members, new Map(Object.entries(counts)))].map(
    ([id, topics]) =>
      `${id}: ${topics.flatMap(({ topic, partitions }) => partitions.map((p) => `${topic}-${p}`)).join(' ')}`,
  )

// The examples of the Java client's documentation of its assignors.
const rows: readonly [
  string,
  Assignor,
  readonly MemberTopics[],
  Readonly<Record<string, number>>,
  readonly string[],
][] = [
  [
    'range: two members, two topics of three partitions',
    rangeAssignor,
    [member('C0', ['t0', 't1']), member('C1', ['t0', 't1'])],
    { t0: 3, t1: 3 },
    ['C0: t0-0 t0-1 t1-0 t1-1', 'C1: t0-2 t1-2'],
  ],
  [
    'round robin: two members, two topics of three partitions',
    roundRobinAssignor,
    [member('C0', ['t0', 't1']), member('C1', ['t0', 't1'])],
    { t0: 3, t1: 3 },
    ['C0: t0-0 t0-2 t1-1', 'C1: t0-1 t1-0 t1-2'],
  ],
  [
    'round robin: three members with different topics',
    roundRobinAssignor,
    [member('C0', ['t0']), member('C1', ['t0', 't1']), member('C2', ['t0', 't1', 't2'])],
    { t0: 1, t1: 2, t2: 3 },
    ['C0: t0-0', 'C1: t1-0', 'C2: t1-1 t2-0 t2-1 t2-2'],
  ],
  [
    'range: members with different topics',
    rangeAssignor,
    [member('C0', ['t0']), member('C1', ['t0', 't1'])],
    { t0: 3, t1: 2 },
    ['C0: t0-0 t0-1', 'C1: t0-2 t1-0 t1-1'],
  ],
  [
    'range: members are taken in the order of their ids, whatever the order of joining',
    rangeAssignor,
    [member('C2', ['t']), member('C0', ['t']), member('C1', ['t'])],
    { t: 4 },
    ['C2: t-3', 'C0: t-0 t-1', 'C1: t-2'],
  ],
  [
    'range: static members come first, in the order of their instance ids, whatever their member ids are',
    rangeAssignor,
    [member('a', ['t']), member('z', ['t'], 'one'), member('b', ['t'], 'two')],
    { t: 3 },
    ['a: t-2', 'z: t-0', 'b: t-1'],
  ],
  [
    'range: more members than partitions',
    rangeAssignor,
    [member('C0', ['t']), member('C1', ['t'])],
    { t: 1 },
    ['C0: t-0', 'C1: '],
  ],
  ['a topic that does not exist', roundRobinAssignor, [member('C0', ['t', 'gone'])], { t: 1 }, ['C0: t-0']],
]

for (const [name, assignor, members, counts, expected] of rows) {
  test(name, () => assert.deepEqual(shares(assignor, members, counts), expected))
}

test('assignors are found by the names that stand in join requests', () => {
  assert.equal(assignorOf('range'), rangeAssignor)
  assert.equal(assignorOf('roundrobin'), roundRobinAssignor)
  assert.equal(assignorOf('sticky'), undefined)
})
