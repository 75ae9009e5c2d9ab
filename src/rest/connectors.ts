import type { RawConfig } from '../config/define.ts'
import { javaTrim } from '../config/java-text.ts'
import { asText, members } from '../config/json-shape.ts'
import { offsetListOrAnswer } from '../config/offsets-json.ts'
import { javaHashOrder } from '../data/java-hash-order.ts'
import type { ConnectorInfo, ConnectorStatus } from '../runtime/connector-report.ts'
import type { Herder } from '../runtime/herder.ts'
import { asConfig, jsonBody, objectBody } from './body.ts'
import { badRequest, notFound } from './errors.ts'
import { shownConfig, withStoredSecrets } from './hidden-secrets.ts'
import { initialState } from './initial-state.ts'
import { connectorLocation } from './location.ts'
import type { RestParts } from './rest-parts.ts'
import { noContent, ok, type Route } from './route.ts'
import { stateInfo } from './shapes.ts'

export const connectorRoutes = ({ herder, workerId, mask }: RestParts): readonly Route[] => [
  {
    method: 'GET',
    path: '/connectors',
    summary: 'Names of the connectors, or with `expand` all about them',
    query: { expand: '`status` or `info`, or both, one parameter each' },
    answers: { 200: ['Names, or by name what was asked for', 'Connectors'] },
    handle({ query }) {
      const names = javaHashOrder(herder.names()) // as on the JVM: people compare what scripts print
      if (!query.has('expand')) return ok(names)
      const wanted = query.getAll('expand')
      return ok(
        Object.fromEntries(
          names.map((name) => [
            name,
            {
              status: wanted.includes('status') ? stateInfo(name, herder.status(name), { workerId, mask }) : undefined,
              info: wanted.includes('info') ? shown(herder.info(name), mask) : undefined,
            },
          ]),
        ),
      )
    },
  },
  {
    method: 'POST',
    path: '/connectors',
    summary: 'Creates a connector',
    body: 'NewConnector',
    answers: {
      201: ['It was created; `Location` tells where', 'ConnectorInfo'],
      400: ['The config is wrong', 'Error'],
      409: ['There is a connector of this name', 'Error'],
      500: ['It was created, but does not start', 'Error'],
    },
    async handle(request) {
      const given = members(objectBody(request), ['name', 'config', 'initial_state', 'initial_offsets'])
      if (given.config === undefined || given.config.kind === 'null') throw badRequest('"config" is missing')
      const name = javaTrim((given.name && asText(given.name, '"name"')) ?? '')
      const target = initialState(given.initial_state && asText(given.initial_state, '"initial_state"'))
      const { initial_offsets: offsets } = given
      const initialOffsets =
        offsets === undefined || offsets.kind === 'null' ? [] : offsetListOrAnswer(offsets, 'initial_offsets')
      const config = withName(asConfig(given.config, '"config"'), name)
      const info = await herder.create(name, config, target, { initialOffsets })
      return { status: 201, body: shown(info, mask), location: connectorLocation(request.origin, name) }
    },
  },
  {
    method: 'GET',
    path: '/connectors/:connector',
    summary: 'A connector: its config and its tasks',
    answers: { 200: ['The connector', 'ConnectorInfo'], 404: ['No such connector', 'Error'] },
    handle: ({ param }) => ok(shown(herder.info(param('connector')), mask)),
  },
  {
    method: 'DELETE',
    path: '/connectors/:connector',
    summary: 'Stops and removes a connector; its offsets stay',
    answers: { 204: ['It is removed'], 404: ['No such connector', 'Error'] },
    async handle({ param }) {
      await herder.remove(param('connector'))
      return noContent
    },
  },
  {
    method: 'GET',
    path: '/connectors/:connector/config',
    summary: 'The config of a connector, variables as they are written',
    answers: { 200: ['The config', 'Config'], 404: ['No such connector', 'Error'] },
    handle: ({ param }) => ok(shownConfig(herder.info(param('connector')).config, mask)),
  },
  {
    method: 'PUT',
    path: '/connectors/:connector/config',
    summary: 'Replaces the config of a connector, or creates it',
    body: 'Config',
    answers: {
      200: ['It goes on with this config', 'ConnectorInfo'],
      201: ['It was created; `Location` tells where', 'ConnectorInfo'],
      400: ['The config is wrong', 'Error'],
      500: ['It has this config, but does not start', 'Error'],
    },
    async handle(request) {
      const name = request.param('connector')
      const given = withStoredSecrets(asConfig(jsonBody(request), 'The body'), storedConfig(herder, name), mask)
      const { created, info } = await herder.replace(name, withName(given, name))
      const body = shown(info, mask)
      return created ? { status: 201, body, location: connectorLocation(request.origin, name) } : ok(body)
    },
  },
  {
    method: 'PATCH',
    path: '/connectors/:connector/config',
    summary: 'Changes keys of the config of a connector; null removes a key',
    body: 'Config',
    answers: {
      200: ['It goes on with the changed config', 'ConnectorInfo'],
      400: ['The changed config is wrong', 'Error'],
      404: ['No such connector', 'Error'],
      500: ['It has this config, but does not start', 'Error'],
    },
    async handle(request) {
      const name = request.param('connector')
      const given = withStoredSecrets(asConfig(jsonBody(request), 'The body'), storedConfig(herder, name), mask)
      return ok(shown(await herder.patch(name, given), mask))
    },
  },
  {
    method: 'GET',
    path: '/connectors/:connector/status',
    summary: 'States of a connector and of its tasks, with the trace of what failed',
    answers: { 200: ['The states', 'ConnectorState'], 404: ['No such connector', 'Error'] },
    handle({ param }) {
      const name = param('connector')
      const status = statusIfAny(herder, name)
      if (status === undefined) throw notFound(`No status found for connector ${name}`)
      return ok(stateInfo(name, status, { workerId, mask }))
    },
  },
  {
    method: 'PUT',
    path: '/connectors/:connector/fence',
    summary: 'Only for workers of a cluster among themselves; refused here',
    answers: { 400: ['Not in standalone mode', 'Error'] },
    handle() {
      throw badRequest('Kafka Connect in standalone mode does not support exactly-once source connectors.')
    },
  },
]

/** @throws RestError 400 when the config says another name */
const withName = (config: RawConfig, name: string): RawConfig => {
  const included = config['name'] ?? null
  if (included === null) return { ...config, name }
  if (included === name) return config
  throw badRequest(`Connector name configuration (${included}) doesn't match connector name in the URL (${name})`)
}

const statusIfAny = (herder: Herder, name: string): ConnectorStatus | undefined =>
  herder.names().includes(name) ? herder.status(name) : undefined

const shown = (info: ConnectorInfo, mask: RestParts['mask']): ConnectorInfo => ({
  ...info,
  config: shownConfig(info.config, mask),
})

/** Undefined: there is no such connector. */
const storedConfig = (herder: Herder, name: string): RawConfig | undefined =>
  herder.names().includes(name) ? herder.info(name).config : undefined
