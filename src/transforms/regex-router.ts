import { defineConfig } from '../config/define.ts'
import { compileJavaRegex } from '../data/java-regex.ts'
import { defineTransform } from '../plugin/transform.ts'
import { javaRegexValidator } from './java-regex-setting.ts'
import { perTopic } from './per-topic.ts'
import { TRANSFORMS_PACKAGE } from './side.ts'

export const regexRouter = defineTransform({
  kind: 'transform',
  className: `${TRANSFORMS_PACKAGE}.RegexRouter`,
  doc: 'Renames topics by a regular expression.',
  config: defineConfig({
    regex: {
      type: 'string',
      validator: javaRegexValidator,
      importance: 'high',
      doc: 'Java regular expression. Topics that it does not match as a whole keep their name.',
    },
    replacement: {
      type: 'string',
      importance: 'high',
      doc: 'What the match becomes; `$1`, or a name in braces behind the `$`, stand for its groups, a backslash takes a character as it is.',
    },
  }),
  passesTexts: true,
  create: (settings) => {
    const regex = compileJavaRegex(settings.regex)
    const replace = regex.replacement(settings.replacement)
    const renamed = perTopic((topic) => (regex.matches(topic) ? replace(topic) : null))
    return (record) => {
      const topic = renamed(record.topic)
      return topic === null ? record : { ...record, topic }
    }
  },
})
