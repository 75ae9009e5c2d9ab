import { errorCode } from '../protocol/error-codes.ts'
import { noError } from './broker-error.ts'
import type { BrokerSetting } from './broker-settings.ts'
import type { ConnectionContext } from './connection-context.ts'
import type { Groups } from './groups/groups.ts'
import type { Journal } from './journal.ts'
import type { LazyCodecs } from './lazy-codecs.ts'
import type { TopicSettings } from './topic-settings.ts'
import type { Topics } from './topics.ts'
import type { Transactions } from './transactions/transactions.ts'

/** There is one broker: it leads every partition, and always has. */
export const nodeId = 1
export const leaderEpoch = 0

/** What all requests work on. */
export interface Broker {
  readonly clusterId: string
  readonly topics: Topics
  readonly groups: Groups
  readonly transactions: Transactions
  readonly journal: Journal
  readonly codecs: LazyCodecs
  readonly autoCreateTopics: boolean
  readonly defaultPartitions: number
  readonly topicDefaults: TopicSettings
  /** Shown by DescribeConfigs for the broker. */
  readonly settings: ReadonlyMap<string, BrokerSetting>
  /** User names and passwords of SASL/PLAIN; undefined: everybody may come in. */
  readonly sasl: ReadonlyMap<string, string> | undefined
  readonly limits: { readonly maxProduceBytes: number; readonly maxRequestBytes: number }
  readonly log: (message: string) => void
  /** Where a client reaches us that has come in on this connection. */
  endpointFor(connection: ConnectionContext): { readonly host: string; readonly port: number }
  /** Resolves when all that was stored before survives a power failure. Undefined: nothing to wait for. */
  flush(): Promise<unknown> | undefined
}

/** What is wrong with the leader epoch that a client knows, 0 for nothing; -1 is "not known". */
export const checkLeaderEpoch = (epoch: number): number =>
  epoch === -1 || epoch === leaderEpoch
    ? noError
    : errorCode(epoch < leaderEpoch ? 'FENCED_LEADER_EPOCH' : 'UNKNOWN_LEADER_EPOCH')
