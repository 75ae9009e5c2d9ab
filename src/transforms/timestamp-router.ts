import { defineConfig } from '../config/define.ts'
import { DataError } from '../data/errors.ts'
import { type SimpleDateFormat, simpleDateFormat } from '../data/simple-date-format.ts'
import { defineTransform } from '../plugin/transform.ts'
import { recordText } from './record-text.ts'
import { TRANSFORMS_PACKAGE } from './side.ts'

// Placeholders of the setting, not of a template.
const TOPIC = '$\u007btopic}'
const TIMESTAMP = '$\u007btimestamp}'

export const timestampRouter = defineTransform({
  kind: 'transform',
  className: `${TRANSFORMS_PACKAGE}.TimestampRouter`,
  doc: "Makes a topic's name of its old name and the record's timestamp.",
  config: defineConfig({
    'topic.format': {
      type: 'string',
      default: `${TOPIC}-${TIMESTAMP}`,
      importance: 'high',
      doc: `The new name; \`${TOPIC}\` and \`${TIMESTAMP}\` are filled in, as often as they occur.`,
    },
    'timestamp.format': {
      type: 'string',
      default: 'yyyyMMdd',
      importance: 'high',
      doc: 'How the timestamp is written: a pattern of java.text.SimpleDateFormat. UTC.',
    },
  }),
  passesTexts: true,
  create: (settings) => {
    // As on the JVM, a pattern that is not valid shows with the first record.
    let format: SimpleDateFormat | undefined
    const topicFormat = settings['topic.format']
    return (record) => {
      if (record.timestamp === null) throw new DataError(`Timestamp missing on record: ${recordText(record)}`)
      format ??= simpleDateFormat(settings['timestamp.format'])
      const timestamp = format.format(record.timestamp)
      const topic = topicFormat.replaceAll(TOPIC, () => record.topic)
      return { ...record, topic: topic.replaceAll(TIMESTAMP, () => timestamp) }
    }
  },
})
