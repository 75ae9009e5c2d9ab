import type { RawConfig } from '../config/define.ts'
import { ConfigParseError, parseOrThrow } from '../config/parse.ts'
import { parseTopicCreation } from '../config/topic-creation.ts'
import type { ConnectorDefinition, RunningConnector } from '../plugin/connector.ts'
import { ConnectError } from '../plugin/errors.ts'
import type { Logger } from '../plugin/logger.ts'
import { type CallMark, createCallMark, marked } from './task-calls.ts'
import type { StatusBoard } from './task-status.ts'
import { traceOf } from './trace.ts'
import { settledWithin } from './wait.ts'
import type { OffsetStore } from './worker-parts.ts'

/** What the user wants of a connector. */
export type TargetState = 'STARTED' | 'PAUSED' | 'STOPPED'

export interface InstanceParts {
  readonly name: string
  readonly definition: ConnectorDefinition
  readonly version: string
  /** Variables replaced. */
  readonly config: RawConfig
  readonly status: StatusBoard
  readonly offsets: OffsetStore
  /** Whether `topic.creation.` keys of a source count. */
  readonly topicCreation: boolean
  readonly log: Logger
  /** The connector wants its task configs computed anew. */
  readonly onReconfigure: () => void
  /** Hears of each failure, after the status was set. */
  readonly onFailed?: (error: unknown) => void
}

/** A connector (not its tasks): started, paused or stopped, and able to tell what its tasks should be. */
export interface ConnectorInstance {
  readonly definition: ConnectorDefinition
  readonly version: string
  readonly config: RawConfig
  readonly state: TargetState | 'FAILED' | 'INITIAL'
  /** The call into the connector's code that is under way. */
  readonly mark: CallMark
  /** @throws what `start` threw; the state is FAILED then */
  transition(target: TargetState): Promise<void>
  /** @throws ConnectError when more tasks come out than `tasks.max` allows */
  taskConfigs(): Promise<readonly RawConfig[]>
  /** Ends it for good: waits at most 5 s for its `stop`. */
  shutdown(): Promise<void>
}

const STOP_TIMEOUT_MS = 5000

export const createConnectorInstance = (parts: InstanceParts): ConnectorInstance => {
  const { name, definition, version, config, status, log } = parts
  let state: ConnectorInstance['state'] = 'INITIAL'
  let running: RunningConnector | undefined
  let stopping = new AbortController()
  let over = false
  const mark = createCallMark()

  const failed = (error: unknown): void => {
    state = 'FAILED'
    log.error(`WorkerConnector{id=${name}} Connector failed`, { error })
    status.setConnector(name, 'FAILED', version, traceOf(error))
    parts.onFailed?.(error)
  }

  const start = async (): Promise<void> => {
    if (state === 'STARTED') return
    if (state === 'FAILED') throw new ConnectError(`Cannot start connector ${name} since it has failed; restart it`)
    stopping = new AbortController()
    const isFirst = state === 'INITIAL'
    try {
      if (parts.topicCreation && definition.kind === 'source') checkTopicCreation(config)
      const settings = parseOrThrow(definition.config, config)
      running = await marked(mark, 'start', () => definition.start?.(settings, context(stopping.signal), config))
    } catch (error) {
      if (isFirst) status.startups.connectors.record(false)
      failed(error)
      throw error
    }
    state = 'STARTED'
    if (isFirst) status.startups.connectors.record(true)
    status.setConnector(name, 'RUNNING', version)
  }

  const halt = async (target: 'PAUSED' | 'STOPPED'): Promise<void> => {
    if (state === target) return
    if (state === 'FAILED' && target === 'PAUSED') {
      throw new ConnectError(`Cannot pause connector ${name} since it has failed; restart it`)
    }
    const before = running
    running = undefined
    stopping.abort()
    try {
      await marked(mark, 'stop', () => before?.stop())
    } catch (error) {
      if (target === 'PAUSED') {
        failed(error)
        throw error
      }
      log.warn(`WorkerConnector{id=${name}} Stopping the connector failed`, { error })
    }
    state = target
    status.setConnector(name, target, version)
  }

  const context = (signal: AbortSignal) => ({
    name,
    log,
    signal,
    requestTaskReconfiguration() {
      if (!over) parts.onReconfigure()
    },
    raiseError(error: Error) {
      if (!over) failed(error)
    },
    readOffset: async (partition: Readonly<Record<string, unknown>>) =>
      definition.kind === 'source' ? parts.offsets.get(name, partition) : undefined,
  })

  return {
    definition,
    version,
    config,
    mark,
    get state() {
      return state
    },
    transition: (target) => (target === 'STARTED' ? start() : halt(target)),
    async taskConfigs() {
      const max = Number.parseInt(config['tasks.max'] ?? '1', 10)
      const settings = parseOrThrow(definition.config, config)
      const configs = (await marked(mark, 'tasks', () => definition.tasks?.(settings, max, config))) ?? [config]
      checkCount(name, configs.length, max, config, log)
      return configs.map((task) => ({
        ...task,
        ...topicsOf(config),
        'task.class': definition.taskClassName,
      }))
    },
    async shutdown() {
      over = true
      const before = running
      running = undefined
      stopping.abort()
      if (before === undefined) return
      const stopped = Promise.resolve()
        .then(() => marked(mark, 'stop', () => before.stop()))
        .catch((error: unknown) => log.warn(`WorkerConnector{id=${name}} Stopping the connector failed`, { error }))
      if (!(await settledWithin(stopped, STOP_TIMEOUT_MS))) {
        log.error(`Connector '${name}' failed to properly shut down within ${STOP_TIMEOUT_MS} ms`)
      }
    },
  }
}

const topicsOf = (config: RawConfig): RawConfig =>
  Object.fromEntries(
    ['topics', 'topics.regex'].filter((key) => Object.hasOwn(config, key)).map((key) => [key, config[key]!]),
  )

/** Not part of the validation, as on the JVM: there, too, the start of the connector fails. */
const checkTopicCreation = (config: RawConfig): void => {
  const { problems } = parseTopicCreation(config)
  if (problems.length > 0) throw new ConfigParseError(problems)
}

const checkCount = (name: string, count: number, max: number, config: RawConfig, log: Logger): void => {
  if (count <= max) return
  const message = `The connector ${name} has generated ${count} tasks, which is greater than ${max}, the maximum number of tasks it is configured to create.`
  if (config['tasks.max.enforce']?.trim().toLowerCase() === 'false') log.warn(message)
  else
    throw new ConnectError(
      `${message} If this behavior should be disabled (which may cause excessive resource consumption), set tasks.max.enforce to false.`,
    )
}
