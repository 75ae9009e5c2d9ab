/** `connect-standalone dlq`: lists dead letter queues, shows their records, and writes them once more. */
import { Command, InvalidArgumentError } from 'commander'
import { ConfigParseError } from '../config/parse.ts'
import { createAdmin, type KafkaAdmin } from '../kafka/admin.ts'
import { type AdminSettings, adminSettings } from '../kafka/admin-settings.ts'
import { dlqProducerConfig, offsetsAdminConfig, sinkConsumerConfig } from '../kafka/connect-clients.ts'
import { createProducer } from '../kafka/create-producer.ts'
import { KafkaError } from '../kafka/errors.ts'
import type { FetchedRecord } from '../kafka/fetched-record.ts'
import { readTopic, type TopicRange } from '../kafka/read-topic.ts'
import type { Logger } from '../plugin/logger.ts'
import { deadLetterOf, letterJson, letterText } from './dead-letter.ts'
import { chosenTopic, countOf, deadLetterTopicOf, rangesOf } from './dead-letter-topics.ts'
import { EXIT, ExitError } from './exit-codes.ts'
import { type LoadedWorker, loadWorker } from './load-worker.ts'
import { createLogging } from './logging.ts'
import { namedConnectors, storedConnectors } from './named-connectors.ts'
import { replayGroupOf, replayLetters, withProgress } from './replay-letters.ts'

interface Options {
  readonly json?: true
  readonly limit?: number
  readonly to?: string
  readonly dryRun?: true
}

/** @returns the exit code; @throws ExitError, ConfigFileError, CommanderError */
export const runDlq = async (args: readonly string[]): Promise<number> => {
  let code: number = EXIT.ok
  const program = new Command('connect-standalone dlq')
    .description('Lists dead letter queues, shows their records, and writes them once more to where they came from.')
    .helpOption('-h, --help', 'show this help')
    .addHelpText('after', HELP)
    .exitOverride()
  const command = (name: string, description: string, what: string, meaning: string): Command =>
    program
      .command(name)
      .description(description)
      .argument('<worker.properties>', "the worker's file: brokers and security")
      .argument(what, meaning)
      .helpOption('-h, --help', 'show this help')
      .exitOverride()
  const ONE = ['<dead letters>', 'a topic, or the file or name of a connector that has such a topic'] as const

  command('list', 'the dead letter queues of connectors', '[connectors...]', 'files of connectors')
    .option('--json', 'as JSON')
    .action((file: string, given: string[], { json }: Options) =>
      withWorker(file, (clients) => list(clients, given, json === true)),
    )
  command('show', 'the newest letters of a queue', ...ONE)
    .option('--limit <n>', 'how many', atLeastOne, 20)
    .option('--json', 'one JSON object a line, with the whole of each record')
    .action((file: string, given: string, { limit = 20, json }: Options) =>
      withWorker(file, (clients) => show(clients, given, limit, json === true)),
    )
  command('replay', 'writes letters once more, as the records that they were', ...ONE)
    .option('--to <topic>', 'writes all of them to this topic')
    .option('--limit <n>', 'how many at most', atLeastOne)
    .option('--dry-run', 'only tells what it would do')
    .option('--json', 'as JSON')
    .action((file: string, given: string, options: Options) =>
      withWorker(file, async (clients) => {
        code = await replay(clients, given, options)
      }),
    )
  await program.parseAsync(args, { from: 'user' })
  return code
}

const atLeastOne = (text: string): number => {
  if (/^[1-9]\d{0,14}$/.test(text)) return Number(text)
  throw new InvalidArgumentError('Accepted: a whole number from 1')
}

interface Clients {
  readonly worker: LoadedWorker
  readonly admin: KafkaAdmin
  readonly log: Logger
  read(topic: string, ranges: readonly TopicRange[]): AsyncGenerator<FetchedRecord[]>
}

const NAME = 'dlq-command'

const withWorker = async (file: string, work: (clients: Clients) => Promise<void>): Promise<void> => {
  const worker = await loadWorker(file)
  const { masker, raw } = worker
  const log = createLogging({ format: 'text', level: 'WARN', levels: new Map(), mask: masker.mask }).logFor('kafka')
  const owner = { worker: raw, connector: {}, connectorName: NAME }
  const { settings }: { settings: AdminSettings } = adminSettings(offsetsAdminConfig(owner))
  const admin = createAdmin(settings, log)
  try {
    await work({ worker, admin, log, read: (...what) => readTopic(sinkConsumerConfig(owner, 0), ...what, log) })
  } catch (error) {
    if (!(error instanceof KafkaError || error instanceof ConfigParseError)) throw error
    throw new ExitError(EXIT.worker, masker.mask(error.message), { cause: error })
  } finally {
    await admin.close().catch(() => undefined)
  }
}

const list = async ({ worker, admin }: Clients, given: readonly string[], json: boolean): Promise<void> => {
  const connectors = given.length > 0 ? await namedConnectors(given, worker) : await storedConnectors(worker)
  const rows: { connector: string; topic: string; letters: number | null; replayed: number }[] = []
  for (const connector of connectors) {
    const topic = deadLetterTopicOf(connector)
    if (topic === undefined) continue
    const ranges = await rangesOf(admin, topic)
    const left = ranges && withProgress(ranges, await admin.fetchGroupOffsets(replayGroupOf(topic)), topic)
    const letters = ranges === undefined ? null : countOf(ranges)
    rows.push({ connector: connector.name, topic, letters, replayed: (letters ?? 0) - countOf(left ?? []) })
  }
  if (json) console.log(JSON.stringify(rows))
  else if (rows.length === 0) console.log('None of these connectors has a dead letter queue')
  for (const { connector, topic, letters, replayed } of json ? [] : rows) {
    const count = letters === null ? 'topic not created yet' : `${letters} letters, ${replayed} of them replayed`
    console.log(`${connector}  ${topic}  ${count}`)
  }
}

const show = async (clients: Clients, given: string, limit: number, json: boolean): Promise<void> => {
  const { topic, ranges } = await open(clients, given)
  const newest = ranges.map(({ partition, from, to }) => ({ partition, from: Math.max(from, to - limit), to }))
  const records: FetchedRecord[] = []
  for await (const some of clients.read(topic, newest)) records.push(...some)
  records.sort((a, b) => a.timestamp - b.timestamp || a.offset - b.offset)
  for (const record of records.slice(-limit)) {
    const letter = deadLetterOf(record)
    console.log(json ? JSON.stringify(letterJson(letter)) : `${letterText(letter)}\n`)
  }
  if (!json) console.log(`${Math.min(limit, records.length)} of ${countOf(ranges)} letters of ${topic}`)
}

const replay = async (clients: Clients, given: string, options: Options): Promise<number> => {
  const { worker, admin, log } = clients
  const { topic, ranges } = await open(clients, given)
  const { to, limit = Number.POSITIVE_INFINITY, dryRun } = options
  if (to === topic) throw new ExitError(EXIT.usage, `--to ${to} is the dead letter queue itself`)
  const left = withProgress(ranges, await admin.fetchGroupOffsets(replayGroupOf(topic)), topic)
  const config = dlqProducerConfig({ worker: worker.raw, connector: {}, connectorName: NAME }, 0)
  const { topics, stopped } = await replayLetters({
    ...{ topic, to, limit, admin },
    records: clients.read(topic, left),
    open: dryRun ? undefined : (deliveries) => createProducer(config, deliveries, log, () => undefined),
  })
  const counts = [...topics].filter(([, count]) => count > 0)
  const sum = counts.reduce((total, [, count]) => total + count, 0)
  if (options.json) {
    const remaining = Math.max(0, countOf(left) - sum)
    console.log(
      JSON.stringify({ replayed: sum, dryRun: dryRun === true, topics: Object.fromEntries(counts), remaining }),
    )
  } else {
    const verb = dryRun ? 'would be written' : 'written'
    for (const [target, count] of counts) console.log(`${count} records ${verb} to ${target}`)
    if (sum === 0 && stopped === undefined) console.log(`No letter of ${topic} is left to be replayed`)
  }
  if (stopped === undefined) return EXIT.ok
  throw new ExitError(EXIT.connector, worker.masker.mask(stopped))
}

const open = async ({ worker, admin }: Clients, given: string) => {
  const [connector] = await namedConnectors([given], worker)
  const topic = chosenTopic(connector!)
  const ranges = await rangesOf(admin, topic)
  if (ranges === undefined) throw new ExitError(EXIT.connector, `There is no topic ${topic}`)
  return { topic, ranges }
}

const HELP = `
Replay goes on where the last one ended (consumer group connect-dlq-replay-TOPIC), so nothing is written twice; it counts
records as replayed when the brokers have acknowledged them. Letters without errors.deadletterqueue.context.headers.enable, and
those of sources whose record could not be transformed or converted, need --to. Exit code 3: a letter cannot be replayed.`
