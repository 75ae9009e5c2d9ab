/** Topic creation groups of source connectors: `topic.creation.GROUP.*`. */
import { compileJavaRegex, type JavaRegex } from '../data/java-regex.ts'
import type { ConfigDef, ConfigProblem, RawConfig, Validator } from './define.ts'
import { parseConfig } from './parse.ts'
import { withPrefix } from './prefix.ts'

/** How a new topic is made. */
export interface TopicRecipe {
  /** -1: the broker's default. */
  readonly partitions: number
  /** -1: the broker's default. */
  readonly replicationFactor: number
  /** Topic settings such as `cleanup.policy`, unchecked: the broker judges them. */
  readonly configs: Readonly<Record<string, string>>
}

export interface TopicCreation {
  /** The recipe of the first listed group that wants the topic, else that of the default group. */
  recipeFor(topic: string): TopicRecipe
}

export interface ParsedTopicCreation {
  /** Undefined: a key starts with `topic.creation.` nowhere, or there are problems. */
  readonly topicCreation: TopicCreation | undefined
  readonly problems: readonly ConfigProblem[]
  readonly warnings: readonly string[]
}

const PREFIX = 'topic.creation.'
const DEFAULT_GROUP = 'default'

/** Whether a connector takes part: the worker's `topic.creation.enable` is a question of its own. */
export const usesTopicCreation = (raw: RawConfig): boolean => Object.keys(raw).some((key) => key.startsWith(PREFIX))

/** These keys are no part of REST validation: as on the JVM they are read when the connector starts. */
export const parseTopicCreation = (raw: RawConfig): ParsedTopicCreation => {
  if (!usesTopicCreation(raw)) return { topicCreation: undefined, problems: [], warnings: [] }
  const listed = groupNames(raw)
  const names = listed.filter((name) => name !== DEFAULT_GROUP)
  const warnings = listed.includes(DEFAULT_GROUP)
    ? [`'${DEFAULT_GROUP}' in topic.creation.groups is not needed: this group always exists`]
    : []
  const fallback = parseGroup(raw, DEFAULT_GROUP, sizeKeys())
  const inherited = fallback.problems.length === 0 ? fallback.group.recipe : undefined
  const parsed = names.map((name) =>
    parseGroup(raw, name, sizeKeys(inherited ?? { partitions: -1, replicationFactor: -1 })),
  )
  const problems = [fallback, ...parsed].flatMap((group) => group.problems)
  if (problems.length > 0) return { topicCreation: undefined, problems, warnings }
  const groups = parsed.map(({ group }) => group)
  const recipeFor = (topic: string): TopicRecipe =>
    (groups.find((group) => group.wants(topic)) ?? fallback.group).recipe
  return { topicCreation: { recipeFor }, problems, warnings }
}

interface Group {
  readonly recipe: TopicRecipe
  wants(topic: string): boolean
}

const groupNames = (raw: RawConfig): readonly string[] => {
  const definition = { 'topic.creation.groups': { type: 'list', default: [], importance: 'low', doc: '' } } as const
  return [...new Set(parseConfig(definition, raw).values['topic.creation.groups'] ?? [])]
}

const positiveOrBrokerDefault =
  (complaint: string): Validator<number | null> =>
  (_key, value) =>
    value !== null && (value === -1 || value >= 1) ? null : complaint

/** Without defaults both are required, as in the default group. */
const sizeKeys = (inherited?: Pick<TopicRecipe, 'partitions' | 'replicationFactor'>) =>
  ({
    'replication.factor': {
      type: 'short',
      ...(inherited && { default: inherited.replicationFactor }),
      validator: positiveOrBrokerDefault(
        "Replication factor must be positive and not larger than the number of brokers in the Kafka cluster, or -1 to use the broker's default",
      ),
      importance: 'low',
      doc: 'Replication factor of new topics, or -1 for the default of the broker.',
    },
    partitions: {
      type: 'int',
      ...(inherited && { default: inherited.partitions }),
      validator: positiveOrBrokerDefault("Number of partitions must be positive, or -1 to use the broker's default"),
      importance: 'low',
      doc: 'Partitions of new topics, or -1 for the default of the broker.',
    },
    include: { type: 'list', default: [], validator: patterns, importance: 'low', doc: 'Patterns of topics to take.' },
    exclude: { type: 'list', default: [], validator: patterns, importance: 'low', doc: 'Patterns of topics to leave.' },
  }) as const satisfies ConfigDef

const patterns: Validator<readonly string[] | null> = (_key, value) => {
  for (const pattern of value ?? []) {
    try {
      compileJavaRegex(pattern)
    } catch (error) {
      return `Invalid regex '${pattern}': ${error instanceof Error ? error.message : error}`
    }
  }
  return null
}

const parseGroup = (
  raw: RawConfig,
  name: string,
  keys: ReturnType<typeof sizeKeys>,
): { group: Group; problems: readonly ConfigProblem[] } => {
  const prefix = `${PREFIX}${name}.`
  const own = withPrefix(raw, prefix)
  const definition = Object.fromEntries(Object.entries(keys).map(([key, setting]) => [prefix + key, setting]))
  const { values, problems } = parseConfig(definition as ConfigDef, raw)
  const list = (key: string) => (problems.length > 0 ? [] : ((values[prefix + key] as readonly string[]) ?? []))
  const include = list('include').map(compileJavaRegex)
  const exclude = list('exclude').map(compileJavaRegex)
  const recipe: TopicRecipe = {
    partitions: values[`${prefix}partitions`] as number,
    replicationFactor: values[`${prefix}replication.factor`] as number,
    configs: Object.fromEntries(
      Object.entries(own).filter(
        (entry): entry is [string, string] => entry[1] !== null && !Object.hasOwn(keys, entry[0]),
      ),
    ),
  }
  const matches = (expressions: readonly JavaRegex[], topic: string) => expressions.some((each) => each.matches(topic))
  return { group: { recipe, wants: (topic) => matches(include, topic) && !matches(exclude, topic) }, problems }
}
