import { defineConfig } from '../../config/define.ts'
import { allOf, nonEmpty } from '../../config/validators.ts'
import { compileJavaRegex } from '../../data/java-regex.ts'
import { definePredicate } from '../../plugin/transform.ts'
import { javaRegexValidator } from '../java-regex-setting.ts'
import { perTopic } from '../per-topic.ts'
import { PREDICATES_PACKAGE } from './predicates-package.ts'

export const topicNameMatches = definePredicate({
  kind: 'predicate',
  className: `${PREDICATES_PACKAGE}.TopicNameMatches`,
  doc: 'Holds for records whose topic has a name of a given form.',
  config: defineConfig({
    pattern: {
      type: 'string',
      validator: allOf<string | null>(nonEmpty, javaRegexValidator),
      importance: 'medium',
      doc: 'Java regular expression for the whole name.',
    },
  }),
  passesTexts: true,
  create: ({ pattern }) => {
    const regex = compileJavaRegex(pattern)
    const matches = perTopic((topic) => regex.matches(topic))
    return (record) => matches(record.topic)
  },
})
