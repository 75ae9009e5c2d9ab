import type { TlsOptions } from 'node:tls'
import type { WorkerSettings } from '../config/worker-settings.ts'
import type { Logger } from '../plugin/logger.ts'
import { buildApp } from './build-app.ts'
import { connectorStateRoutes } from './connector-states.ts'
import { connectorRoutes } from './connectors.ts'
import { type FrontDoor, frontDoor } from './front-door.ts'
import { healthRoutes } from './health.ts'
import { type OpenPort, openPort, type Serve } from './listen.ts'
import { loggerRoutes } from './loggers.ts'
import { metricsRoutes } from './metrics.ts'
import { offsetRoutes } from './offsets.ts'
import { openApiRoute } from './openapi.ts'
import { pluginRoutes } from './plugins.ts'
import type { RestParts } from './rest-parts.ts'
import { rootRoutes } from './root.ts'
import type { Route } from './route.ts'
import { taskRoutes } from './tasks.ts'
import { topicRoutes } from './topics.ts'
import { workerIdOf } from './worker-id.ts'

export interface OpenRestParts {
  readonly settings: WorkerSettings
  readonly log: Logger
  /**
   * TLS options of the HTTPS listeners: from the worker's keys under this prefix as soon as one stands there, else from
   * those without. @throws Error when stores cannot be read
   */
  readonly tls: (prefix: 'listeners.https.' | 'admin.listeners.https.') => TlsOptions
  /** What a JVM would be given as `-Djava.security.auth.login.config`, for basic authentication. */
  readonly jaasFile?: string | undefined
}

export interface Rest {
  /** HOST:PORT, as statuses show it. */
  readonly workerId: string
  /** Of `listeners`, such as `http://127.0.0.1:8083`, with the real port. */
  readonly addresses: readonly string[]
  readonly adminAddresses: readonly string[]
  /** Answers from now on; until then every request gets 404, as on the JVM. */
  serve(parts: Omit<RestParts, 'workerId' | 'settings' | 'log'>): Promise<void>
  /** Lets running requests end, for at most 60 s. */
  close(timeoutMs?: number): Promise<void>
}

const CLOSE_TIMEOUT_MS = 60_000

/** Opens the ports. @throws Error naming the setting when a port cannot be opened or a setting cannot be used */
export const openRest = async (parts: OpenRestParts): Promise<Rest> => {
  const { settings, log, tls, jaasFile } = parts
  const main = frontDoor(settings, jaasFile)
  const admin = frontDoor(settings, jaasFile)
  const ports: OpenPort[] = []
  const adminPorts: OpenPort[] = []
  try {
    for (const text of settings.listeners) {
      ports.push(await openPort('listeners', text, () => tls('listeners.https.'), main.serve))
    }
    for (const text of settings['admin.listeners'] ?? []) {
      adminPorts.push(await openPort('admin.listeners', text, () => tls('admin.listeners.https.'), admin.serve))
    }
    const workerId = workerIdOf(ports, {
      host: settings['rest.advertised.host.name'],
      port: settings['rest.advertised.port'],
      listener: settings['rest.advertised.listener'],
    })
    // Loads while the worker waits for the brokers; whoever needs it hears of its failure.
    import('fastify').catch(() => undefined)
    for (const port of [...ports, ...adminPorts]) log.info(`REST API listens on ${port.url}${onlyLocal(port)}`)
    return openedRest(workerId, parts, { ports, adminPorts, main, admin })
  } catch (error) {
    await closeAll([...ports, ...adminPorts], 0)
    throw error
  }
}

const onlyLocal = ({ listener }: OpenPort): string =>
  listener.host === '' ? ' (only from this machine; a listener such as http://0.0.0.0:8083 is open to others)' : ''

interface Opened {
  readonly ports: readonly OpenPort[]
  readonly adminPorts: readonly OpenPort[]
  readonly main: FrontDoor
  readonly admin: FrontDoor
}

const openedRest = (workerId: string, { settings, log }: OpenRestParts, opened: Opened): Rest => {
  const { ports, adminPorts, main, admin } = opened
  return {
    workerId,
    addresses: ports.map(({ url }) => url),
    adminAddresses: adminPorts.map(({ url }) => url),
    async serve(parts) {
      const all: RestParts = { ...parts, settings, log, workerId }
      const own = settings['admin.listeners'] === null ? [...restRoutes(all), ...loggerRoutes(all)] : restRoutes(all)
      main.answerWith(await serveRoutes(own, all))
      if (adminPorts.length > 0) {
        admin.answerWith(await serveRoutes([...loggerRoutes(all), ...metricsRoutes(all)], all))
      }
    },
    async close(timeoutMs = CLOSE_TIMEOUT_MS) {
      main.close()
      admin.close()
      await closeAll([...ports, ...adminPorts], timeoutMs)
    },
  }
}

/** Opens the ports and answers at once. */
export const startRest = async (parts: OpenRestParts & Omit<RestParts, 'workerId'>): Promise<Rest> => {
  const rest = await openRest(parts)
  try {
    await rest.serve(parts)
    return rest
  } catch (error) {
    await rest.close(0)
    throw error
  }
}

/** All but `/admin`, which may have listeners of its own. */
export const restRoutes = (parts: RestParts): readonly Route[] => {
  const routes = [
    ...rootRoutes(parts),
    ...healthRoutes(parts),
    ...metricsRoutes(parts),
    ...connectorRoutes(parts),
    ...connectorStateRoutes(parts),
    ...taskRoutes(parts),
    ...offsetRoutes(parts),
    ...topicRoutes(parts),
    ...pluginRoutes(parts),
  ]
  return [...routes, openApiRoute([...routes, ...loggerRoutes(parts)], parts.version)]
}

const serveRoutes = async (
  routes: readonly Route[],
  { log, mask }: Pick<RestParts, 'log' | 'mask'>,
): Promise<Serve> => {
  const app = await buildApp(routes, { log, mask })
  return (request, response) => app.routing(request, response)
}

const closeAll = async (ports: readonly OpenPort[], timeoutMs: number): Promise<void> => {
  await Promise.all(ports.map((port) => port.close(timeoutMs)))
}
