import type { Api, ResponseOf } from '../../src/protocol/message.ts'
import { createTopics } from '../../src/protocol/messages/create-topics.ts'
import { findCoordinator } from '../../src/protocol/messages/find-coordinator.ts'
import { metadata } from '../../src/protocol/messages/metadata.ts'
import { uniqueName } from '../helpers/kafka-server.ts'
import { waitUntil } from '../helpers/processes.ts'
import { type Body, type RawClient, rawClient } from './raw-client.ts'

/** One request and its answer, without what differs from run to run. */
export interface Exchange {
  readonly api: string
  readonly version: number
  readonly answer: unknown
}

/** What was said to a broker, so that two brokers can be compared. */
export interface Conversation {
  readonly transcript: Exchange[]
  /** Sends a request; its answer goes into the transcript. `on`: another connection than the usual one. */
  call<A extends Api>(api: A, version: number, body: Body<A>, on?: RawClient): Promise<ResponseOf<A>>
  /** The same without the transcript. */
  ask<A extends Api>(api: A, version: number, body: Body<A>): Promise<ResponseOf<A>>
  connection(clientId?: string): Promise<RawClient>
  /** Another connection in the place of the usual one, after the broker was started anew. */
  reconnect(): Promise<void>
  /** A name that is not in use; it is `prefix` in the transcript. */
  name(prefix: string): string
  /** Creates a topic and waits until it can be used. */
  topic(prefix: string, options?: { partitions?: number; config?: Record<string, string> }): Promise<string>
  /** Waits until the coordinator of a group or transactional id works. */
  coordinator(key: string, keyType: 0 | 1): Promise<void>
  close(): void
}

/** Fields that are not the same in two runs; the number says which of the values of this run it was. */
const volatileFields = new Set([
  'topicId',
  'memberId',
  'leader',
  'producerId',
  'clusterId',
  'host',
  'port',
  'clientHost',
])
/** Times of the broker's own clock. */
const clockFields = new Set(['logAppendTimeMs'])
/** Retriable errors of a broker that is not ready, or not done with the request before. */
const notYet = new Set([5, 6, 14, 15, 16, 51])

export const startConversation = async (bootstrap: string): Promise<Conversation> => {
  const transcript: Exchange[] = []
  const clients: RawClient[] = []
  const names = new Map<string, string>()
  const volatileValues = new Map<string, Map<unknown, number>>()
  const connection = async (clientId?: string): Promise<RawClient> => {
    const client = await rawClient(bootstrap, clientId)
    clients.push(client)
    return client
  }
  let usual = await connection()

  const ask: Conversation['ask'] = (api, version, body) => askOn(usual, api, version, body)
  const askOn = async <A extends Api>(client: RawClient, api: A, version: number, body: Body<A>) =>
    waitUntil(
      async () => {
        const answer = await client.call(api, version, body)
        return hasCode(answer, notYet) ? undefined : (answer as ResponseOf<A> & object)
      },
      { timeoutMs: 40_000, what: `${api.name} to be answered` },
    ) as Promise<ResponseOf<A>>

  const shown = (value: unknown, field = ''): unknown => {
    if (Buffer.isBuffer(value))
      return [...names].reduce((text, [name, as]) => text.replaceAll(name, as), value.toString('latin1'))
    if (Array.isArray(value)) return inOrder(value.map((one) => shown(one, field)))
    if (typeof value === 'object' && value !== null) {
      return Object.fromEntries(Object.entries(value).map(([name, one]) => [name, shown(one, name)]))
    }
    if (clockFields.has(field)) return typeof value === 'number' && value > 0 ? 'now' : value
    const isNothing =
      value === '' || value === -1 || value === null || (/^[0-]+$/.test(String(value)) && field === 'topicId')
    if (volatileFields.has(field) && !isNothing) {
      const group = field === 'leader' ? 'memberId' : field
      const known = volatileValues.get(group) ?? new Map<unknown, number>()
      volatileValues.set(group, known)
      if (!known.has(value)) known.set(value, known.size + 1)
      return `${group} ${known.get(value)}`
    }
    return typeof value === 'string' ? (names.get(value) ?? value) : value
  }

  const newName = (prefix: string): string => {
    const name = uniqueName(prefix)
    names.set(name, prefix)
    return name
  }
  return {
    transcript,
    connection,
    async reconnect() {
      usual = await connection()
    },
    ask,
    call: async (api, version, body, on) => {
      const answer = await askOn(on ?? usual, api, version, body)
      // Texts of errors are each broker's own.
      const text = JSON.stringify(shown(answer), (name, value) => (/[eE]rrorMessage$/.test(name) ? undefined : value))
      transcript.push({ api: api.name, version, answer: JSON.parse(text) as unknown })
      return answer
    },
    name: newName,
    async topic(prefix, { partitions = 1, config = {} } = {}) {
      const name = newName(prefix)
      const configs = Object.entries(config).map(([key, value]) => ({ name: key, value }))
      const topics = [{ name, numPartitions: partitions, replicationFactor: 1, assignments: [], configs }]
      await ask(createTopics, 7, { topics })
      await waitUntil(
        async () => {
          const { topics: found } = await usual.call(metadata, 12, {
            topics: [{ name }],
            allowAutoTopicCreation: false,
            includeTopicAuthorizedOperations: false,
          })
          return found[0]?.errorCode === 0 && found[0].partitions.every(({ leaderId }) => leaderId >= 0)
        },
        { timeoutMs: 40_000, what: `topic ${name}` },
      )
      return name
    },
    async coordinator(key, keyType) {
      await ask(findCoordinator, 4, { keyType, coordinatorKeys: [key] })
    },
    close: () => {
      for (const client of clients) client.close()
    },
  }
}

/** Kafka answers in the order of hash tables. */
const inOrder = (list: readonly unknown[]): unknown[] =>
  list
    .map((one) => JSON.stringify(one))
    .sort()
    .map((text) => JSON.parse(text) as unknown)

/** Whether one of these is an error code anywhere in the answer. */
const hasCode = (value: unknown, codes: ReadonlySet<number>): boolean => {
  if (Array.isArray(value)) return value.some((one) => hasCode(one, codes))
  if (typeof value !== 'object' || value === null || Buffer.isBuffer(value)) return false
  return Object.entries(value).some(([name, one]) =>
    name === 'errorCode' ? codes.has(one as number) : hasCode(one, codes),
  )
}
