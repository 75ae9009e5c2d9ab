import { errorCode } from '../../protocol/error-codes.ts'
import { zeroUuid } from '../../protocol/message-fields.ts'
import { deleteTopics } from '../../protocol/messages/delete-topics.ts'
import { noError } from '../broker-error.ts'
import { handler } from '../handler.ts'

export const deleteTopicsHandler = handler(deleteTopics, async (request, { broker, version }) => {
  const { topics } = broker
  const asked = version >= 6 ? request.topics : request.topicNames.map((name) => ({ name, topicId: zeroUuid }))
  const responses = asked.map(({ name, topicId }) => {
    const topic = name === null ? topics.byId(topicId) : topics.get(name)
    if (topic === undefined) {
      const unknown = name === null ? 'UNKNOWN_TOPIC_ID' : 'UNKNOWN_TOPIC_OR_PARTITION'
      return { name, topicId, errorCode: errorCode(unknown), errorMessage: 'This broker does not have the topic.' }
    }
    topics.delete(topic)
    broker.groups.forgetTopic(topic.name)
    broker.transactions.forgetTopic(topic.name)
    return { name: topic.name, topicId: topic.id, errorCode: noError, errorMessage: null }
  })
  await broker.journal.flush()
  return { responses }
})
