/** The shapes of bodies, as JSON Schema, for the OpenAPI document. */

const string = { type: 'string' }
const integer = { type: 'integer' }
const nullable = (type: string) => ({ type: [type, 'null'] })
const object = (properties: Readonly<Record<string, unknown>>, optional: readonly string[] = []) => ({
  type: 'object',
  required: Object.keys(properties).filter((name) => !optional.includes(name)),
  properties,
})
const list = (items: unknown) => ({ type: 'array', items })
const mapOf = (additionalProperties: unknown) => ({ type: 'object', additionalProperties })
const ref = (name: string) => ({ $ref: `#/components/schemas/${name}` })

const state = { enum: ['UNASSIGNED', 'RUNNING', 'PAUSED', 'STOPPED', 'FAILED', 'RESTARTING'] }
const stateMembers = {
  state,
  worker_id: string,
  version: nullable('string'),
  trace: string,
  restarts: integer,
  next_restart: nullable('string'),
  stuck_in: string,
  stuck_since: string,
}
const optionalStateMembers = ['version', 'trace', 'restarts', 'next_restart', 'stuck_in', 'stuck_since']
const offsets = list(object({ partition: nullable('object'), offset: nullable('object') }))
const taskId = object({ connector: string, task: integer })
const type = { enum: ['source', 'sink'] }

export const SCHEMAS = {
  Error: object({ error_code: integer, message: string }),
  Message: object({ message: string }),
  ServerInfo: object({ version: string, commit: string, kafka_cluster_id: nullable('string') }),
  Health: object(
    { status: { enum: ['healthy', 'starting', 'unhealthy'] }, message: string, reasons: list(ref('HealthReason')) },
    ['reasons'],
  ),
  HealthReason: object({ connector: string, task: integer, problem: string, message: string, since: string }, ['task']),
  Config: mapOf(nullable('string')),
  NewConnector: object(
    {
      name: string,
      config: ref('Config'),
      initial_state: { enum: ['RUNNING', 'PAUSED', 'STOPPED'] },
      initial_offsets: { anyOf: [offsets, ref('Offsets')] },
    },
    ['initial_state', 'initial_offsets'],
  ),
  ConnectorInfo: object({ name: string, config: ref('Config'), tasks: list(taskId), type }),
  ConnectorState: object({
    name: string,
    connector: object(stateMembers, optionalStateMembers),
    tasks: list(ref('TaskState')),
    type,
  }),
  TaskState: object({ id: integer, ...stateMembers }, optionalStateMembers),
  Connectors: {
    anyOf: [
      list(string),
      mapOf(object({ status: ref('ConnectorState'), info: ref('ConnectorInfo') }, ['status', 'info'])),
    ],
  },
  Tasks: list(object({ id: taskId, config: ref('Config') })),
  Topics: mapOf(object({ topics: list(string) })),
  Offsets: object({ offsets }),
  Plugins: list(object({ class: string, type: string, version: string }, ['version'])),
  ConfigKey: object({
    name: string,
    type: string,
    required: { type: 'boolean' },
    default_value: nullable('string'),
    importance: string,
    documentation: string,
    group: nullable('string'),
    order_in_group: integer,
    width: string,
    display_name: string,
    dependents: list(string),
  }),
  ConfigKeys: list(ref('ConfigKey')),
  ConfigInfos: object({
    name: string,
    error_count: integer,
    groups: list(string),
    configs: list(
      object({
        definition: { anyOf: [ref('ConfigKey'), { type: 'null' }] },
        value: object({
          name: string,
          value: nullable('string'),
          recommended_values: list(string),
          errors: list(string),
          visible: { type: 'boolean' },
        }),
      }),
    ),
  }),
  LoggerLevel: object({ level: string, last_modified: nullable('integer') }),
  Loggers: mapOf(ref('LoggerLevel')),
  LoggerNames: list(string),
  NewLevel: object({ level: string }),
  OpenApi: { type: 'object' },
}

export type SchemaName = keyof typeof SCHEMAS
