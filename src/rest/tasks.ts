import { badRequest, notFound } from './errors.ts'
import { shownConfig } from './hidden-secrets.ts'
import type { RestParts } from './rest-parts.ts'
import { noContent, ok, type Route } from './route.ts'
import { taskState } from './shapes.ts'

export const taskRoutes = ({ herder, workerId, mask }: RestParts): readonly Route[] => [
  {
    method: 'GET',
    path: '/connectors/:connector/tasks',
    summary: 'The tasks of a connector with their configs',
    answers: { 200: ['The tasks; none while it is stopped', 'Tasks'], 404: ['No such connector', 'Error'] },
    handle({ param }) {
      const connector = param('connector')
      return ok(
        herder
          .taskConfigs(connector)
          .map((config, task) => ({ id: { connector, task }, config: shownConfig(config, mask) })),
      )
    },
  },
  {
    method: 'POST',
    path: '/connectors/:connector/tasks',
    summary: 'Only for workers of a cluster among themselves; refused here',
    answers: { 400: ['Not in standalone mode', 'Error'] },
    handle() {
      throw badRequest('Kafka Connect in standalone mode does not support externally setting task configurations.')
    },
  },
  {
    method: 'GET',
    path: '/connectors/:connector/tasks/:task/status',
    summary: 'The state of one task',
    answers: { 200: ['The state', 'TaskState'], 404: ['No such task', 'Error'] },
    handle({ param }) {
      const [name, id] = [param('connector'), Number(param('task'))]
      const status = herder.names().includes(name) ? herder.status(name) : undefined
      const task = status?.tasks.find((each) => each.id === id)
      if (task === undefined) throw notFound(`No status found for task ${name}-${id}`)
      return ok(taskState(task, { workerId, mask }))
    },
  },
  {
    method: 'POST',
    path: '/connectors/:connector/tasks/:task/restart',
    summary: 'Restarts one task',
    answers: { 204: ['It is restarted'], 404: ['No such task', 'Error'] },
    async handle({ param }) {
      await herder.restartTask(param('connector'), Number(param('task')))
      return noContent
    },
  },
]
