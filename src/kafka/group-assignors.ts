/** How a group's leader shares partitions out; the same on every member, whatever client it is. */
export interface Assignor {
  /** As it stands in the join request. */
  readonly name: string
  assign(members: readonly MemberTopics[], partitionCounts: ReadonlyMap<string, number>): Map<string, TopicPartitions[]>
}

export interface MemberTopics {
  readonly memberId: string
  readonly groupInstanceId: string | null
  readonly topics: readonly string[]
}

export interface TopicPartitions {
  readonly topic: string
  readonly partitions: number[]
}

/** `org.apache.kafka.clients.consumer.RangeAssignor`: per topic, neighbouring partitions to members in order. */
export const rangeAssignor: Assignor = {
  name: 'range',
  assign(members, partitionCounts) {
    const result = emptyAssignment(members)
    for (const [topic, interested] of membersByTopic(members)) {
      const count = partitionCounts.get(topic) ?? 0
      const each = Math.floor(count / interested.length)
      const extra = count % interested.length
      for (const [i, member] of interested.entries()) {
        const start = each * i + Math.min(i, extra)
        const length = each + (i < extra ? 1 : 0)
        if (length > 0) result.get(member.memberId)!.push({ topic, partitions: numbersFrom(start, length) })
      }
    }
    return result
  },
}

/** `org.apache.kafka.clients.consumer.RoundRobinAssignor`: all partitions in order, one member after the other. */
export const roundRobinAssignor: Assignor = {
  name: 'roundrobin',
  assign(members, partitionCounts) {
    const result = emptyAssignment(members)
    const circle = [...members].sort(byInstanceThenMember)
    let turn = 0
    for (const topic of [...membersByTopic(members).keys()].sort()) {
      for (let partition = 0; partition < (partitionCounts.get(topic) ?? 0); partition++) {
        while (!circle[turn % circle.length]!.topics.includes(topic)) turn++
        add(result.get(circle[turn++ % circle.length]!.memberId)!, topic, partition)
      }
    }
    return result
  },
}

/** Undefined for those that we do not have: they are not offered to the group. */
export const assignorOf = (name: string): Assignor | undefined =>
  [rangeAssignor, roundRobinAssignor].find((assignor) => assignor.name === name)

const emptyAssignment = (members: readonly MemberTopics[]): Map<string, TopicPartitions[]> =>
  new Map(members.map((member) => [member.memberId, []]))

const membersByTopic = (members: readonly MemberTopics[]): Map<string, MemberTopics[]> => {
  const byTopic = new Map<string, MemberTopics[]>()
  for (const member of [...members].sort(byInstanceThenMember)) {
    for (const topic of member.topics) {
      const interested = byTopic.get(topic) ?? []
      interested.push(member)
      byTopic.set(topic, interested)
    }
  }
  return byTopic
}

/** Static members first, by their instance id; then the others by member id. */
const byInstanceThenMember = (a: MemberTopics, b: MemberTopics): number => {
  if (a.groupInstanceId !== null && b.groupInstanceId !== null) return compare(a.groupInstanceId, b.groupInstanceId)
  if (a.groupInstanceId !== null) return -1
  if (b.groupInstanceId !== null) return 1
  return compare(a.memberId, b.memberId)
}

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0)

const numbersFrom = (start: number, length: number): number[] => Array.from({ length }, (_, i) => start + i)

const add = (assignment: TopicPartitions[], topic: string, partition: number): void => {
  const last = assignment.at(-1)
  if (last?.topic === topic) last.partitions.push(partition)
  else assignment.push({ topic, partitions: [partition] })
}
