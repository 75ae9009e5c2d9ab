import type { TargetState } from '../runtime/connector-instance.ts'
import { notFound } from './errors.ts'
import type { RestParts } from './rest-parts.ts'
import { type Answer, accepted, flag, noContent, type Route } from './route.ts'
import { stateInfo } from './shapes.ts'

/** Pause, resume, stop and restart. */
export const connectorStateRoutes = ({ herder, log, workerId, mask }: RestParts): readonly Route[] => {
  const requireConnector = (name: string): void => {
    if (!herder.names().includes(name)) throw notFound(`Unknown connector ${name}`)
  }

  /** Answers at once, as the JVM does; how it ends, the status tells. */
  const soon = (name: string, target: TargetState): Answer => {
    requireConnector(name)
    herder.setTarget(name, target).catch((error: unknown) => {
      log.error(`Connector ${name} cannot be ${target === 'PAUSED' ? 'paused' : 'resumed'}`, { error })
    })
    return accepted()
  }

  return [
    {
      method: 'PUT',
      path: '/connectors/:connector/pause',
      summary: 'Pauses a connector and its tasks, soon',
      answers: { 202: ['It will be paused'], 404: ['No such connector', 'Error'] },
      handle: ({ param }) => soon(param('connector'), 'PAUSED'),
    },
    {
      method: 'PUT',
      path: '/connectors/:connector/resume',
      summary: 'Lets a paused or stopped connector go on, soon',
      answers: { 202: ['It will go on'], 404: ['No such connector', 'Error'] },
      handle: ({ param }) => soon(param('connector'), 'STARTED'),
    },
    {
      method: 'PUT',
      path: '/connectors/:connector/stop',
      summary: 'Stops a connector and removes its tasks; config and offsets stay',
      answers: { 204: ['It is stopped'], 404: ['No such connector', 'Error'] },
      async handle({ param }) {
        const name = param('connector')
        requireConnector(name)
        await herder.setTarget(name, 'STOPPED')
        return noContent
      },
    },
    {
      method: 'POST',
      path: '/connectors/:connector/restart',
      summary: 'Restarts a connector, with `includeTasks` also its tasks',
      query: {
        includeTasks: '`true`: also the tasks; default false',
        onlyFailed: '`true`: only what is FAILED; default false',
      },
      answers: {
        202: ['With one of the parameters: the states, RESTARTING where something is restarted', 'ConnectorState'],
        204: ['The connector is restarted'],
        404: ['No such connector', 'Error'],
        500: ['The connector does not start', 'Error'],
      },
      async handle({ param, query }) {
        const name = param('connector')
        const scope = { tasks: flag(query, 'includeTasks', false), onlyFailed: flag(query, 'onlyFailed', false) }
        if (!scope.tasks && !scope.onlyFailed) {
          await herder.restart(name, scope)
          return noContent
        }
        if (!herder.names().includes(name)) throw notFound(`Unknown connector: ${name}`)
        return accepted(stateInfo(name, await herder.restart(name, scope), { workerId, mask }))
      },
    },
  ]
}
