/** `connect-standalone broker`: the development broker by itself. */
import { Command, InvalidArgumentError, Option } from 'commander'
import { addressText, parseBrokerAddress } from './broker-address.ts'
import { DEFAULT_MEMORY, memorySize } from './broker-memory.ts'
import { startBroker } from './broker-start.ts'
import { byteSizeText } from './byte-size.ts'
import { EXIT, ExitError } from './exit-codes.ts'
import { firstSignal } from './stop-signals.ts'

interface Options {
  readonly host: string
  readonly port: number
  readonly dataDir?: string
  readonly memory?: number
  readonly partitions: number
  readonly fsync?: boolean
  readonly user?: Readonly<Record<string, string>>
  readonly autoCreateTopics: boolean
}

/** Runs the broker until a signal ends it. @returns the exit code; @throws ExitError, CommanderError */
export const runBroker = async (args: readonly string[]): Promise<number> => {
  let code: number = EXIT.ok
  const program = new Command('connect-standalone broker')
    .description(
      "Runs a broker of one node that speaks Kafka's protocol. It is for development and CI only: no replication, no TLS, no access rules.",
    )
    .option('--port <port>', 'where it listens; 0: whichever is free', port, 9092)
    .option('--host <address>', 'the address; any other than loopback is warned of', host, '127.0.0.1')
    .option(
      '--data-dir <folder>',
      'keeps topics and groups there; without it all is in memory and ends with the broker',
    )
    .addOption(
      new Option('--memory [size]', 'keeps at most so many bytes of records, in memory: the oldest go')
        .preset('256m')
        .argParser(memorySize),
    )
    .option('--partitions <number>', 'of a topic that is created without a number', partitions, 1)
    .option('--no-auto-create-topics', 'a topic must be created before it is used')
    .option('--fsync', 'acknowledges what is on disk only: a power failure loses nothing; with --data-dir')
    .option('--user <name:password>', 'asks clients to log in, by SASL/PLAIN (repeatable)', user)
    .helpOption('-h, --help', 'show this help')
    .addHelpText('after', HELP)
    .showHelpAfterError('connect-standalone broker --help tells what there is')
    .allowExcessArguments(false)
    .exitOverride()
    .action(async (options: Options) => {
      code = await run(options)
    })
  await program.parseAsync(args, { from: 'user' })
  return code
}

const run = async ({ dataDir, memory, fsync = false, partitions, user, ...options }: Options): Promise<number> => {
  if (dataDir !== undefined && memory !== undefined) throw usage('--data-dir and --memory exclude each other')
  if (dataDir === undefined && fsync) throw usage('--fsync needs --data-dir: without it nothing is on disk')
  const signal = firstSignal(() => undefined)
  const maxMemoryBytes = memory ?? DEFAULT_MEMORY
  const broker = await startBroker(
    { host: options.host, port: options.port },
    {
      partitions,
      fsync,
      autoCreateTopics: options.autoCreateTopics,
      maxMemoryBytes,
      log: warn,
      ...(dataDir === undefined ? {} : { dataDir }),
      ...(user === undefined ? {} : { sasl: user }),
    },
    ADVICE,
  )
  const keeps = dataDir === undefined ? `memory (at most ${byteSizeText(maxMemoryBytes)})` : dataDir
  console.log(`Development broker listens on ${addressText(broker)}, data in ${keeps}`)
  const exitCode = await signal
  await broker.close()
  return exitCode
}

const warn = (message: string): void => console.error(`${new Date().toISOString()} WARN  ${message}`)

const usage = (message: string): ExitError => new ExitError(EXIT.usage, message)

const MOST_PARTITIONS = 10_000

const port = (text: string): number => numberIn(text, 0, 65_535)
const partitions = (text: string): number => numberIn(text, 1, MOST_PARTITIONS)

const numberIn = (text: string, least: number, most: number): number => {
  const number = /^\d{1,6}$/.test(text) ? Number(text) : Number.NaN
  if (number >= least && number <= most) return number
  throw new InvalidArgumentError(`A number from ${least} to ${most} is accepted`)
}

const host = (text: string): string => {
  const bare = text.includes(':') && !text.startsWith('[') ? `[${text}]` : text
  const address = text === '' ? undefined : parseBrokerAddress(`${bare}:0`)
  if (address === undefined) throw new InvalidArgumentError('An address or a name is accepted; the port goes to --port')
  return address.host
}

const user = (text: string, before: Readonly<Record<string, string>> | undefined): Readonly<Record<string, string>> => {
  const colon = text.indexOf(':')
  // Not told what was given: it may be a password.
  if (colon < 1 || colon === text.length - 1) throw usage('--user: NAME:PASSWORD is accepted')
  return Object.assign(Object.create(null), before, { [text.slice(0, colon)]: text.slice(colon + 1) })
}

const ADVICE = {
  address: 'Choose another with --host and --port (0: any that is free)',
  folder: 'Choose another with --data-dir',
}

const HELP = `
connect-standalone --dev worker.properties ... starts the same broker inside the worker's process.

It ends in order by SIGINT (Ctrl-C) or SIGTERM, and after kill -9 it loses nothing that it acknowledged in --data-dir.

Exit codes:
  0    --help
  1    the command line makes no sense
  2    the address is taken, or the folder cannot be used
  130  stopped by SIGINT (Ctrl-C)
  143  stopped by SIGTERM`
