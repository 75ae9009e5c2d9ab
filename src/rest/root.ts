import type { RestParts } from './rest-parts.ts'
import { ok, type Route } from './route.ts'

export const rootRoutes = ({ version, commit, clusterId }: RestParts): readonly Route[] => [
  {
    method: 'GET',
    path: '/',
    summary: 'Version of the worker, and the id of its Kafka cluster',
    answers: { 200: ['The worker', 'ServerInfo'] },
    handle: () => ok({ version, commit, kafka_cluster_id: clusterId }),
  },
]
