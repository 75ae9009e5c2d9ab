/** `connect-standalone offsets`: shows, sets and resets how far connectors have come, with the worker stopped or running. */
import { readFileSync } from 'node:fs'
import { Command } from 'commander'
import { JsonShapeError } from '../config/json-shape.ts'
import { JsonTextError, parseJsonText } from '../config/json-text.ts'
import { type JsonOffset, offsetListOrAnswer } from '../config/offsets-json.ts'
import { jsonText } from '../rest/json-text.ts'
import { readOffsetLock } from '../storage/offset-lock.ts'
import { EXIT, ExitError } from './exit-codes.ts'
import { type LoadedWorker, loadWorker } from './load-worker.ts'
import { createLogging } from './logging.ts'
import { type NamedConnector, namedConnectors } from './named-connectors.ts'
import { type OffsetPlace, offlineOffsets } from './offline-offsets.ts'
import { shownHolder } from './offset-lock.ts'
import { onlineOffsets } from './online-offsets.ts'
import { addressesOf, findRunningWorker, type RunningWorker } from './running-worker.ts'

interface Options {
  readonly rest?: string
  readonly offline?: true
  readonly input?: string
}

/** @returns the exit code; @throws ExitError, CommanderError */
export const runOffsets = async (args: readonly string[]): Promise<number> => {
  const program = new Command('connect-standalone offsets')
    .description('Shows, sets and resets how far connectors have come: sources in the offset file, sinks in Kafka.')
    .helpOption('-h, --help', 'show this help')
    .addHelpText('after', HELP)
    .exitOverride()
  const command = (name: string, description: string, connectors: string): Command =>
    program
      .command(name)
      .description(description)
      .argument('<worker.properties>', "the worker's file")
      .argument(connectors, "a connector's file, or its name")
      .option(
        '--rest <url>',
        'the REST API of the running worker; http://USER:PASSWORD@HOST:PORT where it wants a user',
      )
      .option('--offline', 'asks no worker, even if one seems to run')
      .helpOption('-h, --help', 'show this help')
      .exitOverride()
  command('show', 'prints offsets as JSON; of all connectors when none is named', '[connectors...]').action(
    async (file: string, given: string[], options: Options) =>
      show(await open(file, given, options), given.length === 1),
  )
  command('set', 'sets offsets from JSON; those of other partitions stay', '<connector>')
    .option('--input <file>', 'the offsets; standard input when not given')
    .action(async (file: string, given: string, options: Options) => {
      const offsets = readOffsets(options.input)
      const opened = await open(file, [given], options)
      print({ message: await placeOf(opened, opened.connectors[0]!, 'set').set(offsets) })
    })
  command('reset', 'forgets all offsets of a connector: it begins anew', '<connector>').action(
    async (file: string, given: string, options: Options) => {
      const opened = await open(file, [given], options)
      print({ message: await placeOf(opened, opened.connectors[0]!, 'reset').reset() })
    },
  )
  await program.parseAsync(args, { from: 'user' })
  return EXIT.ok
}

interface Opened {
  readonly worker: LoadedWorker
  readonly connectors: readonly NamedConnector[]
  readonly running: RunningWorker | undefined
  /** Names of connectors that the running worker knows. */
  readonly online: readonly string[]
  readonly offline: Awaited<ReturnType<typeof offlineOffsets>>
  /** The process that uses the offset file, where that is known. */
  readonly usedBy: string | undefined
}

const open = async (file: string, given: readonly string[], options: Options): Promise<Opened> => {
  const worker = await loadWorker(file)
  const { settings, masker } = worker
  const offsetFile = settings['offset.storage.file.filename']
  const holder = await readOffsetLock(offsetFile)
  const noted = holder?.rest === null || holder === undefined ? [] : [holder.rest]
  const listening = options.rest === undefined ? addressesOf([...noted, ...settings.listeners]) : [options.rest]
  const running = options.offline === true ? undefined : await findRunningWorker(listening)
  if (running === undefined && options.rest !== undefined) {
    throw new ExitError(EXIT.worker, 'No worker answers at the address of --rest')
  }
  const { logFor } = createLogging({ format: 'text', level: 'WARN', levels: new Map(), mask: masker.mask })
  return {
    worker,
    connectors: await namedConnectors(given, worker),
    running,
    online: running === undefined ? [] : (JSON.parse((await running.ask('GET', '/connectors')).text) as string[]),
    offline: await offlineOffsets(worker, logFor),
    usedBy: holder && shownHolder(holder),
  }
}

const show = async (opened: Opened, single: boolean): Promise<void> => {
  const { connectors, online, offline } = opened
  const names = [...new Set([...online, ...offline.sources()])]
  const wanted = connectors.length > 0 ? connectors : names.map((name) => ({ name, known: undefined }))
  const found: [string, unknown][] = []
  for (const connector of wanted) {
    found.push([connector.name, { offsets: await placeOf(opened, connector, 'show').offsets() }])
  }
  print(single ? found[0]![1] : Object.fromEntries(found))
}

/** Whoever has the offsets of the connector: the running worker, or else the file or Kafka. */
const placeOf = (opened: Opened, connector: NamedConnector, what: 'show' | 'set' | 'reset'): OffsetPlace => {
  const { running, online, offline, usedBy, worker } = opened
  if (running !== undefined && online.includes(connector.name)) return onlineOffsets(running, connector.name)
  if (what === 'show') return offline.of(connector)
  if (running !== undefined) {
    throw new ExitError(
      EXIT.connector,
      `The worker that runs at ${running.url} has no connector ${connector.name}, and would overwrite what is changed in its file now. ` +
        'Create the connector there (with "initial_state": "STOPPED"), or stop the worker; --offline if that is the worker of another file.',
    )
  }
  if (usedBy !== undefined) {
    const file = worker.settings['offset.storage.file.filename']
    throw new ExitError(
      EXIT.worker,
      `A worker uses ${file} (${usedBy}) and would overwrite what is changed now, but its REST API does not answer here. ` +
        `Stop it, give its address with --rest, or remove ${file}.lock if it is gone.`,
    )
  }
  return offline.of(connector)
}

const readOffsets = (input: string | undefined): readonly JsonOffset[] => {
  const from = input ?? 'standard input'
  try {
    const { value } = parseJsonText(readFileSync(input ?? 0, 'utf8'))
    const offsets = offsetListOrAnswer(value, 'offsets')
    if (offsets.length === 0) throw new JsonShapeError('there are no offsets in it')
    return offsets
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error)
    const accepted = '{"offsets": [{"partition": {...}, "offset": {...} or null}]}'
    const hint = error instanceof JsonTextError || error instanceof JsonShapeError ? `. Accepted: ${accepted}` : ''
    throw new ExitError(EXIT.usage, `The offsets (${from}) cannot be used: ${reason}${hint}`, { cause: error })
  }
}

const print = (json: unknown): void => console.log(jsonText(json))

const HELP = `
Input and output have the shape of GET and PATCH /connectors/NAME/offsets: {"offsets": [{"partition": {...}, "offset": {...}}]}.
While the worker runs it is asked through its REST API, and the connector must be stopped (PUT /connectors/NAME/stop). Else the
offset file is changed, the one before staying as FILE.bak; a sink's offsets are those of its consumer group. With a
connector's file instead of its name, offsets are checked as the connector itself checks them.`
