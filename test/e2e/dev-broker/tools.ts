import { randomBytes } from 'node:crypto'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { isDeepStrictEqual } from 'node:util'
import type { JavaDriver, ToolResult } from './java-client.ts'

/** What a tool was called with, and what it said. */
export interface ToolOutcome {
  readonly command: string
  readonly code: number
  readonly lines: readonly string[]
}

const tools = {
  topics: 'org.apache.kafka.tools.TopicCommand',
  produce: 'org.apache.kafka.tools.ConsoleProducer',
  consume: 'org.apache.kafka.tools.consumer.ConsoleConsumer',
  offsets: 'org.apache.kafka.tools.GetOffsetShell',
  groups: 'org.apache.kafka.tools.consumer.group.ConsumerGroupCommand',
  configs: 'kafka.admin.ConfigCommand',
  deleteRecords: 'org.apache.kafka.tools.DeleteRecordsCommand',
} as const

type Step = readonly [tool: keyof typeof tools, args: string, input?: string]

/** T and G stand for a topic and a group of this run, FILE for the file that says which records to delete. */
const steps: readonly Step[] = [
  ['topics', '--create --topic T --partitions 3 --config retention.ms=3600000'],
  ['topics', '--create --topic T'],
  ['topics', '--list --topic T'],
  ['topics', '--describe --topic T'],
  ['produce', '--topic T --reader-property parse.key=true --reader-property key.separator=:', 'a:1\nb:2\nc:3\nd:4\n'],
  [
    'produce',
    '--topic T --compression-codec zstd --sync --reader-property parse.key=true --reader-property key.separator=:',
    'e:5\n',
  ],
  ['offsets', '--topic T'],
  ['offsets', '--topic T --time earliest'],
  ['consume', '--topic T --from-beginning --max-messages 5 --group G --formatter-property print.key=true'],
  ['groups', '--list --state'],
  ['groups', '--describe --group G'],
  ['groups', '--describe --group G --state'],
  ['groups', '--describe --group G --members'],
  ['groups', '--reset-offsets --group G --topic T --to-earliest --execute'],
  ['consume', '--topic T --max-messages 5 --group G'],
  ['groups', '--delete-offsets --group G --topic T'],
  ['groups', '--describe --group G'],
  ['groups', '--delete --group G'],
  ['groups', '--describe --group G'],
  [
    'configs',
    '--entity-type topics --entity-name T --alter --add-config max.message.bytes=70000,cleanup.policy=compact',
  ],
  ['configs', '--entity-type topics --entity-name T --describe'],
  ['configs', '--entity-type topics --entity-name T --alter --delete-config cleanup.policy'],
  ['configs', '--entity-type topics --entity-name T --alter --add-config no.such.setting=1'],
  ['topics', '--alter --topic T --partitions 4'],
  ['topics', '--alter --topic T --partitions 2'],
  ['deleteRecords', '--offset-json-file FILE'],
  ['offsets', '--topic T --time earliest'],
  ['topics', '--describe --topic T --exclude-internal'],
  ['topics', '--delete --topic T'],
  ['topics', '--describe --topic T'],
]

const readMs = 60_000
const readsOnly = (tool: keyof typeof tools, args: string): boolean =>
  tool === 'offsets' || /--list|--describe/.test(args)

/**
 * Runs all of them on one broker.
 *
 * @param expected a call that only reads is repeated for a while until it says this: Apache Kafka's broker hears of changes
 *   after the tool that makes them has its answer
 */
export const runTools = async (
  java: JavaDriver,
  bootstrap: string,
  folder: string,
  expected?: readonly ToolOutcome[],
): Promise<ToolOutcome[]> => {
  const id = randomBytes(4).toString('hex')
  const names = { T: `tools-${id}`, G: `tool-group-${id}`, FILE: join(folder, `${id}.json`) } as const
  const partitions = [0, 1, 2].map((partition) => ({ topic: names.T, partition, offset: 0 }))
  writeFileSync(names.FILE, JSON.stringify({ partitions, version: 1 }))
  const run = async ([tool, args, input]: Step): Promise<ToolOutcome> => {
    const real = args.split(' ').map((arg) => (arg in names ? names[arg as keyof typeof names] : arg))
    const result = await java.tool(bootstrap, tools[tool], real, input)
    const shown = linesOf(result, names)
    // Other groups of the broker are not ours
    const lines = args.startsWith('--list --state') ? shown.filter((line) => line.startsWith('G ')) : shown
    return { command: `${tool} ${args}`, code: result.code, lines }
  }
  const outcomes: ToolOutcome[] = []
  for (const [i, step] of steps.entries()) {
    const deadline = Date.now() + readMs
    let outcome = await run(step)
    while (expected !== undefined && readsOnly(step[0], step[1]) && Date.now() < deadline) {
      if (isDeepStrictEqual(outcome, expected[i])) break
      outcome = await run(step)
    }
    outcomes.push(outcome)
  }
  return outcomes
}

/** Without what differs from run to run: names, ids, addresses, times, and the order of partitions. */
const linesOf = ({ output }: ToolResult, names: Readonly<Record<'T' | 'G' | 'FILE', string>>): string[] => {
  let text = output
  for (const [short, name] of Object.entries(names)) text = text.replaceAll(name, short)
  return text
    .replaceAll(/TopicId: \S+/g, 'TopicId: id')
    .replaceAll('min.insync.replicas=1,', '') // Kafka sets it for all brokers as soon as it may
    .replaceAll(/127\.0\.0\.1:\d+|localhost:\d+/g, 'address')
    .replaceAll(/^\[\d{4}-.*?\] /gm, '')
    .split('\n')
    .map((line) => line.trim().replaceAll(/\s+/g, ' '))
    .filter((line) => line !== '' && !line.startsWith('at '))
    .sort()
}
