import type { HealthReason } from '../runtime/health-reasons.ts'
import { settledWithin } from '../runtime/wait.ts'
import type { RestParts } from './rest-parts.ts'
import { type Answer, ok, type Route } from './route.ts'

const HEALTH_TIMEOUT_MS = 10_000

/**
 * As on the JVM, this tells of the worker, not of its connectors: a failed task makes nobody restart the process. What is
 * wrong with connectors stands in `reasons`, which is there only when something is.
 */
export const healthRoutes = (
  { herder, isReady, reasons, mask }: Pick<RestParts, 'herder' | 'isReady' | 'reasons' | 'mask'>,
  timeoutMs = HEALTH_TIMEOUT_MS,
): readonly Route[] => {
  const told = () => {
    const found = reasons()
    return found.length === 0 ? {} : { reasons: found.map((reason) => shown(reason, mask)) }
  }
  return [
    {
      method: 'GET',
      path: '/health',
      summary: 'Whether the worker is ready and gets anywhere, and what is wrong with its connectors',
      answers: {
        200: ['The worker is ready', 'Health'],
        500: ['A connector holds the worker up', 'Health'],
        503: ['The worker is starting', 'Health'],
      },
      async handle(): Promise<Answer> {
        if (!isReady()) {
          return { status: 503, body: { status: 'starting', message: 'Worker is still starting up.', ...told() } }
        }
        if (await settledWithin(herder.turn(), timeoutMs)) {
          return ok({
            status: 'healthy',
            message: 'Worker has completed startup and is ready to handle requests.',
            ...told(),
          })
        }
        return {
          status: 500,
          body: {
            status: 'unhealthy',
            message: 'Worker was unable to handle this request and may be unable to handle other requests.',
            ...told(),
          },
        }
      },
    },
  ]
}

const shown = ({ connector, task, problem, message, since }: HealthReason, mask: (text: string) => string) => ({
  connector,
  ...(task === undefined ? {} : { task }),
  problem,
  message: mask(message),
  since: new Date(since).toISOString(),
})
