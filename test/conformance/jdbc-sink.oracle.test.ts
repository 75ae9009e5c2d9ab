/**
 * Runs every recorded case of the genuine JDBC sinks against ours: the same config, records and tables, on a genuine
 * PostgreSQL, through the program and its REST API. A case that differs must be named in docs/differences.md.
 */
import assert from 'node:assert/strict'
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import pg from 'pg'
import { startDevBroker } from '../../src/dev-broker/start-broker.ts'
import { startDatabase } from '../helpers/databases.ts'
import { kafkaServer } from '../helpers/kafka-server.ts'
import { type OurWorker, startOurWorker, workerSettings } from '../helpers/our-worker.ts'
import { waitUntil } from '../helpers/processes.ts'
import { oracleDir } from './oracle-dir.ts'

interface SinkCase {
  readonly name: string
  readonly config: Readonly<Record<string, string>>
  readonly records: readonly OracleRecord[] | string
  readonly ddl?: string
  readonly create: { readonly status: number; readonly message?: string }
  readonly status: Status | null
  readonly tables: readonly Table[]
}

interface OracleRecord {
  readonly key: unknown
  readonly value: unknown
}

interface Status {
  readonly connector: string
  readonly tasks: readonly { readonly state: string; readonly trace?: string }[]
}

interface Table {
  readonly table: string
  readonly rows: readonly unknown[]
  readonly rowCount: number
}

const VENDORS = ['aiven', 'confluent', 'debezium']

const casesOf = (vendor: string): SinkCase[] => {
  const path = join(oracleDir(), 'jdbc', `${vendor}-sink.jsonl`)
  if (!existsSync(path)) return []
  return readFileSync(path, 'utf8')
    .split('\n')
    .filter((line) => line.trim() !== '')
    .map((line) => JSON.parse(line) as SinkCase)
}

const differences = readFileSync(new URL('../../docs/differences.md', import.meta.url), 'utf8')
const named = (vendor: string, name: string): boolean => differences.includes(`\`jdbc/${vendor}-sink/${name}\``)

/** The one case whose records are told by their number alone. */
const recordsOf = ({ records }: SinkCase): readonly OracleRecord[] => {
  if (typeof records !== 'string') return records
  assert.equal(records, '500 records')
  const field = (name: string, type: string, optional = false) => ({ field: name, type, optional })
  const key = { type: 'struct', optional: false, fields: [field('id', 'int64')] }
  const fields = [
    field('id', 'int64'),
    field('name', 'string'),
    field('email', 'string', true),
    field('score', 'double', true),
  ]
  const value = { type: 'struct', optional: false, fields, name: 'com.acme.User' }
  return Array.from({ length: 500 }, (_, index) => ({
    key: { schema: key, payload: { id: index % 250 } },
    value: { schema: value, payload: { id: index % 250, name: `n${index}`, email: null, score: null } },
  }))
}

/** As the tool of the recorder wrote them: JSON, null as null. */
const bytesOf = (value: unknown): string | null => (value === null ? null : JSON.stringify(value))

let database: pg.Client
let worker: OurWorker
let server: ReturnType<typeof kafkaServer>
let port: number

after(async () => {
  await worker?.stop()
  await database?.end()
  for (const close of closing) await close()
})

const closing: (() => Promise<void> | void)[] = []

before(async () => {
  const postgres = await startDatabase('postgres-15')
  port = postgres.port
  const admin = await postgres.newDatabase()
  await admin.run(`CREATE ROLE orcsink SUPERUSER LOGIN PASSWORD 'x'`)
  await admin.run('CREATE DATABASE orcjdbc')
  database = new pg.Client({ host: '127.0.0.1', port, user: 'postgres', database: 'orcjdbc' })
  await database.connect()
  closing.push(() => postgres.close())
  const broker = await startDevBroker()
  closing.push(() => broker.close())
  server = kafkaServer(broker.bootstrap)
  const folder = mkdtempSync(join(tmpdir(), 'jdbc-sink-'))
  closing.push(() => rmSync(folder, { recursive: true, force: true }))
  worker = await startOurWorker({
    folder,
    worker: workerSettings(broker.bootstrap, folder, {
      'key.converter': 'org.apache.kafka.connect.json.JsonConverter',
      'value.converter': 'org.apache.kafka.connect.json.JsonConverter',
      'offset.flush.interval.ms': 200,
    }),
  })
})

const ask = async (method: string, path: string, body?: unknown): Promise<{ status: number; body: unknown }> => {
  const answer = await fetch(`${worker.restUrl()}${path}`, {
    method,
    headers: { 'content-type': 'application/json' },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  })
  const text = await answer.text()
  return { status: answer.status, body: text === '' ? null : JSON.parse(text) }
}

/** Exceptions without their frames, and without what no two runs have in common. */
const cut = (trace: string): string =>
  trace
    .split('\n')
    .filter((line) => !/^\s+at |^\s+\.\.\. /.test(line))
    .join('\n')
    .replaceAll(/timestamp=\d+/g, 'timestamp=T')
    // A set of Java's, in an order that differs from run to run
    .replaceAll(/(?<=missing fields \(\[).*?(?=\]\))/g, (fields) =>
      fields
        .split(/, (?=SinkRecordField)/)
        .sort()
        .join(', '),
    )

const statusOf = async (name: string): Promise<Status | undefined> => {
  const { body } = await ask('GET', `/connectors/${name}/status`)
  const { connector, tasks } = body as { connector?: { state: string }; tasks?: { state: string; trace?: string }[] }
  if (connector === undefined) return undefined
  return {
    connector: connector.state,
    tasks: (tasks ?? []).map(({ state, trace }) => ({ state, ...(trace === undefined ? {} : { trace: cut(trace) }) })),
  }
}

/** A message of these is Java's, Hibernate's or the JDBC driver's own: that it fails is what counts. */
const isJavasOwn = (trace: string | undefined): boolean =>
  /NullPointerException|ClassCastException|BatchUpdateException|org\.hibernate/.test(trace ?? '')

const withoutTraces = (status: Status | null): unknown =>
  status && { connector: status.connector, tasks: status.tasks.map(({ state }) => state) }

const recordedStatus = ({ status }: SinkCase): Status | null =>
  status && {
    connector: status.connector,
    tasks: status.tasks.map(({ state, trace }) => ({ state, ...(trace === undefined ? {} : { trace: cut(trace) }) })),
  }

const TABLES = `
  SELECT c.oid, n.nspname || '.' || c.relname AS table,
    (SELECT coalesce(json_agg(json_build_object('name', a.attname, 'type', format_type(a.atttypid, a.atttypmod), 'notNull', a.attnotnull,
       'default', pg_get_expr(d.adbin, d.adrelid)) ORDER BY a.attnum), '[]')
     FROM pg_attribute a LEFT JOIN pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
     WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped) AS columns,
    (SELECT coalesce(json_agg(a.attname ORDER BY array_position(i.indkey::int[], a.attnum::int)), '[]')
     FROM pg_index i JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = ANY (i.indkey)
     WHERE i.indrelid = c.oid AND i.indisprimary) AS "primaryKey"
  FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
  WHERE c.relkind IN ('r', 'p') AND n.nspname = 'public'`

const tablesLike = async (vendor: string, name: string): Promise<Table[]> => {
  const wanted = new RegExp(`orc[-_]jdbc[-_]${vendor}[-_]${name.replaceAll('.', '_')}$`, 'i')
  const found = (await database.query(TABLES)).rows.filter(({ table }) => wanted.test(String(table)))
  return Promise.all(
    found.map(async ({ table, columns, primaryKey }) => {
      const quoted = `"${String(table).replace('.', '"."')}"`
      const [counted] = (await database.query(`SELECT count(*)::int AS n FROM ${quoted}`)).rows
      const all = `SELECT coalesce(json_agg(x), '[]') AS rows FROM (SELECT * FROM ${quoted}) x`
      const [listed] = (await database.query(all)).rows
      return sorted({
        table: String(table),
        columns,
        primaryKey,
        rowCount: Number(counted?.['n']),
        rows: listed?.['rows'],
      })
    }),
  )
}

/** Rows have no order. */
const sorted = <T extends { rows: unknown }>(table: T): T => ({
  ...table,
  rows: (table.rows as unknown[]).toSorted((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1)),
})

/** Of a larger table five rows were recorded, whichever the server gave: ours must hold each of them. */
const sampled = (ours: readonly Table[], recorded: readonly Table[]): Table[] =>
  ours.map((table, index) => {
    const sample = recorded[index]?.rows ?? []
    if (table.rowCount <= sample.length || table.rowCount !== recorded[index]?.rowCount) return table
    const there = new Set(table.rows.map((row) => JSON.stringify(row)))
    return { ...table, rows: sample.filter((row) => there.has(JSON.stringify(row))) }
  })

const recordedTables = (vendor: string, { tables }: SinkCase): readonly Table[] =>
  tables.filter(({ table }) => table.includes(vendor)).map(sorted)

const TAKES_MS = 60_000

const runCase = async (vendor: string, recorded: SinkCase) => {
  const topic = recorded.config['topics'] ?? ''
  if (recorded.ddl !== undefined) await database.query(recorded.ddl)
  const records = recordsOf(recorded)
  await server.createTopic(topic)
  await server.produce(
    topic,
    records.map(({ key, value }) => ({ key: bytesOf(key), value: bytesOf(value) })),
  )
  const name = `orc-${vendor}-${recorded.name}`
  const config = Object.fromEntries(
    Object.entries(recorded.config).map(([key, value]) => [key, value.replaceAll(`\${PGPORT}`, String(port))]),
  )
  const created = await ask('PUT', `/connectors/${name}/config`, {
    ...config,
    'retry.backoff.ms': '100',
    'flush.retry.delay.ms': '100',
  })
  const create =
    created.status < 400
      ? { status: created.status }
      : { status: created.status, message: (created.body as { message: string }).message }
  let status: Status | null = null
  if (created.status < 400) {
    await waitUntil(
      async () => {
        status = (await statusOf(name)) ?? null
        if (status?.tasks.some(({ state }) => state === 'FAILED')) return true
        const { body } = await ask('GET', `/connectors/${name}/offsets`)
        const offsets = (body as { offsets?: { offset?: { kafka_offset?: number } }[] }).offsets ?? []
        return offsets.some(({ offset }) => Number(offset?.kafka_offset) >= records.length)
      },
      { timeoutMs: TAKES_MS, what: `${name} to write its records or to fail`, intervalMs: 50 },
    )
    status = (await statusOf(name)) ?? null
    await ask('DELETE', `/connectors/${name}`)
  }
  return { create, status, tables: await tablesLike(vendor, recorded.name) }
}

for (const vendor of VENDORS) {
  const cases = casesOf(vendor)
  for (const recorded of cases) {
    test(`${vendor}: ${recorded.name}`, { timeout: 180_000 }, async (t) => {
      const tables = recordedTables(vendor, recorded)
      const result = await runCase(vendor, recorded)
      const ours = { ...result, tables: sampled(result.tables, tables) }
      const expected = { create: recorded.create, status: recordedStatus(recorded), tables }
      const javasOwn = expected.status?.tasks.some(({ trace }) => isJavasOwn(trace)) ?? false
      const comparable = <T extends { status: Status | null }>(all: T) =>
        javasOwn ? { ...all, status: withoutTraces(all.status) } : all
      try {
        assert.deepEqual(comparable(ours), comparable(expected))
      } catch (error) {
        if (!named(vendor, recorded.name)) throw error
        t.diagnostic('differs, as docs/differences.md says')
      }
    })
  }
}

test('there are recorded cases', () => {
  const found = VENDORS.reduce((sum, vendor) => sum + casesOf(vendor).length, 0)
  console.log(`${found} recorded cases of JDBC sinks`)
  assert.ok(found > 0)
})
