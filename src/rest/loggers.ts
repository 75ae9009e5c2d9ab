import { asConfig, jsonBody } from './body.ts'
import { badRequest, notFound } from './errors.ts'
import type { LoggerState } from './logger-levels.ts'
import type { RestParts } from './rest-parts.ts'
import { noContent, ok, type Route } from './route.ts'

const LEVELS = ['OFF', 'FATAL', 'ERROR', 'WARN', 'INFO', 'DEBUG', 'TRACE', 'ALL']

export const loggerRoutes = ({ loggers, log }: Pick<RestParts, 'loggers' | 'log'>): readonly Route[] => [
  {
    method: 'GET',
    path: '/admin/loggers',
    summary: 'The loggers and their levels',
    answers: { 200: ['By name; those that are off are left out', 'Loggers'] },
    handle: () =>
      ok(
        Object.fromEntries(
          loggers
            .list()
            .filter(({ level }) => level !== 'OFF')
            .map((logger) => [logger.name, shown(logger)]),
        ),
      ),
  },
  {
    method: 'GET',
    path: '/admin/loggers/:logger',
    summary: 'The level of a logger',
    answers: { 200: ['The level', 'LoggerLevel'], 404: ['No such logger', 'Error'] },
    handle({ param }) {
      const logger = loggers.get(param('logger'))
      if (logger === undefined) throw notFound(`Logger ${param('logger')} not found.`)
      return ok(shown(logger))
    },
  },
  {
    method: 'PUT',
    path: '/admin/loggers/:logger',
    summary: 'Sets the level of a logger and of all whose names begin with its name; `root` is all',
    query: { scope: '`worker`, or `cluster` (here the same, but without an answer); default worker' },
    body: 'NewLevel',
    answers: {
      200: ['Names of the loggers whose level changed', 'LoggerNames'],
      204: ['With scope=cluster: it is set'],
      400: ['No level given', 'Error'],
      404: ['No such level', 'Error'],
    },
    handle(request) {
      const given = asConfig(jsonBody(request), 'The body')['level'] ?? null
      if (given === null) throw badRequest("Desired 'level' parameter was not specified in request.")
      const level = given.toUpperCase()
      if (!LEVELS.includes(level)) throw notFound(`invalid log level '${given}'.`)
      const scope = request.query.get('scope') ?? 'worker'
      const changed = loggers.set(request.param('logger'), level)
      if (scope === 'cluster') return noContent
      if (scope !== 'worker')
        log.warn(`Log levels were asked for a scope other than 'worker' and 'cluster', which is taken for 'worker'`)
      return ok(changed)
    },
  },
]

const shown = ({ level, lastModified }: LoggerState) => ({ level, last_modified: lastModified })
