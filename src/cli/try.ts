/** `connect-standalone try`: a connector's transforms and converters on sample records, with no broker. */
import { readFileSync } from 'node:fs'
import { Command, Option } from 'commander'
import { readConnectorFile } from '../config/connector-file.ts'
import type { RawConfig } from '../config/define.ts'
import { createProviders } from '../config/providers/create-providers.ts'
import { createSecretMasker } from '../config/secrets.ts'
import { resolveVariables } from '../config/variables.ts'
import { parseJson } from '../data/parse-json.ts'
import { isPlainObject } from '../data/values.ts'
import { ConfigError } from '../plugin/errors.ts'
import { pluginCatalog } from '../plugin/find-plugins.ts'
import type { ConnectorRow } from '../plugin/plugin-row.ts'
import type { JsonObject } from '../runtime/record-json.ts'
import { taskConverters } from '../runtime/task-converters.ts'
import { buildChain } from '../runtime/transform-chain.ts'
import { createTry, type Tried, type TryParts } from '../runtime/try-record.ts'
import { builtins } from './builtins.ts'
import { EXIT, ExitError } from './exit-codes.ts'
import { type LoadedWorker, loadWorker } from './load-worker.ts'
import { registerSecrets } from './register-secrets.ts'
import { tryTable } from './try-table.ts'

interface Options {
  readonly worker?: string
  readonly input?: string
  readonly steps?: true
  readonly output?: 'json' | 'table'
}

/** @returns the exit code: 1 if any record failed; @throws ExitError, CommanderError */
export const tryConnector = async (args: readonly string[]): Promise<number> => {
  let code: number = EXIT.ok
  const program = new Command('connect-standalone try')
    .description("Runs a connector's transforms and converters on sample records, with no broker.")
    .argument('<connector file>', 'properties or JSON')
    .option('--worker <worker.properties>', "the worker's file: its converters and plug-ins")
    .option('--input <file>', 'the records, one a line; standard input when not given')
    .option('--steps', 'also what each transform made of the record')
    .addOption(new Option('--output <format>', 'a table at a terminal, else JSON lines').choices(['json', 'table']))
    .helpOption('-h, --help', 'show this help')
    .addHelpText('after', HELP)
    .exitOverride()
    .action(async (file: string, options: Options) => {
      const parts = await prepare(file, options.worker ?? '').catch((error: unknown) => {
        throw new ExitError(EXIT.connector, error instanceof Error ? error.message : String(error), { cause: error })
      })
      code = runAll(parts, readLines(options.input), options)
    })
  await program.parseAsync(args, { from: 'user' })
  return code
}

type Prepared = TryParts & { readonly readsLines: boolean }

type Surroundings = Pick<LoadedWorker, 'raw' | 'catalog' | 'providers' | 'masker'>

const surroundings = async (workerFile: string): Promise<Surroundings> =>
  workerFile === ''
    ? {
        raw: {},
        catalog: pluginCatalog(builtins),
        providers: createProviders({}, ''),
        masker: createSecretMasker(),
      }
    : loadWorker(workerFile)

const prepare = async (file: string, workerFile: string): Promise<Prepared> => {
  const { raw: worker, catalog, providers, masker } = await surroundings(workerFile)
  const { config, name } = readConnectorFile(file)
  const { config: connector, resolvedSecrets } = await resolveVariables(config, providers)
  masker.register(...resolvedSecrets)
  registerSecrets(masker, connector)
  try {
    const row: ConnectorRow = catalog.connector(connector['connector.class']?.trim() ?? '')
    requireConverters(connector, worker, workerFile)
    return {
      kind: row.kind,
      chain: await buildChain(connector, catalog),
      converters: await taskConverters(connector, worker, catalog),
      topic: (connector['topic'] ?? connector['topics'] ?? name).split(',')[0]!.trim(),
      mask: masker.mask,
      readsLines: row.className === 'org.apache.kafka.connect.file.FileStreamSourceConnector',
    }
  } catch (error) {
    throw new Error(masker.mask(`${file}: ${error instanceof Error ? error.message : error}`), { cause: error })
  }
}

const requireConverters = (connector: RawConfig, worker: RawConfig, workerFile: string): void => {
  for (const key of ['key.converter', 'value.converter']) {
    if ((connector[key] ?? worker[key] ?? null) !== null) continue
    const hint = workerFile === '' ? "; give the worker's file with --worker" : ''
    throw new ConfigError(`${key} is set neither here nor in a worker's file${hint}`)
  }
}

const readLines = (file: string | undefined): string[] => {
  if (file === undefined && process.stdin.isTTY) console.error('Records, a line each, and Ctrl-D:')
  try {
    const lines = readFileSync(file ?? 0, 'utf8')
      .replace(/^\ufeff/, '')
      .split(/\r?\n/)
    if (lines.at(-1) === '') lines.pop()
    return lines
  } catch (error) {
    const { message } = error as Error
    throw new ExitError(EXIT.usage, `--input ${file ?? '(standard input)'}: ${message}`, { cause: error })
  }
}

const runAll = (parts: Prepared, lines: readonly string[], options: Options): number => {
  const run = createTry(parts)
  const table = options.output === undefined ? process.stdout.isTTY === true : options.output === 'table'
  let [ran, failed] = [0, 0]
  for (const [index, line] of lines.entries()) {
    if (line.trim() === '' && !parts.readsLines) continue
    const tried = withLine(runLine(run, parts, line), index + 1)
    ran++
    if (tried.error !== undefined) failed++
    console.log(table ? tryTable(ran, tried, options.steps === true) : jsonLine(tried, options.steps === true))
  }
  if (ran === 0) console.error(`no records: ${options.input ?? 'standard input'} is empty`)
  else if (table) console.log(`${ran - failed} of ${ran} records went through, ${failed} failed`)
  return failed > 0 ? 1 : EXIT.ok
}

const withLine = (tried: Tried, line: number): Tried =>
  tried.error === undefined ? tried : { ...tried, error: { line, ...tried.error } }

const runLine = (run: (json: JsonObject) => Tried, parts: Prepared, line: string): Tried => {
  const json = parse(line)
  if (isRecord(json)) return run(json)
  if (parts.readsLines) return run(recordOfLine(line))
  if (parts.kind === 'sink') return run({ value: line })
  const problem = isPlainObject(json) ? foreignPart(json) : 'this is no JSON object'
  const message = `a line must be a record, {"topic": ..., "key": {"schema": ..., "payload": ...}, "value": ...}: ${problem}`
  return { steps: [], error: { phase: 'input', class: 'DataException', message, causes: [] } }
}

/** As FileStreamSource makes it; read just now. */
const recordOfLine = (line: string): JsonObject => ({
  timestamp: Date.now(),
  value: { schema: { type: 'string', optional: false }, payload: line },
})

const parse = (line: string): unknown => {
  try {
    return parseJson(line)
  } catch {
    return undefined
  }
}

const PARTS = ['topic', 'partition', 'timestamp', 'offset', 'key', 'value', 'headers']

const foreignPart = (json: JsonObject): string => {
  const foreign = Object.keys(json).find((name) => !PARTS.includes(name))
  return foreign === undefined ? 'neither "key" nor "value" is there' : `a record has no "${foreign}"`
}

/** Anything else is, for connectors of lines and for sinks, the value itself. */
const isRecord = (json: unknown): json is JsonObject =>
  isPlainObject(json) &&
  (Object.hasOwn(json, 'value') || Object.hasOwn(json, 'key')) &&
  Object.keys(json).every((name) => PARTS.includes(name))

const jsonLine = ({ input, steps, output, written, error }: Tried, withSteps: boolean): string =>
  JSON.stringify({
    ...(withSteps && input !== undefined ? { input, steps } : {}),
    ...(output !== undefined ? { output } : {}),
    ...(written !== undefined ? { written } : {}),
    ...(error !== undefined ? { error } : {}),
  })

const HELP = `
A record is a line of JSON: {"topic", "partition", "timestamp", "offset", "key", "value", "headers"}, all but key or value
may be left out. Key and value of a source are {"schema": ..., "payload": ...}: the schema as JsonConverter writes it or
null; tags such as {"$int32": 5}, {"$date": 0} or {"$bytes": "base64"} tell a type that JSON does not know. Those of a sink
are what is on the topic: a text, {"text": ...}, {"json": ...}, {"bytes": base64} or null. Any other line is the value itself: a line of
the file for FileStreamSource, the bytes for a sink.

The result is a line of JSON: {"output": the record after the transforms, null when one dropped it, "written": the bytes
of a source's key, value and headers} or {"error": {"line" (of the input), "phase", "at", "class", "message", "causes"}}.

Exit codes:
  0  every record went through
  1  a record failed, or the command line makes no sense
  3  the connector's (or worker's) file cannot be used`
