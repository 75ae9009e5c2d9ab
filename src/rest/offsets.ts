import { members } from '../config/json-shape.ts'
import { offsetList } from '../config/offsets-json.ts'
import type { ConnectorOffset } from '../runtime/sink-offset-change.ts'
import { objectBody } from './body.ts'
import { badRequest } from './errors.ts'
import type { RestParts } from './rest-parts.ts'
import { ok, type RestRequest, type Route } from './route.ts'

export const offsetRoutes = ({ herder }: Pick<RestParts, 'herder'>): readonly Route[] => [
  {
    method: 'GET',
    path: '/connectors/:connector/offsets',
    summary: 'How far a connector has come',
    answers: {
      200: ['The offsets', 'Offsets'],
      404: ['No such connector', 'Error'],
      500: ['Kafka does not tell', 'Error'],
    },
    handle: async ({ param }) => ok({ offsets: (await herder.offsets(param('connector'))).map(shown) }),
  },
  {
    method: 'PATCH',
    path: '/connectors/:connector/offsets',
    summary: 'Sets offsets of a stopped connector; an offset of null removes that partition',
    body: 'Offsets',
    answers: {
      200: ['They are set', 'Message'],
      400: ['The offsets make no sense, or the connector is not stopped', 'Error'],
      404: ['No such connector', 'Error'],
      500: ['They cannot be stored', 'Error'],
    },
    async handle(request) {
      const changes = changesIn(request)
      return ok({ message: await herder.alterOffsets(request.param('connector'), changes) })
    },
  },
  {
    method: 'DELETE',
    path: '/connectors/:connector/offsets',
    summary: 'Forgets the offsets of a stopped connector; of a sink, its consumer group',
    answers: {
      200: ['They are forgotten', 'Message'],
      400: ['The connector is not stopped', 'Error'],
      404: ['No such connector', 'Error'],
      500: ['They cannot be removed', 'Error'],
    },
    handle: async ({ param }) => ok({ message: await herder.resetOffsets(param('connector')) }),
  },
]

const shown = ({ partition, offset }: ConnectorOffset) => ({ partition, offset })

const changesIn = (request: RestRequest): readonly ConnectorOffset[] => {
  const { offsets } = members(objectBody(request), ['offsets'])
  const given = offsets === undefined || offsets.kind === 'null' ? [] : offsetList(offsets, 'offsets')
  if (given.length === 0) throw badRequest('Partitions / offsets need to be provided for an alter offsets request')
  return given
}
