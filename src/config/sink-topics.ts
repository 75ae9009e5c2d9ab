import { compileJavaRegex, type JavaRegex } from '../data/java-regex.ts'
import type { ConfigProblem, RawConfig } from './define.ts'
import { javaIsBlank, javaListText, javaTrim } from './java-text.ts'
import { parseConfig } from './parse.ts'

/** What a sink's topic settings say against each other. Asked at validation and again when a task starts. */
export const checkSinkTopics = (raw: RawConfig): readonly ConfigProblem[] => {
  const topics = textOf(raw, 'topics')
  const pattern = textOf(raw, 'topics.regex')
  const onTopics = (message: string): ConfigProblem => ({ key: 'topics', value: topics, message })
  const onPattern = (message: string): ConfigProblem => ({ key: 'topics.regex', value: pattern, message })
  const problems: ConfigProblem[] = []
  const hasTopics = topics !== null && !javaIsBlank(topics)
  const hasPattern = pattern !== null && !javaIsBlank(pattern)
  if (hasTopics === hasPattern) {
    const message = hasTopics
      ? 'topics and topics.regex are mutually exclusive options, but both are set.'
      : 'Must configure one of topics or topics.regex'
    problems.push(onTopics(message), onPattern(message))
  }
  const deadLetters = javaTrim(textOf(raw, 'errors.deadletterqueue.topic.name') ?? '')
  if (deadLetters === '') return problems
  const names = sinkTopics(raw)
  if (hasTopics && names.includes(deadLetters)) {
    problems.push(
      onTopics(
        `The DLQ topic '${deadLetters}' may not be included in the list of topics ('topics=${javaListText(names)}') consumed by the connector`,
      ),
    )
  }
  if (hasPattern && compilePattern(pattern)?.matches(deadLetters)) {
    problems.push(
      onPattern(
        `The DLQ topic '${deadLetters}' may not be matched by the regex for the topics ('topics.regex=${pattern}') consumed by the connector`,
      ),
    )
  }
  return problems
}

/** The topics that `topics` lists, each once. */
export const sinkTopics = (raw: RawConfig): readonly string[] => {
  const { topics } = parseConfig({ topics: { type: 'list', default: [], importance: 'high', doc: '' } }, raw).values
  return [...new Set(topics ?? [])].filter((topic) => topic !== '')
}

const textOf = (raw: RawConfig, key: string): string | null => (Object.hasOwn(raw, key) ? (raw[key] ?? null) : null)

/** Undefined when it is no regular expression: the setting's own check tells that. */
const compilePattern = (pattern: string): JavaRegex | undefined => {
  try {
    return compileJavaRegex(pattern)
  } catch {
    return undefined
  }
}
