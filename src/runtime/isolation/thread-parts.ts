import { parseOrThrow } from '../../config/parse.ts'
import { ConnectError } from '../../plugin/errors.ts'
import type { PluginCatalog } from '../../plugin/find-plugins.ts'
import type { Logger } from '../../plugin/logger.ts'
import { guardConnector } from '../guard-connector.ts'
import { taskConverters } from '../task-converters.ts'
import { errorSettings } from '../task-errors.ts'
import { createTolerance } from '../tolerance.ts'
import { buildChain } from '../transform-chain.ts'
import type { Peer } from './peer.ts'
import type { ThreadTaskData } from './thread-task.ts'

/** What a thread is given. */
export interface ThreadSide {
  readonly data: ThreadTaskData
  readonly catalog: PluginCatalog
  readonly signal: AbortSignal
  readonly log: Logger
  readonly peer: () => Peer
}

/** What sources and sinks have in common: their connector, its settings, converters, transforms and tolerance. */
export const createThreadParts = async ({ data, catalog, signal, log }: ThreadSide) => {
  const { kind, className, version, taskConfig, connectorConfig, worker } = data
  // The very version that the worker chose, by `connector.plugin.version` or as the newest
  const row = catalog.find(kind, className, { includes: (one) => one === version })
  if (row === undefined) throw new ConnectError(`${className} ${version} is not there in the thread of its task`)
  const definition = guardConnector(await row.load())
  const counts = { failures: 0, retries: 0 }
  const tolerance = createTolerance<never>({ settings: errorSettings(connectorConfig), reporters: [], log, signal })
  return {
    definition,
    settings: parseOrThrow(definition.taskConfig ?? definition.config, taskConfig),
    converters: await taskConverters(connectorConfig, worker, catalog),
    chain: await buildChain(connectorConfig, catalog),
    tolerance,
    /** Since it was last asked. */
    retries() {
      const { failures, retries } = tolerance.counts
      const since = { failures: failures - counts.failures, retries: retries - counts.retries }
      counts.failures = failures
      counts.retries = retries
      return since
    },
  }
}

export type ThreadParts = Awaited<ReturnType<typeof createThreadParts>>
