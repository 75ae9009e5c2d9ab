import { settledWithin } from '../runtime/wait.ts'
import type { RestParts } from './rest-parts.ts'
import { type Answer, ok, type Route } from './route.ts'

const HEALTH_TIMEOUT_MS = 10_000

export const healthRoutes = (
  { herder, isReady }: Pick<RestParts, 'herder' | 'isReady'>,
  timeoutMs = HEALTH_TIMEOUT_MS,
): readonly Route[] => [
  {
    method: 'GET',
    path: '/health',
    summary: 'Whether the worker is ready and gets anywhere',
    answers: {
      200: ['The worker is ready', 'Health'],
      500: ['A connector holds the worker up', 'Health'],
      503: ['The worker is starting', 'Health'],
    },
    async handle(): Promise<Answer> {
      if (!isReady()) return { status: 503, body: { status: 'starting', message: 'Worker is still starting up.' } }
      if (await settledWithin(herder.turn(), timeoutMs)) {
        return ok({
          status: 'healthy',
          message: 'Worker has completed startup and is ready to handle requests.',
        })
      }
      return {
        status: 500,
        body: {
          status: 'unhealthy',
          message: 'Worker was unable to handle this request and may be unable to handle other requests.',
        },
      }
    },
  },
]
