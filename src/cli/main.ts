import { spawn } from 'node:child_process'
import { mkdirSync, openSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { Command, CommanderError, InvalidArgumentError, Option } from 'commander'
import { ConfigFileError } from '../config/config-file-error.ts'
import { ConfigError } from '../plugin/errors.ts'
import { memorySize } from './broker-memory.ts'
import { type DevFlags, devAddressValue, devOptions } from './dev-options.ts'
import { EXIT, ExitError } from './exit-codes.ts'
import { type ExitOnFailure, exitOnFailureValue } from './exit-on-failure.ts'
import { addLogLevel, type LogLevels, NO_LOG_LEVELS } from './log-levels.ts'
import { bindOptionalValues } from './optional-values.ts'

const { version } = createRequire(import.meta.url)('../../package.json') as { version: string }

/** Runs the program and ends the process with one of the documented exit codes. */
export const main = async (args: readonly string[]): Promise<void> => {
  if (args[0] === '-daemon') return startDaemon(args.slice(1))
  let code: number
  try {
    code = await run(args)
  } catch (error) {
    code = report(error)
  }
  process.exit(code)
}

const run = async (args: readonly string[]): Promise<number> => {
  if (args[0] === 'try') return (await import('./try.ts')).tryConnector(args.slice(1))
  if (args[0] === 'dlq') return (await import('./dlq.ts')).runDlq(args.slice(1))
  if (args[0] === 'offsets') return (await import('./offsets.ts')).runOffsets(args.slice(1))
  if (args[0] === 'broker') return (await import('./broker.ts')).runBroker(args.slice(1))
  let code: number = EXIT.ok
  const program = new Command('connect-standalone')
    .description('Runs Kafka Connect connectors from worker and connector files written for the JVM worker.')
    .usage(USAGE)
    .argument('<worker.properties>', "the worker's file")
    .argument('[connector files...]', 'connectors to create at the start, one a file, properties or JSON')
    .option(
      '--log-level <level>',
      'OFF, ERROR, WARN, INFO, DEBUG or TRACE; NAME=LEVEL for one connector, or for kafka, worker, rest or broker (repeatable)',
      logLevel,
    )
    .addOption(new Option('--log-format <format>', 'text, or json: one object a line').choices(['text', 'json']))
    .option('--no-progress', 'no progress lines at a terminal')
    .option(
      '--exit-on-failure [any|all]',
      'stops with exit code 4 when a connector or task has failed and will not be restarted: any (the default), or all of them',
      exitOnFailureValue,
    )
    .option('--dev [host:port]', DEV_HELP, devAddressValue)
    .option(
      '--dev-data-dir <folder>',
      "where --dev keeps topics and groups (default: beside the worker's file of offsets)",
    )
    .option('--dev-memory [size]', '--dev keeps nothing but so many bytes in memory (default: 256m)', memorySize)
    .version(version)
    .helpOption('-h, --help', 'show this help')
    .addHelpText('after', HELP)
    .showHelpAfterError(`Usage: connect-standalone ${USAGE}; --help tells more`)
    .exitOverride()
    .action(async (workerFile: string, connectorFiles: string[], options: Options) => {
      // Loaded only now: --help and --version need nothing of it.
      const { runWorker } = await import('./run-worker.ts')
      code = await runWorker({
        dev: devOptions(options),
        workerFile,
        connectorFiles,
        logLevels: options.logLevel ?? NO_LOG_LEVELS,
        logFormat: options.logFormat,
        progress: options.progress && process.stderr.isTTY === true,
        exitOnFailure: options.exitOnFailure,
        version,
      })
    })
  await program.parseAsync(bindOptionalValues(args), { from: 'user' })
  return code
}

interface Options extends DevFlags {
  readonly logLevel?: LogLevels
  readonly logFormat?: 'text' | 'json'
  readonly progress: boolean
  readonly exitOnFailure?: ExitOnFailure
}

const logLevel = (value: string, before: LogLevels | undefined): LogLevels => {
  try {
    return addLogLevel(value, before)
  } catch (error) {
    throw new InvalidArgumentError(error instanceof Error ? error.message : String(error))
  }
}

/** Says what is wrong, without a stack trace. @returns the exit code */
const report = (error: unknown): number => {
  // Commander has printed its own message already.
  if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.ok : EXIT.usage
  if (error instanceof ExitError) return say(error.message, error.exitCode)
  if (error instanceof ConfigFileError || error instanceof ConfigError) return say(error.message, EXIT.worker)
  return say(error instanceof Error ? (error.stack ?? error.message) : String(error), EXIT.worker)
}

const say = (message: string, code: number): number => {
  for (const line of message.split('\n')) console.error(`error: ${line}`)
  return code
}

/** The JVM's shell script can start the worker in the background: output goes to a file, the process lives on. */
const startDaemon = (args: readonly string[]): void => {
  const folder = process.env['LOG_DIR'] ?? 'logs'
  mkdirSync(folder, { recursive: true })
  const output = openSync(join(folder, 'connectStandalone.out'), 'a')
  spawn(process.execPath, [...process.execArgv, process.argv[1]!, ...args], {
    detached: true,
    stdio: ['ignore', output, output],
  }).unref()
}

const USAGE = '[options] <worker.properties> [connector.properties | connector.json ...]'

const DEV_HELP =
  "starts a broker for development in this process: where the worker's file looks for one on this machine, else on 127.0.0.1:9092"

const HELP = `
connect-standalone broker runs the broker of --dev by itself; broker --help tells more. It is for development and CI only.
connect-standalone try <connector file> shows what its transforms and converters make of sample records; try --help tells more.
connect-standalone offsets shows, sets and resets how far connectors have come; offsets --help tells more.
connect-standalone dlq lists, shows and replays the records of dead letter queues; dlq --help tells more.

Exit codes:
  0    --help and --version
  1    the command line makes no sense
  2    the worker's file is wrong, no broker answers, or a port is taken
  3    a connector file cannot be read, or its connector not be created
  4    with --exit-on-failure: a connector or task has failed for good; stopped in order
  130  stopped in order by SIGINT (Ctrl-C)
  143  stopped in order by SIGTERM

The first SIGINT or SIGTERM stops in order: what is under way is acknowledged and offsets are stored. A second one ends
the program at once.`
