/** Parts of the tests of the JDBC connectors' faults. */
import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { TestContext } from 'node:test'
import { confluentJdbcSink } from '../../src/connectors/jdbc/sink/jdbc-sinks.ts'
import { INT64_SCHEMA, OPTIONAL_STRING_SCHEMA, schemaOf } from '../../src/data/schema.ts'
import type { SinkTask } from '../../src/plugin/connector.ts'
import { RetriableError } from '../../src/plugin/errors.ts'
import type { SinkRecord } from '../../src/plugin/record.ts'
import { NOBODY } from '../helpers/database-installs.ts'
import { type DatabaseKind, type TestDatabase, whyNoDatabase } from '../helpers/databases.ts'
import { openSink, sinkRecord } from '../helpers/fake-context.ts'
import { serverMissing } from '../helpers/servers-used.ts'

const ROW = schemaOf({
  type: 'struct',
  fields: [
    { name: 'id', schema: INT64_SCHEMA },
    { name: 'w', schema: OPTIONAL_STRING_SCHEMA },
  ],
})

/** Numbered records of topic t, `from` to `to` (exclusive). */
export const rows = (from: number, to: number, w = (id: number): string | null => `row ${id}`): SinkRecord[] =>
  Array.from({ length: to - from }, (_, index) => {
    const id = from + index
    return sinkRecord({ id: BigInt(id), w: w(id) }, { topic: 't', offset: id, valueSchema: ROW })
  })

/** The settings of a sink that keeps one row for each number. */
const UPSERT = {
  'insert.mode': 'upsert',
  'pk.mode': 'record_value',
  'pk.fields': 'id',
  'connection.attempts': '1',
  'auto.create': 'true',
}

/** A sink that upserts; it is stopped with the test. */
export const sinkTo = (
  t: TestContext,
  url: string,
  user: string,
  more: Readonly<Record<string, string>> = {},
  reporter = false,
) =>
  openSink(
    confluentJdbcSink,
    { 'connection.url': url, 'connection.user': user, topics: 't', ...UPSERT, ...more },
    { assignment: [{ topic: 't', partition: 0 }], reporter },
  ).then((sink) => {
    t.after(() => sink.stop())
    return sink
  })

/** Of table t: rows, different numbers, the greatest of them. */
export const counted = async (db: TestDatabase): Promise<readonly number[]> => {
  const [row] = await db.query('SELECT count(*) AS n, count(DISTINCT id) AS ids, max(id) AS last FROM t')
  return Object.values(row ?? {}).map(Number)
}

/** Whether there is no such server here: then the test is skipped, but fails in CI. */
export const missing = async (t: TestContext, kind: DatabaseKind): Promise<boolean> => {
  const why = await whyNoDatabase(kind)
  if (why !== undefined) serverMissing(t, why)
  return why !== undefined
}

/** Puts as the worker does: the same records again and again while the task says that it may help. */
export const putUntilTaken = async (
  task: SinkTask,
  records: readonly SinkRecord[],
  {
    within = 60_000,
    refused = () => undefined,
  }: { within?: number; refused?: (error: RetriableError) => unknown } = {},
): Promise<number> => {
  const until = performance.now() + within
  for (let times = 0; ; times++) {
    try {
      await task.put(records)
      return times
    } catch (error) {
      if (!(error instanceof RetriableError) || performance.now() > until) throw error
      await refused(error)
    }
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
}

/** A file system of a few megabytes for a server; undefined where this user cannot mount one. */
export const smallDisk = (t: { after(end: () => void): void }, megabytes: number): string | undefined => {
  const folder = mkdtempSync(join(tmpdir(), 'disk-'))
  const owner = process.getuid?.() === 0 ? NOBODY : process.getuid?.()
  const sudo = process.getuid?.() === 0 ? [] : ['sudo', '-n']
  const root = (...command: readonly string[]): void => {
    const [program = '', ...args] = [...sudo, ...command]
    execFileSync(program, args, { stdio: 'pipe' })
  }
  try {
    root('mount', '-t', 'tmpfs', '-o', `size=${megabytes}m,uid=${owner},mode=0700`, 'tmpfs', folder)
  } catch {
    rmSync(folder, { recursive: true })
    return undefined
  }
  const unmount = (): void => {
    process.removeListener('exit', unmount)
    root('umount', '-l', folder)
    rmSync(folder, { recursive: true, force: true })
  }
  process.once('exit', unmount)
  t.after(unmount)
  return folder
}
