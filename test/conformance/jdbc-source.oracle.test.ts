/**
 * Sets the recorded JDBC sources up again, on a genuine PostgreSQL and a genuine Kafka, and compares what they put on topics,
 * their offsets and their states with what the genuine connectors did. ORACLE_DIR may hold other cases.
 */
import assert from 'node:assert/strict'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { type DatabaseServer, database, type TestDatabase, whyNoDatabase } from '../helpers/databases.ts'
import { type KafkaServer, kafka } from '../helpers/kafka-server.ts'
import { waitUntil } from '../helpers/processes.ts'
import { serverMissing } from '../helpers/servers-used.ts'
import { startWorker } from '../rest/start-worker.ts'
import { oracleDir } from './oracle-dir.ts'

type RestWorker = Awaited<ReturnType<typeof startWorker>>
type Config = Record<string, string>

interface Recorded {
  readonly name: string
  readonly config: Config
  readonly create: { readonly status: number; readonly message?: string }
  readonly status?: Status | null
  readonly offsets?: readonly { readonly partition: object; readonly offset: object }[]
  readonly records: readonly { readonly topic: string; readonly key: string | null; readonly value: string | null }[]
}

interface Status {
  readonly connector: string
  readonly tasks: readonly { readonly state: string; readonly trace?: string }[]
  readonly trace?: string
}

interface Played {
  create: { status: number; message?: string }
  status: Status | undefined
  offsets: readonly unknown[]
  records: readonly object[]
}

const file = (name: string): string =>
  [oracleDir(), join(import.meta.dirname, '../oracle')]
    .map((dir) => join(dir, 'jdbc', name))
    .find((path) => existsSync(path))!

const casesOf = (vendor: string): Recorded[] =>
  readFileSync(file(`${vendor}-source.jsonl`), 'utf8')
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as Recorded)

/** Rows that each table holds before the change: what a source that goes on reading has read by then. */
const ROWS_BEFORE_CHANGE = 3

const connectorName = (vendor: string, name: string): string =>
  `orc-${vendor === 'confluent' ? 'c-' : ''}${name.replace('+', '-')}`

for (const vendor of ['confluent', 'aiven']) {
  describe(`the recorded JDBC sources of ${vendor}`, { concurrency: false }, () => {
    const cases = casesOf(vendor)
    const played = new Map<string, Played>()
    let why: string | undefined
    let worker: RestWorker | undefined
    let server: DatabaseServer | undefined

    before(async () => {
      why = await whyNoDatabase('postgres-18')
      if (why !== undefined) return
      const broker = await kafka()
      server = await database('postgres-18')
      const db = await server.createDatabase('orcjdbc')
      await db.run(readFileSync(file('source-schema.sql'), 'utf8'))
      worker = await startWorker(broker.bootstrap)
      await play(vendor, cases, { broker, db, worker, port: server.port }, played)
    })

    after(async () => {
      await worker?.close()
      await server?.dropDatabase('orcjdbc')
      if (vendor === 'aiven') await server?.close()
    })

    for (const recorded of cases) {
      test(`${recorded.name} as recorded`, (t) => {
        if (why !== undefined) return serverMissing(t, why)
        const result = played.get(recorded.name)
        assert.ok(result, 'the case was played')
        compare(recorded, result)
      })
    }
  })
}

const compare = (recorded: Recorded, result: Played): void => {
  // The JVM's request waits in vain for tasks that cannot be made; ours answers, and the status tells.
  if (recorded.create.message === 'Request timed out') assert.equal(result.create.status, 201)
  else assert.deepEqual(result.create, recorded.create)
  assert.deepEqual(result.records, recorded.records.map(withoutTime), 'records')
  if (recorded.create.status >= 400 && recorded.status == null) return
  assert.deepEqual(result.status, recorded.status == null ? recorded.status : cutStatus(recorded.status), 'status')
  assert.deepEqual(sorted(result.offsets), sorted(recorded.offsets ?? []), 'offsets')
}

const cutStatus = (status: Status): Status => ({
  ...status,
  tasks: status.tasks.map((task) => (task.trace === undefined ? task : { ...task, trace: cut(task.trace) })),
})

const withoutTime = ({ timestamp: _, ...record }: Recorded['records'][number] & { timestamp?: number }) => record

const sorted = (list: readonly unknown[]) =>
  [...list].sort((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1)) as unknown[]

interface Stage {
  readonly broker: KafkaServer
  readonly db: TestDatabase
  readonly worker: RestWorker
  readonly port: number
}

const play = async (
  vendor: string,
  cases: readonly Recorded[],
  stage: Stage,
  played: Map<string, Played>,
): Promise<void> => {
  const { broker, db, worker, port } = stage
  const prefix = vendor === 'confluent' ? 'orc-cjdbc-' : 'orc-jdbc-'
  // The recorder's names are always the same, and this broker may have seen them.
  for (const topic of await broker.topics()) if (topic.startsWith(prefix)) await broker.deleteTopic(topic)

  const ask = async (method: string, path: string, body?: object) => {
    const response = await fetch(`${worker.url}${path}`, {
      method,
      headers: { 'content-type': 'application/json' },
      signal: AbortSignal.timeout(60_000),
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    })
    const text = await response.text()
    return { status: response.status, body: text === '' ? null : JSON.parse(text) }
  }
  const hidePort = (text: string): string => text.replaceAll(String(port), '$' + '{PGPORT}')
  const statusOf = async (name: string): Promise<Status | undefined> => {
    const { status, body } = await ask('GET', `/connectors/${connectorName(vendor, name)}/status`)
    if (status !== 200) return undefined
    return {
      connector: body.connector.state,
      tasks: body.tasks.map((task: { state: string; trace?: string }) => ({
        state: task.state,
        ...(task.trace === undefined ? {} : { trace: hidePort(cut(task.trace)) }),
      })),
      ...(body.connector.trace === undefined ? {} : { trace: hidePort(cut(body.connector.trace)) }),
    }
  }

  /** Once no task is on its way to a new config, as tasks are when tables come and go. */
  const settledStatus = async (name: string): Promise<Status | undefined> => {
    let status: Status | undefined
    const isSettled = async (): Promise<boolean> => {
      status = await statusOf(name)
      return status?.tasks.every(({ state }) => state !== 'UNASSIGNED') ?? true
    }
    await waitUntil(isSettled, { timeoutMs: 30_000, what: `no task of ${name} to be UNASSIGNED` })
    return status
  }

  const created = new Map<string, Played['create']>()
  for (const { name, config } of cases) {
    const ours = Object.fromEntries(
      Object.entries(config).map(([key, value]) => [key, value.replaceAll('$' + '{PGPORT}', String(port))]),
    )
    const { status, body } = await ask('PUT', `/connectors/${connectorName(vendor, name)}/config`, ours)
    created.set(name, { status, ...(status >= 400 ? { message: hidePort(body.message) } : {}) })
  }

  const prefixes = cases.map(({ config }) => config['topic.prefix'] ?? '')
  /** Records of a case: of the topics with its prefix, and with no longer one. */
  const recordsOf = async ({ config }: Recorded) => {
    const own = config['topic.prefix'] ?? ''
    const longer = prefixes.filter((other) => other.startsWith(own) && other !== own)
    const topics = (await broker.topics()).filter(
      (topic) => topic.startsWith(own) && !longer.some((other) => topic.startsWith(other)),
    )
    const found = []
    for (const topic of topics.sort()) {
      for (const { partition, offset, key, value, headers } of await broker.consume(topic)) {
        found.push({
          topic,
          partition,
          offset,
          key: key?.toString() ?? null,
          value: value?.toString() ?? null,
          headers,
        })
      }
    }
    return found
  }
  const settled = async (recorded: Recorded, records: number): Promise<boolean> => {
    if (recorded.status == null) return true
    const status = await statusOf(recorded.name)
    const states = (all: Status | null | undefined) => `${all?.connector} ${all?.tasks.map(({ state }) => state)}`
    return (
      states(status) === states(recorded.status) && (records === 0 || (await recordsOf(recorded)).length >= records)
    )
  }
  const waitForAll = async (wanted: (recorded: Recorded) => number): Promise<void> => {
    for (const recorded of cases) {
      await waitUntil(() => settled(recorded, wanted(recorded)), {
        timeoutMs: 30_000,
        intervalMs: 200,
        what: `${recorded.name} to have ${wanted(recorded)} records`,
      }).catch(() => undefined) // the comparison says what is wrong
    }
  }

  await waitForAll(({ records }) => Math.min(records.length, ROWS_BEFORE_CHANGE))
  await db.run(readFileSync(file('source-change.sql'), 'utf8'))
  await waitForAll(({ records }) => records.length)

  for (const recorded of cases) {
    const path = `/connectors/${connectorName(vendor, recorded.name)}`
    const offsets = async () => ((await ask('GET', `${path}/offsets`)).body?.offsets ?? []) as unknown[]
    await waitUntil(async () => (await offsets()).length >= (recorded.offsets?.length ?? 0), {
      timeoutMs: 30_000,
      what: `offsets of ${recorded.name}`,
    }).catch(() => undefined)
    played.set(recorded.name, {
      create: created.get(recorded.name)!,
      status: await settledStatus(recorded.name),
      offsets: await settledOffsets(offsets, recorded),
      records: await recordsOf(recorded),
    })
  }
}

/** Offsets are stored a moment after the records. */
const settledOffsets = async (offsets: () => Promise<unknown[]>, recorded: Recorded): Promise<unknown[]> => {
  const same = (found: unknown[]): boolean =>
    JSON.stringify(found.map(ordered).sort()) === JSON.stringify((recorded.offsets ?? []).map(ordered).sort())
  await waitUntil(async () => same(await offsets()), { timeoutMs: 30_000, what: 'the last offset' }).catch(
    () => undefined,
  )
  return offsets()
}

const ordered = (value: unknown): string =>
  JSON.stringify(value, (_key, each: unknown) =>
    typeof each === 'object' && each !== null && !Array.isArray(each)
      ? Object.fromEntries(Object.entries(each).sort(([a], [b]) => (a < b ? -1 : 1)))
      : each,
  )

/** Without the stack, and without what the Kafka client says of a topic: ours has words of its own for that. */
const cut = (trace: string): string =>
  trace
    .split('\n')
    .filter((line) => !/^\s+at |^\s+\.\.\. |^Caused by: (KafkaError|org\.apache\.kafka\.common\.errors\.)/.test(line))
    .join('\n')
