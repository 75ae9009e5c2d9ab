import { BrokerError } from '../broker-error.ts'
import type { Journal } from '../journal.ts'
import { Group } from './group.ts'
import { type GroupOffsets, openGroupOffsets } from './group-offsets.ts'
import type { StoredGroup } from './stored-group.ts'

export interface KnownGroup {
  readonly group: Group
  readonly offsets: GroupOffsets
}

export interface Groups {
  get(id: string): KnownGroup | undefined
  /** @throws BrokerError when there are too many */
  getOrCreate(id: string): KnownGroup
  all(): KnownGroup[]
  /** @throws BrokerError GROUP_ID_NOT_FOUND, NON_EMPTY_GROUP */
  delete(id: string): void
  forgetTopic(topic: string): void
  endTransaction(groupIds: Iterable<string>, producerId: number, committed: boolean): void
  close(): void
}

const maxGroups = 10_000

/** @param keepMembers whether those that were members before are so still, for as long as their sessions last */
export const openGroups = (journal: Journal, now: () => number, keepMembers = true): Groups => {
  const groups = new Map<string, KnownGroup>()

  const open = (id: string, stored?: StoredGroup): KnownGroup => {
    const store = (group: StoredGroup): void => journal.set(['group', id], group)
    const known = { group: new Group(id, { now, store, stored }), offsets: openGroupOffsets(id, journal) }
    groups.set(id, known)
    return known
  }
  for (const [[, id], value] of journal.entries('group')) {
    const { generation, protocolType, ...members } = value as StoredGroup
    open(String(id), { generation, protocolType, ...(keepMembers ? members : {}) })
  }
  for (const [[, id]] of [...journal.entries('offset'), ...journal.entries('pending')]) {
    if (!groups.has(String(id))) open(String(id))
  }
  const forget = ({ group, offsets }: KnownGroup): void => {
    group.close()
    offsets.deleteAll()
    groups.delete(group.id)
    journal.delete(['group', group.id])
  }
  const isUnused = ({ group, offsets }: KnownGroup): boolean => group.state === 'Empty' && offsets.isEmpty

  return {
    get: (id) => groups.get(id),
    getOrCreate: (id) => {
      const known = groups.get(id)
      if (known !== undefined) return known
      if (groups.size >= maxGroups) {
        const unused = [...groups.values()].filter(isUnused)
        if (unused.length === 0)
          throw new BrokerError('POLICY_VIOLATION', `This broker has at most ${maxGroups} groups`)
        for (const one of unused) forget(one)
      }
      return open(id)
    },
    all: () => [...groups.values()],
    delete: (id) => {
      const known = groups.get(id)
      if (known === undefined) throw new BrokerError('GROUP_ID_NOT_FOUND')
      if (known.group.state !== 'Empty') throw new BrokerError('NON_EMPTY_GROUP')
      forget(known)
    },
    forgetTopic: (topic) => {
      for (const { offsets } of groups.values()) offsets.deleteTopic(topic)
    },
    endTransaction: (groupIds, producerId, committed) => {
      for (const id of groupIds) groups.get(id)?.offsets.endTransaction(producerId, committed)
    },
    close: () => {
      for (const { group } of groups.values()) group.close()
    },
  }
}
