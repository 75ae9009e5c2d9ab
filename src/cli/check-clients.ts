import type { ConfigProblem, RawConfig } from '../config/define.ts'
import { ConfigParseError } from '../config/parse.ts'
import { type AdminSettings, adminSettings } from '../kafka/admin-settings.ts'
import type { WithWarnings } from '../kafka/client-settings.ts'
import {
  sinkConsumerConfig,
  taskProducerConfig,
  topicAdminConfig,
  workerAdminConfig,
} from '../kafka/connect-clients.ts'
import { consumerSettings } from '../kafka/consumer-settings.ts'
import { producerSettings } from '../kafka/producer-settings.ts'

export interface CheckedClients {
  /** Of the client that asks for the cluster's id; undefined when there are problems. */
  readonly admin: AdminSettings | undefined
  /** Under the keys as they stand in the worker's file. */
  readonly problems: readonly ConfigProblem[]
  /** Each once. */
  readonly warnings: readonly string[]
}

/** Whether Kafka clients can be made of the worker's settings; better told at the start than by every task. */
export const checkClients = (worker: RawConfig): CheckedClients => {
  const problems: ConfigProblem[] = []
  const warnings = new Set<string>()
  const check = <T>(prefix: string, read: () => WithWarnings<T>): T | undefined => {
    try {
      const made = read()
      for (const warning of made.warnings) warnings.add(warning)
      return made.settings
    } catch (error) {
      if (!(error instanceof ConfigParseError)) throw error
      for (const problem of error.problems) {
        const found = inFile(worker, prefix, problem)
        const same = problems.some(({ key, message }) => key === found.key && message === found.message)
        // What is wrong without a prefix is wrong for connectors' admin clients as well.
        const again = prefix === 'admin.' && problems.some(({ message }) => message === found.message)
        if (!same && !again) problems.push(found)
      }
      return undefined
    }
  }
  const owner = { worker, connector: {}, connectorName: 'worker' }
  const admin = check('', () => adminSettings(workerAdminConfig(worker)))
  check('admin.', () => adminSettings(topicAdminConfig(owner, 0)))
  check('producer.', () => producerSettings(taskProducerConfig(owner, 0)))
  check('consumer.', () => consumerSettings(sinkConsumerConfig(owner, 0)))
  return { admin, problems, warnings: [...warnings] }
}

/** A client's key as the user wrote it: producers and consumers also get `bootstrap.servers` without their prefix. */
const inFile = (worker: RawConfig, prefix: string, problem: ConfigProblem): ConfigProblem => {
  const { key } = problem
  if (key === '') return { ...problem, message: `${prefix}*: ${problem.message}` }
  const shared = key === 'bootstrap.servers' || prefix === 'admin.'
  const plain = shared && !Object.hasOwn(worker, prefix + key)
  return plain ? problem : { ...problem, key: prefix + key }
}
