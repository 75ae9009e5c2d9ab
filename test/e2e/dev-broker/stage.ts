import { describeConfigs } from '../../../src/protocol/messages/describe-configs.ts'
import { initProducerId } from '../../../src/protocol/messages/init-producer-id.ts'
import { metadata } from '../../../src/protocol/messages/metadata.ts'
import { offsetFetch } from '../../../src/protocol/messages/offset-fetch.ts'
import { type Conversation, startConversation } from '../../dev-broker/conversation.ts'
import type { RawClient } from '../../dev-broker/raw-client.ts'
import { waitUntil } from '../../helpers/processes.ts'
import type { Ability, Client, NewTopic, Operation, SomeClient } from './client.ts'
import { errorName } from './error-name.ts'

/** What a step of a scenario came to. */
export interface Outcome {
  readonly step: string
  readonly result?: unknown
  readonly error?: string
}

/** Where a scenario is played: prepares topics and groups without the client, and writes down what the client gets. */
export interface Stage {
  /** A name that is not in use; it is `prefix` in the outcomes. */
  name(prefix: string): string
  /** A topic that can be used at once. */
  topic(prefix: string, options?: Omit<NewTopic, 'replicas'>): Promise<string>
  /** Waits until a topic of the client's own can be used. */
  ready(topic: string, partitions?: number): Promise<void>
  /** Waits until a topic that was deleted is. Kafka's broker hears of it after the client has its answer. */
  gone(topic: string): Promise<void>
  /** The same for a setting. */
  changed(topic: string, setting: string, value: string): Promise<void>
  /** A group whose coordinator can be used at once. */
  group(prefix: string): Promise<string>
  transactionalId(prefix: string): Promise<string>
  /** Does a step, and writes down its result or its error. */
  note<T>(step: string, work: () => Promise<T>): Promise<T | undefined>
}

export interface Scenario {
  readonly needs: readonly (Operation | Ability)[]
  play(client: Client, stage: Stage): Promise<void>
}

/** @param needs what the client must be able to do; `play` uses nothing else */
export const scenario = <O extends Operation>(
  needs: readonly (O | Ability)[],
  play: (client: Pick<Client, O>, stage: Stage) => Promise<void>,
): Scenario => ({ needs, play })

export const missingFor = ({ needs }: Scenario, client: SomeClient): string[] =>
  needs.filter((need) => client[need as Operation] === undefined && !client.abilities.includes(need as Ability))

/** @returns what happened, without what differs from run to run: names; the steps themselves leave out ids and addresses */
export const playOn = async (bootstrap: string, client: SomeClient, { play }: Scenario): Promise<Outcome[]> => {
  const talk = await startConversation(bootstrap)
  const outcomes: Outcome[] = []
  const names = new Map<string, string>()
  const named = (prefix: string, name: string): string => {
    names.set(name, prefix)
    return name
  }
  const shown = (result: unknown): unknown => {
    let text = JSON.stringify(result ?? null)
    for (const [name, prefix] of names) text = text.replaceAll(name, prefix)
    return JSON.parse(text) as unknown
  }
  const coordinated = async (prefix: string, kind: 0 | 1): Promise<string> => {
    const name = named(prefix, talk.name(prefix))
    await talk.coordinator(name, kind)
    return name
  }
  const stage: Stage = {
    name: (prefix) => named(prefix, talk.name(prefix)),
    topic: async (prefix, options) => named(prefix, await talk.topic(prefix, options)),
    ready: (topic, partitions) => topicIsReady(talk, topic, partitions),
    gone: (topic) => topicIsGone(talk, topic),
    changed: (topic, setting, value) => settingIs(talk, topic, setting, value),
    group: (prefix) => coordinated(prefix, 0),
    transactionalId: (prefix) => coordinated(prefix, 1),
    note: async (step, work) => {
      try {
        const result = await work()
        outcomes.push({ step, result: shown(result) })
        return result
      } catch (error) {
        outcomes.push({ step, error: errorName(error) })
        return undefined
      }
    },
  }
  try {
    await play(client as Client, stage)
    return outcomes
  } finally {
    talk.close()
  }
}

/** A broker that has just been started loads its groups when they are first asked for; clients may fail meanwhile. */
export const coordinatorsAreReady = async (bootstrap: string): Promise<void> => {
  const talk = await startConversation(bootstrap)
  try {
    // Its own topics are created when a coordinator is first looked for
    for (const kind of [0, 1] as const) await talk.coordinator('warm', kind)
    for (let i = 0; i < 20; i++) {
      const groupId = `warm ${i}`
      await talk.ask(offsetFetch, 7, { groupId, topics: null, requireStable: false })
      await talk.ask(initProducerId, 4, { transactionalId: groupId, transactionTimeoutMs: 1000 })
    }
  } finally {
    talk.close()
  }
}

const waitMs = 60_000
const unknownTopic = 3
const topicResource = 2

/** What a broker knows of a topic now. */
const find = async (connection: RawClient, name: string) => {
  const { topics } = await connection.call(metadata, 12, {
    topics: [{ name }],
    allowAutoTopicCreation: false,
    includeTopicAuthorizedOperations: false,
  })
  return topics[0]!
}

const topicIsReady = async (talk: Conversation, name: string, count = 1): Promise<void> => {
  const connection = await talk.connection()
  const isReady = async (): Promise<boolean> => {
    const { errorCode, partitions } = await find(connection, name)
    return errorCode === 0 && partitions.filter(({ leaderId }) => leaderId >= 0).length >= count
  }
  await waitUntil(isReady, { timeoutMs: waitMs, what: `topic ${name}` })
}

const topicIsGone = async (talk: Conversation, name: string): Promise<void> => {
  const connection = await talk.connection()
  const isGone = async (): Promise<boolean> => (await find(connection, name)).errorCode === unknownTopic
  await waitUntil(isGone, { timeoutMs: waitMs, what: `topic ${name} to be gone` })
}

const settingIs = async (talk: Conversation, name: string, setting: string, value: string): Promise<void> => {
  const isSo = async (): Promise<boolean> => {
    const { results } = await talk.ask(describeConfigs, 4, {
      resources: [{ resourceType: topicResource, resourceName: name, configurationKeys: [setting] }],
      includeSynonyms: false,
      includeDocumentation: false,
    })
    return results[0]!.configs[0]?.value === value
  }
  await waitUntil(isSo, { timeoutMs: waitMs, what: `${setting} of ${name} to be ${value}` })
}
