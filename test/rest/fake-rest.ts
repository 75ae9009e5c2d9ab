/** The REST API on a herder that only remembers, asked without a port. */
import type { FastifyInstance } from 'fastify'
import type { RawConfig } from '../../src/config/define.ts'
import { parseWorkerSettings, type WorkerSettings } from '../../src/config/worker-settings.ts'
import { ConfigError } from '../../src/plugin/errors.ts'
import { pluginCatalog } from '../../src/plugin/find-plugins.ts'
import { buildApp } from '../../src/rest/build-app.ts'
import { createLoggerLevels } from '../../src/rest/logger-levels.ts'
import { loggerRoutes } from '../../src/rest/loggers.ts'
import type { RestParts } from '../../src/rest/rest-parts.ts'
import { restRoutes } from '../../src/rest/server.ts'
import type { ConnectorInfo } from '../../src/runtime/connector-report.ts'
import type { Herder } from '../../src/runtime/herder.ts'
import { connectorNotFound, HerderError, mustBeStopped } from '../../src/runtime/herder-error.ts'
import type { ConnectorOffset } from '../../src/runtime/sink-offset-change.ts'
import type { State } from '../../src/runtime/task-status.ts'
import { FakeLogger } from '../helpers/fake-context.ts'

interface FakeConnector {
  config: RawConfig
  state: State
  trace?: string
}

/** Source connectors with one task each. */
export class FakeHerder implements Herder {
  readonly connectors = new Map<string, FakeConnector>()
  readonly calls: string[] = []
  stored: readonly ConnectorOffset[] = []
  used = new Map<string, string[]>()
  turn: () => Promise<void> = async () => undefined

  names = () => [...this.connectors.keys()]
  info = (name: string): ConnectorInfo => {
    const { config, state } = this.#of(name)
    return { name, config, tasks: state === 'RUNNING' ? [{ connector: name, task: 0 }] : [], type: 'source' }
  }
  status = (name: string) => {
    const { state, trace } = this.#of(name)
    const status = { state, version: '4.3.1', since: 0, ...(trace === undefined ? {} : { trace }) }
    return { connector: status, tasks: state === 'RUNNING' ? [{ id: 0, ...status }] : [], type: 'source' as const }
  }
  className = () => 'com.acme.FakeSource'
  taskConfigs = (name: string) => [{ ...this.#of(name).config, 'task.class': 'Task' }]
  create: Herder['create'] = async (name, config, target) => {
    if (config['connector.class'] === 'Broken') throw new ConfigError('no such class')
    if (config['connector.class'] === 'Fails') throw new Error('it does not start')
    if (this.connectors.has(name)) throw new HerderError(409, `Connector ${name} already exists`)
    this.connectors.set(name, { config, state: target === 'STARTED' ? 'RUNNING' : target })
    return this.info(name)
  }
  replace: Herder['replace'] = async (name, config) => {
    const created = !this.connectors.has(name)
    this.connectors.set(name, { config, state: 'RUNNING' })
    return { created, info: this.info(name) }
  }
  patch: Herder['patch'] = async (name, changes) => {
    this.#of(name).config = { ...this.#of(name).config, ...changes }
    return this.info(name)
  }
  remove = async (name: string) => {
    this.#of(name)
    this.connectors.delete(name)
  }
  setTarget: Herder['setTarget'] = async (name, target) => {
    this.#of(name).state = target === 'STARTED' ? 'RUNNING' : target
  }
  restart: Herder['restart'] = async (name, scope) => {
    this.calls.push(`restart ${name} ${JSON.stringify(scope)}`)
    return this.status(name)
  }
  restartTask = async (name: string, task: number) => {
    this.#of(name)
    if (task !== 0) throw new HerderError(404, `Task ${name}-${task} not found`)
    this.calls.push(`restart ${name}-${task}`)
  }
  topics = (name: string) => this.used.get(name) ?? []
  resetTopics = (name: string) => void this.used.delete(name)
  offsets = async (name: string) => {
    this.#of(name)
    return this.stored
  }
  alterOffsets = async (name: string, changes: readonly ConnectorOffset[]) => {
    if (this.#of(name).state !== 'STOPPED') throw mustBeStopped(name)
    this.stored = changes
    return 'altered'
  }
  resetOffsets = async (name: string) => {
    if (this.#of(name).state !== 'STOPPED') throw mustBeStopped(name)
    this.stored = []
    return 'reset'
  }
  underWay = () => []
  shutdown = async () => undefined

  #of(name: string): FakeConnector {
    const found = this.connectors.get(name)
    if (found === undefined) throw connectorNotFound(name)
    return found
  }
}

const REQUIRED = {
  'bootstrap.servers': 'localhost:9092',
  'key.converter': 'StringConverter',
  'value.converter': 'StringConverter',
  'offset.storage.file.filename': '/tmp/offsets',
}

export const workerSettings = (raw: RawConfig = {}): WorkerSettings => {
  const { settings, problems } = parseWorkerSettings({ ...REQUIRED, ...raw })
  if (problems.length > 0) throw new Error(problems.map(({ message }) => message).join('\n'))
  return settings
}

export interface Asked {
  readonly status: number
  readonly type: string | undefined
  readonly headers: Readonly<Record<string, unknown>>
  readonly text: string
  /** The body as JSON; undefined when it is none. */
  readonly json: unknown
}

export const restParts = (overrides: Partial<RestParts> = {}): RestParts & { readonly herder: Herder } => {
  const levels = new Map<string, string>()
  return {
    settings: workerSettings(),
    herder: new FakeHerder(),
    catalog: pluginCatalog([]),
    validate: async () => {
      throw new ConfigError('Connector config {} contains no connector type')
    },
    log: new FakeLogger(),
    mask: (text) => text.replaceAll('pssst', '[hidden]'),
    version: '4.3.1',
    commit: 'abc',
    clusterId: 'cluster',
    loggers: createLoggerLevels(
      {
        names: () => ['kafka', 'worker', 'rest', 'my-connector'],
        level: (name) => levels.get(name) ?? levels.get('root') ?? 'INFO',
        setLevel: (name, level) => void levels.set(name, level),
      },
      () => 42,
    ),
    isReady: () => true,
    reasons: () => [],
    metrics: async () => 'up 1\n',
    workerId: '127.0.0.1:8083',
    ...overrides,
  }
}

/** @param ask `'GET /connectors'`, with a body that is sent as JSON unless it is a string */
export const fakeRest = async (overrides: Partial<RestParts> = {}, timeoutMs = 5000) => {
  const parts = restParts(overrides)
  const app: FastifyInstance = await buildApp([...restRoutes(parts), ...loggerRoutes(parts)], {
    log: parts.log,
    mask: parts.mask,
    timeoutMs,
  })
  const ask = async (what: string, body?: unknown, headers: Record<string, string> = {}): Promise<Asked> => {
    const [method, url] = what.split(' ') as ['GET', string]
    const payload = body === undefined ? {} : { payload: typeof body === 'string' ? body : JSON.stringify(body) }
    const type =
      body === undefined || headers['content-type'] !== undefined ? {} : { 'content-type': 'application/json' }
    const answer = await app.inject({ method, url, headers: { ...type, ...headers }, ...payload })
    return {
      status: answer.statusCode,
      type: answer.headers['content-type'] as string | undefined,
      headers: answer.headers,
      text: answer.body,
      json: jsonOf(answer.body),
    }
  }
  return { ask, herder: parts.herder as FakeHerder, app }
}

const jsonOf = (text: string): unknown => {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
