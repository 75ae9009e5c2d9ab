import { ConfigFileError } from '../config/config-file-error.ts'
import { type ConnectorFile, readConnectorFile } from '../config/connector-file.ts'
import type { RawConfig } from '../config/define.ts'
import { ConfigParseError } from '../config/parse.ts'
import { resolveVariables } from '../config/variables.ts'
import { createAdmin } from '../kafka/admin.ts'
import { adminSettings, consumerSettings, producerSettings } from '../kafka/client-settings.ts'
import { sinkConsumerConfig, taskProducerConfig, workerAdminConfig } from '../kafka/connect-clients.ts'
import type { Logger } from '../plugin/logger.ts'
import { createHerder, type Herder } from '../runtime/herder.ts'
import { createStatusBoard } from '../runtime/task-status.ts'
import type { TaskCounts, WorkerParts } from '../runtime/worker-parts.ts'
import { openOffsetFile } from '../storage/offset-file.ts'
import { KAFKA_VERSION } from './builtins.ts'
import { EXIT, ExitError } from './exit-codes.ts'
import { type LoadedWorker, loadWorker } from './load-worker.ts'
import { createLogging, isLevel, type Logging } from './logging.ts'
import { countFailed, showProgress } from './progress.ts'
import { registerSecrets } from './register-secrets.ts'
import { firstSignal } from './stop-signals.ts'
import { connectorValidator } from './validator.ts'

export interface RunOptions {
  readonly workerFile: string
  readonly connectorFiles: readonly string[]
  /** `LEVEL` or `LOGGER=LEVEL`. */
  readonly logLevels: readonly string[]
  readonly logFormat: string | undefined
  /** Prints a progress line every few seconds. */
  readonly progress: boolean
  readonly version: string
}

/** Runs a worker until a signal ends it. @returns the exit code; @throws ExitError */
export const runWorker = async (options: RunOptions): Promise<number> => {
  const began = performance.now()
  const signal = firstSignal(() => undefined)
  const worker = await loadWorker(options.workerFile)
  const logging = loggingFor(worker, options)
  const log = logging.logFor('worker')
  log.info(`connect-standalone ${options.version} (Kafka Connect ${KAFKA_VERSION}) on Node.js ${process.version}`)
  for (const warning of worker.warnings) log.warn(warning)
  surviveConnectors(log)
  const warnOnce = once((warning) => log.warn(warning))

  let stopping = false
  const stopped = signal.then((code) => {
    stopping = true
    return { code }
  })
  const clusterId = await Promise.race([askClusterId(worker, logging, warnOnce), stopped])
  if (clusterId !== null && typeof clusterId === 'object') return clusterId.code
  log.info(`Kafka cluster ID: ${clusterId}`)

  const parts = await workerParts(worker, logging, warnOnce)
  const herder = createHerder({ ...parts, validate: connectorValidator(worker, parts.resolve) })
  log.info(`Kafka Connect worker initialization took ${Math.round(performance.now() - began)}ms`)
  const endProgress = options.progress
    ? showProgress(
        parts.counts,
        () => countFailed(parts.status, herder.names()),
        (line) => log.info(line),
      )
    : () => undefined
  try {
    for (const file of options.connectorFiles) if (!stopping) await createFromFile(file, herder, log)
    log.info(
      `Kafka Connect started with ${herder.names().length} connectors in ${Math.round(performance.now() - began)}ms`,
    )
    const { code } = await stopped
    return code
  } finally {
    log.info('Kafka Connect stopping')
    endProgress()
    await herder.shutdown()
    log.info('Kafka Connect stopped')
  }
}

type Warn = (warning: string) => void

const once = (warn: Warn): Warn => {
  const warned = new Set<string>()
  return (warning) => {
    if (!warned.has(warning)) warn(warning)
    warned.add(warning)
  }
}

const loggingFor = (worker: LoadedWorker, options: RunOptions): Logging => {
  const levels = new Map<string, string>()
  let root = worker.settings['log.level']
  for (const given of options.logLevels) {
    const [name, level] = given.includes('=') ? (given.split('=', 2) as [string, string]) : ['root', given]
    if (!isLevel(level)) {
      throw new ExitError(
        EXIT.usage,
        `--log-level ${given}: unknown level. Accepted: OFF, FATAL, ERROR, WARN, INFO, DEBUG, TRACE, ALL, each also as NAME=LEVEL`,
      )
    }
    if (name === 'root') root = level
    else levels.set(name, level)
  }
  const format = options.logFormat ?? worker.settings['log.format']
  if (format !== 'text' && format !== 'json') {
    throw new ExitError(EXIT.usage, `--log-format ${format}: unknown format. Accepted: text, json`)
  }
  return createLogging({ format, level: root, levels, mask: worker.masker.mask })
}

/** The worker starts only when a broker answers, as the JVM's. Also finds client settings that cannot be used. */
const askClusterId = async ({ raw }: LoadedWorker, logging: Logging, warnOnce: Warn): Promise<string | null> => {
  const settings = checkedClients(raw, warnOnce)
  const admin = createAdmin(settings, logging.logFor('kafka'))
  try {
    return await admin.clusterId()
  } catch (error) {
    throw new ExitError(EXIT.worker, error instanceof Error ? error.message : String(error), { cause: error })
  } finally {
    await admin.close()
  }
}

const checkedClients = (raw: RawConfig, warnOnce: Warn) => {
  const owner = { worker: raw, connector: {}, connectorName: 'worker' }
  const parse = <T>(prefix: string, read: () => { settings: T; warnings: readonly string[] }): T => {
    try {
      const { settings, warnings } = read()
      for (const warning of warnings) warnOnce(warning)
      return settings
    } catch (error) {
      if (!(error instanceof ConfigParseError)) throw error
      const problems = error.problems.map(({ key, message }) => (key === '' ? message : `${prefix}${key}: ${message}`))
      throw new ExitError(EXIT.worker, problems.join('\n'), { cause: error })
    }
  }
  parse('producer.', () => producerSettings(taskProducerConfig(owner, 0)))
  parse('consumer.', () => consumerSettings(sinkConsumerConfig(owner, 0)))
  return parse('', () => adminSettings(workerAdminConfig(raw)))
}

const workerParts = async (worker: LoadedWorker, logging: Logging, warnOnce: Warn): Promise<WorkerParts> => {
  const { settings, raw, catalog, providers, masker } = worker
  const log = logging.logFor('worker')
  const resolve = async (config: RawConfig): Promise<RawConfig> => {
    const resolved = await resolveVariables(config, providers)
    masker.register(...resolved.resolvedSecrets)
    registerSecrets(masker, resolved.config)
    for (const warning of resolved.warnings) log.warn(warning)
    return resolved.config
  }
  return {
    settings,
    raw,
    catalog,
    resolve,
    offsets: await openOffsets(settings['offset.storage.file.filename'], log),
    logFor: logging.logFor,
    warnOnce,
    status: createStatusBoard(),
    counts: new Map<string, TaskCounts>(),
    activeTopics: new Map(),
  }
}

const openOffsets = async (file: string, log: Logger) => {
  try {
    return await openOffsetFile(file, log)
  } catch (error) {
    throw new ExitError(
      EXIT.worker,
      `offset.storage.file.filename: ${error instanceof Error ? error.message : error}`,
      {
        cause: error,
      },
    )
  }
}

const createFromFile = async (file: string, herder: Herder, log: Logger): Promise<void> => {
  try {
    const { name, config, initialState, warnings }: ConnectorFile = readConnectorFile(file)
    for (const warning of warnings) log.warn(warning)
    const info = await herder.create(name, config, initialState)
    log.info(`Created connector ${info.name} with ${info.tasks.length} tasks`)
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error)
    const text = error instanceof ConfigFileError ? message : `Failed to create connector for ${file}: ${message}`
    throw new ExitError(EXIT.connector, text, { cause: error })
  }
}

/** What a connector leaves unhandled must not take the others down with it. */
const surviveConnectors = (log: Logger): void => {
  process.on('unhandledRejection', (error) => log.error('A promise was rejected and nobody handled it', { error }))
  process.on('uncaughtException', (error) => log.error('An error was thrown where nobody could catch it', { error }))
}
