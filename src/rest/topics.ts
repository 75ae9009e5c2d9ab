import { RestError } from './errors.ts'
import type { RestParts } from './rest-parts.ts'
import { accepted, ok, type Route } from './route.ts'

export const topicRoutes = ({ herder, settings }: Pick<RestParts, 'herder' | 'settings'>): readonly Route[] => {
  const requireTracking = (): void => {
    if (!settings['topic.tracking.enable']) throw new RestError(403, 'Topic tracking is disabled.')
  }
  return [
    {
      method: 'GET',
      path: '/connectors/:connector/topics',
      summary: 'Topics that a connector has used since the worker started, or since they were forgotten',
      answers: { 200: ['The topics; none for an unknown connector', 'Topics'], 403: ['Tracking is off', 'Error'] },
      handle({ param }) {
        requireTracking()
        const name = param('connector')
        return ok(Object.fromEntries([[name, { topics: herder.topics(name) }]]))
      },
    },
    {
      method: 'PUT',
      path: '/connectors/:connector/topics/reset',
      summary: 'Forgets the topics that a connector has used',
      answers: { 202: ['They are forgotten'], 403: ['Tracking, or forgetting, is off', 'Error'] },
      handle({ param }) {
        requireTracking()
        if (!settings['topic.tracking.allow.reset']) throw new RestError(403, 'Topic tracking reset is disabled.')
        herder.resetTopics(param('connector'))
        return accepted()
      },
    },
  ]
}
