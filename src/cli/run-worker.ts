import type { RawConfig } from '../config/define.ts'
import { resolveVariables } from '../config/variables.ts'
import { createAdmin } from '../kafka/admin.ts'
import type { Logger } from '../plugin/logger.ts'
import { createLoggerLevels } from '../rest/logger-levels.ts'
import { openRest, type Rest } from '../rest/server.ts'
import { createHerder } from '../runtime/herder.ts'
import { listenerTls } from '../runtime/listener-tls.ts'
import { createStatusBoard } from '../runtime/task-status.ts'
import type { TaskCounts, WorkerParts } from '../runtime/worker-parts.ts'
import { openOffsetFile } from '../storage/offset-file.ts'
import { KAFKA_VERSION } from './builtins.ts'
import { COMMIT } from './commit.ts'
import { createFromFile } from './create-from-file.ts'
import { type LoadedWorker, loadWorker } from './load-worker.ts'
import type { LogLevels } from './log-levels.ts'
import { createLogging, type Logging } from './logging.ts'
import { countFailed, showProgress } from './progress.ts'
import { registerSecrets } from './register-secrets.ts'
import { firstSignal } from './stop-signals.ts'
import { connectorValidator } from './validator.ts'

export interface RunOptions {
  readonly workerFile: string
  readonly connectorFiles: readonly string[]
  readonly logLevels: LogLevels
  /** Undefined: what the worker's file says. */
  readonly logFormat: 'text' | 'json' | undefined
  /** Prints a progress line every few seconds. */
  readonly progress: boolean
  readonly version: string
}

/** Runs a worker until a signal ends it. @returns the exit code; @throws ExitError, ConfigFileError */
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
  // The port is taken first, and answered at when there is something to answer with: as on the JVM.
  const rest = await openRestApi(worker, logging)
  const clusterId = await Promise.race([askClusterId(worker, logging), stopped])
  if (clusterId !== null && typeof clusterId === 'object') return clusterId.code
  log.info(`Kafka cluster ID: ${clusterId}`)

  const parts = await workerParts(worker, logging, warnOnce)
  const validate = connectorValidator(worker, parts.resolve)
  const herder = createHerder({ ...parts, validate })
  let ready = false
  await rest.serve({
    herder,
    catalog: worker.catalog,
    validate,
    mask: worker.masker.mask,
    version: KAFKA_VERSION,
    commit: COMMIT,
    clusterId,
    loggers: createLoggerLevels({ names: () => herder.names(), level: logging.level, setLevel: logging.setLevel }),
    isReady: () => ready,
  })
  log.info(`Kafka Connect worker initialization took ${Math.round(performance.now() - began)}ms`)
  const endProgress = options.progress
    ? showProgress(
        parts.counts,
        () => countFailed(parts.status, herder.names()),
        (line) => log.info(line),
      )
    : () => undefined
  try {
    for (const file of options.connectorFiles) if (!stopping) await createFromFile(file, herder, worker, log)
    ready = true
    const connectors = herder.names().length
    if (!stopping)
      log.info(`Kafka Connect started with ${connectors} connectors in ${Math.round(performance.now() - began)}ms`)
    const { code } = await stopped
    return code
  } finally {
    log.info('Kafka Connect stopping')
    endProgress()
    await rest.close()
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

const loggingFor = ({ settings, masker }: LoadedWorker, { logLevels, logFormat }: RunOptions): Logging =>
  createLogging({
    format: logFormat ?? (settings['log.format'] === 'json' ? 'json' : 'text'),
    level: logLevels.root ?? settings['log.level'],
    levels: logLevels.byName,
    mask: masker.mask,
  })

const openRestApi = async ({ settings, raw, problem }: LoadedWorker, logging: Logging): Promise<Rest> => {
  try {
    return await openRest({
      settings,
      log: logging.logFor('rest'),
      tls: (prefix) => listenerTls(raw, prefix),
      jaasFile: jaasFileIn(process.env['KAFKA_OPTS']),
    })
  } catch (error) {
    throw problem('listeners', messageOf(error))
  }
}

/** Where the JVM's users name the file of their log-in modules. */
const jaasFileIn = (options: string | undefined): string | undefined =>
  /-Djava\.security\.auth\.login\.config=(\S+)/.exec(options ?? '')?.[1]

/** The worker starts only when a broker answers, as the JVM's. */
const askClusterId = async (worker: LoadedWorker, logging: Logging): Promise<string | null> => {
  const admin = createAdmin(worker.admin, logging.logFor('kafka'))
  try {
    return await admin.clusterId()
  } catch (error) {
    throw worker.problem('bootstrap.servers', messageOf(error))
  } finally {
    await admin.close()
  }
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
    offsets: await openOffsets(worker, log),
    logFor: logging.logFor,
    warnOnce,
    status: createStatusBoard(),
    counts: new Map<string, TaskCounts>(),
    activeTopics: new Map(),
  }
}

const openOffsets = async (worker: LoadedWorker, log: Logger) => {
  const key = 'offset.storage.file.filename'
  try {
    return await openOffsetFile(worker.settings[key], log)
  } catch (error) {
    throw worker.problem(key, `${key}: ${messageOf(error)}`)
  }
}

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error))

/** What a connector leaves unhandled must not take the others down with it. */
const surviveConnectors = (log: Logger): void => {
  process.on('unhandledRejection', (error) => log.error('A promise was rejected and nobody handled it', { error }))
  process.on('uncaughtException', (error) => log.error('An error was thrown where nobody could catch it', { error }))
}
