import type { RawConfig } from '../config/define.ts'
import { resolveVariables } from '../config/variables.ts'
import { createAdmin } from '../kafka/admin.ts'
import type { Logger } from '../plugin/logger.ts'
import { createLoggerLevels } from '../rest/logger-levels.ts'
import { openRest, type Rest } from '../rest/server.ts'
import { healthReasons } from '../runtime/health-reasons.ts'
import { createHerder, type Herder } from '../runtime/herder.ts'
import { listenerTls } from '../runtime/listener-tls.ts'
import { type MetricsParts, metricsText } from '../runtime/metrics/collect.ts'
import { watchLoopLag } from '../runtime/metrics/loop-lag.ts'
import { readableError } from '../runtime/readable-error.ts'
import { sampleWindows, type TaskCounts } from '../runtime/task-counts.ts'
import { createStatusBoard } from '../runtime/task-status.ts'
import { watchStuck } from '../runtime/watch-stuck.ts'
import type { WorkerParts } from '../runtime/worker-parts.ts'
import { openOffsetFile } from '../storage/offset-file.ts'
import { KAFKA_VERSION } from './builtins.ts'
import { COMMIT } from './commit.ts'
import { createFromFile } from './create-from-file.ts'
import type { DevOptions } from './dev-broker.ts'
import { noDevBroker, onlyDevBroker } from './dev-servers.ts'
import { type ExitOnFailure, watchFailures } from './exit-on-failure.ts'
import { type LoadedWorker, loadWorker, onDevBroker } from './load-worker.ts'
import type { LogLevels } from './log-levels.ts'
import { createLogging, type Logging } from './logging.ts'
import { noteOffsetFileInUse } from './offset-lock.ts'
import { countFailed, showProgress } from './progress.ts'
import { registerSecrets } from './register-secrets.ts'
import { startTaskThread } from './start-task-thread.ts'
import { firstSignal } from './stop-signals.ts'
import { createStored, openStoredConnectors } from './stored-connectors.ts'
import { connectorValidator } from './validator.ts'
import { createWatchdog } from './watchdog.ts'

export interface RunOptions {
  /** Of the development broker in this process. Undefined: there is none, the servers of the file are asked. */
  readonly dev: DevOptions | undefined
  readonly workerFile: string
  readonly connectorFiles: readonly string[]
  readonly logLevels: LogLevels
  /** Undefined: what the worker's file says. */
  readonly logFormat: 'text' | 'json' | undefined
  /** Prints a progress line every few seconds. */
  readonly progress: boolean
  /** Undefined: the worker goes on whatever fails. */
  readonly exitOnFailure: ExitOnFailure | undefined
  readonly version: string
}

/** Runs a worker until a signal ends it. @returns the exit code; @throws ExitError, ConfigFileError */
export const runWorker = async (options: RunOptions): Promise<number> => {
  const began = performance.now()
  const signal = firstSignal(() => undefined)
  const { dev } = options
  const loaded = await loadWorker(options.workerFile, dev === undefined ? noDevBroker : onlyDevBroker(dev.address))
  const logging = loggingFor(loaded, options)
  const log = logging.logFor('worker')
  log.info(`connect-standalone ${options.version} (Kafka Connect ${KAFKA_VERSION}) on Node.js ${process.version}`)
  for (const warning of loaded.warnings) log.warn(warning)
  surviveConnectors(log)
  if (dev === undefined) return runLoaded({ worker: loaded, logging, options, signal, began })
  const { startDev } = await import('./dev-broker.ts')
  const broker = await startDev(loaded, dev, logging.logFor('broker'))
  try {
    return await runLoaded({ worker: onDevBroker(loaded, broker.bootstrap), logging, options, signal, began })
  } finally {
    // After the connectors: their last offsets are committed to it.
    await broker.close()
    log.info('Development broker stopped')
  }
}

interface LoadedRun {
  readonly worker: LoadedWorker
  readonly logging: Logging
  readonly options: RunOptions
  /** The exit code, once the process is to stop. */
  readonly signal: Promise<number>
  /** When the program began, as `performance.now()` tells it. */
  readonly began: number
}

const runLoaded = async ({ worker, logging, options, signal, began }: LoadedRun): Promise<number> => {
  const log = logging.logFor('worker')
  const warnOnce = once((warning) => log.warn(warning))

  let stopping = false
  const failures = watchFailures(options.exitOnFailure, log)
  const stopped = Promise.race([signal, failures.ended]).then((code) => {
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
  const store = await openStoredConnectors(worker, log)
  const lock = await noteOffsetFileInUse(worker.settings[OFFSET_FILE], rest.addresses[0] ?? null, log)
  const kept = store === undefined ? {} : { store }
  const watchdog = createWatchdog({
    blockedMs: worker.settings['watchdog.blocked.ms'],
    atOnce: Object.hasOwn(worker.raw, 'watchdog.blocked.ms'),
    format: formatOf(worker, options),
    mask: worker.masker.mask,
    log,
  })
  const herder = createHerder({ ...parts, watch: watchdog, ...kept, validate, onFailure: failures.onFailure })
  const watch = startWatching(parts, herder)
  const measured: MetricsParts = {
    ...{ herder, status: parts.status, counts: parts.counts, mask: worker.masker.mask, loopLag: watch.loopLag },
    ...{ workerId: rest.workerId, version: KAFKA_VERSION, commit: COMMIT },
  }
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
    reasons: () => healthReasons(herder, parts.counts),
    metrics: () => metricsText(measured),
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
    for (const file of options.connectorFiles) if (!stopping) await createFromFile(file, herder, worker, validate, log)
    if (store !== undefined) await createStored(store, herder, worker, log, () => stopping)
    ready = true
    failures.ready(herder)
    const connectors = herder.names().length
    if (!stopping)
      log.info(`Kafka Connect started with ${connectors} connectors in ${Math.round(performance.now() - began)}ms`)
    const { code } = await stopped
    return code
  } finally {
    log.info('Kafka Connect stopping')
    endProgress()
    watch.stop()
    watchdog.stop()
    await rest.close()
    await herder.shutdown()
    await lock.release()
    log.info('Kafka Connect stopped')
  }
}

/** Looks now and again at what nobody would tell of itself: late timers, calls that do not return. */
const startWatching = ({ settings, logFor }: WorkerParts, herder: Herder) => {
  const loopLag = watchLoopLag(sampleWindows(settings))
  const endWatch = watchStuck({ herder, afterMs: settings['task.stuck.after.ms'], logFor })
  const stop = (): void => {
    loopLag.stop()
    endWatch()
  }
  return { loopLag, stop }
}

type Warn = (warning: string) => void

const once = (warn: Warn): Warn => {
  const warned = new Set<string>()
  return (warning) => {
    if (!warned.has(warning)) warn(warning)
    warned.add(warning)
  }
}

const formatOf = ({ settings }: LoadedWorker, { logFormat }: RunOptions): 'text' | 'json' =>
  logFormat ?? (settings['log.format'] === 'json' ? 'json' : 'text')

const loggingFor = (worker: LoadedWorker, options: RunOptions): Logging => {
  const { settings, masker } = worker
  const { logLevels } = options
  return createLogging({
    format: formatOf(worker, options),
    level: logLevels.root ?? settings['log.level'],
    levels: logLevels.byName,
    mask: masker.mask,
  })
}

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
    status: createStatusBoard(undefined, sampleWindows(settings)),
    counts: new Map<string, TaskCounts>(),
    startThread: startTaskThread,
    activeTopics: new Map(),
  }
}

const OFFSET_FILE = 'offset.storage.file.filename'

const openOffsets = async (worker: LoadedWorker, log: Logger) => {
  try {
    return await openOffsetFile(worker.settings[OFFSET_FILE], log)
  } catch (error) {
    throw worker.problem(OFFSET_FILE, `${OFFSET_FILE}: ${messageOf(error)}`)
  }
}

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error))

/** What a connector leaves unhandled must not take the others down with it. */
const surviveConnectors = (log: Logger): void => {
  process.on('unhandledRejection', (error) =>
    log.error('A promise was rejected and nobody handled it', { error: readableError(error) }),
  )
  process.on('uncaughtException', (error) =>
    log.error('An error was thrown where nobody could catch it', { error: readableError(error) }),
  )
}
