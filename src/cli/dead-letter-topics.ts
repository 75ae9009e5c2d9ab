import type { RawConfig } from '../config/define.ts'
import type { KafkaAdmin } from '../kafka/admin.ts'
import type { TopicRange } from '../kafka/read-topic.ts'
import { EXIT, ExitError } from './exit-codes.ts'
import type { NamedConnector } from './named-connectors.ts'

export const deadLetterTopicOf = ({ known }: NamedConnector): string | undefined => {
  if (known === undefined) return undefined
  const { config, definition } = known
  const key = `errors.${definition.kind === 'source' ? 'source.' : ''}deadletterqueue.topic.name`
  const topic = (config as RawConfig)[key]?.trim() ?? ''
  return topic === '' ? undefined : topic
}

/** The dead letter topic that is meant: that of the connector, or the one of this name. @throws ExitError */
export const chosenTopic = (connector: NamedConnector): string => {
  if (connector.known === undefined) return connector.name
  const topic = deadLetterTopicOf(connector)
  if (topic !== undefined) return topic
  throw new ExitError(EXIT.connector, `Connector ${connector.name} has no dead letter queue`)
}

/** What is on the topic now, by partition; undefined: there is no such topic. */
export const rangesOf = async (
  admin: Pick<KafkaAdmin, 'topicExists' | 'beginningOffsets' | 'endOffsets'>,
  topic: string,
): Promise<readonly TopicRange[] | undefined> => {
  if (!(await admin.topicExists(topic))) return undefined
  const [begin, end] = [await admin.beginningOffsets(topic), await admin.endOffsets(topic)]
  return [...end].map(([partition, to]) => ({ partition, from: begin.get(partition) ?? 0, to }))
}

export const countOf = (ranges: readonly TopicRange[]): number =>
  ranges.reduce((sum, { from, to }) => sum + Math.max(0, to - from), 0)
