import { SCHEMAS, type SchemaName } from './openapi-schemas.ts'
import { ok, type Route } from './route.ts'

/** Describes the routes, and itself, at `/openapi.json`. */
export const openApiRoute = (routes: readonly Route[], version: string): Route => {
  const own: Route = {
    method: 'GET',
    path: '/openapi.json',
    summary: 'This description',
    answers: { 200: ['OpenAPI 3.1', 'OpenApi'] },
    handle: () => ok(openApiDocument([...routes, own], version)),
  }
  return own
}

export const openApiDocument = (routes: readonly Route[], version: string) => ({
  openapi: '3.1.0',
  info: {
    title: 'Kafka Connect REST API, standalone mode',
    version,
    description:
      'Errors that any request can meet: 400, 404, 405, 406, 413, 415, 500 (and 401 with basic authentication).',
  },
  paths: Object.fromEntries(
    [...new Set(routes.map(({ path }) => path))].map((path) => [
      path.replace(/:(\w+)/g, '{$1}'),
      Object.fromEntries(
        routes.filter((route) => route.path === path).map((route) => [route.method.toLowerCase(), operation(route)]),
      ),
    ]),
  ),
  components: { schemas: SCHEMAS },
})

const operation = ({ path, summary, query = {}, body, text, answers }: Route) => ({
  summary,
  parameters: [
    ...[...path.matchAll(/:(\w+)/g)].map(([, name]) => ({
      name,
      in: 'path',
      required: true,
      schema: { type: name === 'task' ? 'integer' : 'string' },
    })),
    ...Object.entries(query).map(([name, description]) => ({
      name,
      in: 'query',
      description,
      schema: { type: 'string' },
    })),
  ],
  requestBody: body === undefined ? undefined : { required: true, content: json(body) },
  responses: Object.fromEntries(
    Object.entries(answers).map(([status, [description, schema]]) => [
      status,
      { description, content: schema === undefined ? textContent(status, text) : json(schema) },
    ]),
  ),
})

const json = (schema: SchemaName) => ({
  'application/json': { schema: { $ref: `#/components/schemas/${schema}` } },
})

const textContent = (status: string, type: string | undefined) =>
  type === undefined || status !== '200' ? undefined : { [type]: { schema: { type: 'string' } } }
