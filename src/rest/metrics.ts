import type { RestParts } from './rest-parts.ts'
import type { Route } from './route.ts'

const PROMETHEUS = 'text/plain; version=0.0.4; charset=utf-8'

export const metricsRoutes = ({ metrics }: Pick<RestParts, 'metrics'>): readonly Route[] => [
  {
    method: 'GET',
    path: '/metrics',
    summary: "Metrics of the worker, its connectors, tasks and clients, in Prometheus's text format",
    text: PROMETHEUS,
    answers: { 200: ['The metrics'] },
    handle: async () => ({ status: 200, text: await metrics() }),
  },
]
