import assert from 'node:assert/strict'
import { test } from 'node:test'
import { loggerRoutes } from '../../src/rest/loggers.ts'
import { SCHEMAS } from '../../src/rest/openapi-schemas.ts'
import { restRoutes } from '../../src/rest/server.ts'
import { FakeHerder, fakeRest, restParts } from './fake-rest.ts'

type Operation = { responses: Record<string, { content?: Record<string, { schema: { $ref: string } }> }> }
type Document = { paths: Record<string, Record<string, Operation>>; components: { schemas: object } }

test('/openapi.json names exactly the routes that there are', async () => {
  const { ask } = await fakeRest()
  const document = (await ask('GET /openapi.json')).json as Document
  const described = Object.entries(document.paths).flatMap(([path, operations]) =>
    Object.keys(operations).map((method) => `${method.toUpperCase()} ${path}`),
  )
  const parts = restParts()
  const routes = [...restRoutes(parts), ...loggerRoutes(parts)].map(
    ({ method, path }) => `${method} ${path.replace(/:(\w+)/g, '{$1}')}`,
  )
  assert.deepEqual(described.sort(), routes.sort())
  assert.ok(routes.length > 25)
})

test('/metrics is described as the text that it is', async () => {
  const { ask } = await fakeRest()
  const document = (await ask('GET /openapi.json')).json as Document
  const [type = ''] = Object.keys(document.paths['/metrics']?.['get']?.responses['200']?.content ?? {})
  assert.match(type, /^text\/plain; version=0\.0\.4/)
})

test('every schema that an operation or another schema names is there, and every schema is used', async () => {
  const { ask } = await fakeRest()
  const text = (await ask('GET /openapi.json')).text
  const named = new Set([...text.matchAll(/#\/components\/schemas\/(\w+)/g)].map(([, name]) => name))
  assert.deepEqual([...named].sort(), Object.keys(SCHEMAS).sort())
})

test('answers have a status and a shape that the document names', async () => {
  const herder = new FakeHerder()
  const { ask } = await fakeRest({ herder })
  const document = (await ask('GET /openapi.json')).json as Document
  await ask('POST /connectors', { name: 'x', config: { topic: 't' } })
  const asked = [
    ...['GET /', 'GET /health', 'GET /connectors', 'GET /connectors?expand=info', 'GET /connectors/x'],
    ...['GET /connectors/x/config', 'GET /connectors/x/status', 'GET /connectors/x/tasks', 'GET /connectors/x/topics'],
    ...[
      'GET /connectors/x/tasks/0/status',
      'GET /connectors/x/offsets',
      'GET /connector-plugins',
      'GET /admin/loggers',
    ],
    ...['GET /admin/loggers/root', 'GET /connectors/nope', 'PUT /connectors/x/pause', 'PUT /connectors/x/stop'],
  ]
  for (const what of asked) {
    const [method = '', url = ''] = what.split(' ')
    const path = url
      .split('?')[0]!
      .replace(/\/(x|nope)(?=\/|$)/, '/{connector}')
      .replace('/0/', '/{task}/')
      .replace('/root', '/{logger}')
    const answer = await ask(what)
    const described = document.paths[path]?.[method.toLowerCase()]?.responses[answer.status]
    assert.ok(described, `${what}: ${answer.status} is not described`)
    const schema = described.content?.['application/json']?.schema.$ref.split('/').at(-1)
    if (schema === undefined) assert.equal(answer.text, '', what)
    else assertShape(schemaOf(schema), answer.json, what)
  }
})

interface Schema {
  readonly type?: string | readonly string[]
  readonly required?: readonly string[]
  readonly properties?: Readonly<Record<string, Schema>>
  readonly additionalProperties?: Schema
  readonly items?: Schema
  readonly anyOf?: readonly Schema[]
  readonly enum?: readonly unknown[]
  readonly $ref?: string
}

const schemaOf = (ref: string): Schema => SCHEMAS[ref.split('/').at(-1) as keyof typeof SCHEMAS] as Schema

const doesNotThrow = (work: () => void): boolean => {
  try {
    work()
    return true
  } catch {
    return false
  }
}

/** As much of JSON Schema as the document uses. */
const assertShape = (schema: Schema, value: unknown, at: string): void => {
  if (schema.$ref) {
    assertShape(schemaOf(schema.$ref), value, at)
    return
  }
  if (schema.enum) assert.ok(schema.enum.includes(value), `${at}: ${value}`)
  if (schema.anyOf) {
    const fits = schema.anyOf.some((one) => doesNotThrow(() => assertShape(one, value, at)))
    assert.ok(fits, `${at}: fits none`)
    return
  }
  if (schema.type !== undefined) assert.ok([schema.type].flat().includes(typeOf(value)), `${at}: ${typeOf(value)}`)
  if (Array.isArray(value)) for (const item of value) assertShape(schema.items ?? {}, item, `${at}[]`)
  else if (typeof value === 'object' && value !== null) {
    for (const name of schema.required ?? []) assert.ok(Object.hasOwn(value, name), `${at}: ${name} is missing`)
    for (const [name, member] of Object.entries(value)) {
      const own = schema.properties?.[name] ?? schema.additionalProperties
      assert.ok(own, `${at}: ${name} is not described`)
      assertShape(own, member, `${at}.${name}`)
    }
  }
}

const typeOf = (value: unknown): string => {
  if (value === null) return 'null'
  if (Array.isArray(value)) return 'array'
  return Number.isInteger(value) ? 'integer' : typeof value
}
