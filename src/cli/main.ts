import { spawn } from 'node:child_process'
import { mkdirSync, openSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { Command, CommanderError, InvalidArgumentError, Option } from 'commander'
import { ConfigFileError } from '../config/config-file-error.ts'
import { ConfigError } from '../plugin/errors.ts'
import { EXIT, ExitError } from './exit-codes.ts'
import { addLogLevel, type LogLevels, NO_LOG_LEVELS } from './log-levels.ts'

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
  let code: number = EXIT.ok
  const program = new Command('connect-standalone')
    .description('Runs Kafka Connect connectors from worker and connector files written for the JVM worker.')
    .usage(USAGE)
    .argument('<worker.properties>', "the worker's file")
    .argument('[connector files...]', 'connectors to create at the start, one a file, properties or JSON')
    .option(
      '--log-level <level>',
      'OFF, ERROR, WARN, INFO, DEBUG or TRACE; NAME=LEVEL for one connector, or for kafka, worker or rest (repeatable)',
      logLevel,
    )
    .addOption(new Option('--log-format <format>', 'text, or json: one object a line').choices(['text', 'json']))
    .option('--no-progress', 'no progress lines at a terminal')
    .version(version)
    .helpOption('-h, --help', 'show this help')
    .addHelpText('after', HELP)
    .showHelpAfterError(`Usage: connect-standalone ${USAGE}; --help tells more`)
    .exitOverride()
    .action(async (workerFile: string, connectorFiles: string[], options: Options) => {
      // Loaded only now: --help and --version need nothing of it.
      const { runWorker } = await import('./run-worker.ts')
      code = await runWorker({
        workerFile,
        connectorFiles,
        logLevels: options.logLevel ?? NO_LOG_LEVELS,
        logFormat: options.logFormat,
        progress: options.progress && process.stderr.isTTY === true,
        version,
      })
    })
  await program.parseAsync(args, { from: 'user' })
  return code
}

interface Options {
  readonly logLevel?: LogLevels
  readonly logFormat?: 'text' | 'json'
  readonly progress: boolean
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

const HELP = `
connect-standalone try <connector file> shows what its transforms and converters make of sample records; try --help tells more.

Exit codes:
  0    --help and --version
  1    the command line makes no sense
  2    the worker's file is wrong, no broker answers, or a port is taken
  3    a connector file cannot be read, or its connector not be created
  130  stopped in order by SIGINT (Ctrl-C)
  143  stopped in order by SIGTERM

The first SIGINT or SIGTERM stops in order: what is under way is acknowledged and offsets are stored. A second one ends
the program at once.`
