// `npm run bench:jdbc`: the JDBC source and sink on PostgreSQL and Apache Kafka, which it starts; the sink beside Debezium's on
// the JVM worker. `--quick`: a twentieth of the rows, one round; `--only NAME`: workloads whose name holds NAME.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { runOurWorker } from '../test/helpers/our-worker.ts'
import { repoRoot } from '../test/helpers/services-dir.ts'
import { startCluster } from './cluster.ts'
import { startBenchDatabase } from './jdbc-database.ts'
import { DEBEZIUM_VERSION, debeziumPlugins } from './jdbc-debezium.ts'
import type { JdbcBench, JdbcMeasurement } from './jdbc-measure.ts'
import { createRows, fillRows, type RowOrder, rowLines } from './jdbc-rows.ts'
import { type JdbcResult, jdbcTable, summarizeJdbc } from './jdbc-table.ts'
import { type JdbcWorkload, jdbcWorkloads, SOURCE_TABLE } from './jdbc-workloads.ts'
import { describeMachine, machineLine } from './machine.ts'
import { number } from './table.ts'

const TOPICS: Readonly<Record<RowOrder, string>> = { new: 'rows-new', mixed: 'rows-mixed' }

const main = async (): Promise<void> => {
  const { values: options } = parseArgs({
    options: {
      quick: { type: 'boolean', default: false },
      only: { type: 'string', default: '' },
      rounds: { type: 'string' },
    },
  })
  const rounds = Number(options.rounds ?? (options.quick ? 1 : 3))
  const scale = options.quick ? 0.05 : 1
  const sizes = { sourceRows: 1_000_000 * scale, sinkRows: 200_000 * scale, topics: TOPICS }
  const workloads = jdbcWorkloads(sizes).filter(({ name }) => name.includes(options.only))
  if (workloads.length === 0) throw new Error(`--only ${options.only} names no workload`)
  const began = performance.now()
  const machine = await describeMachine()
  console.log(`${machineLine(machine)}; Debezium ${DEBEZIUM_VERSION}`)
  const plugins = await debeziumPlugins()
  const { code, stderr } = await runOurWorker(['--version'])
  if (code !== 0) throw new Error(`The program does not start (${code}):\n${stderr}`)

  const folder = mkdtempSync(join(tmpdir(), 'bench-jdbc-'))
  process.once('exit', () => rmSync(folder, { recursive: true, force: true, maxRetries: 3 }))
  const cluster = await startCluster()
  const database = await startBenchDatabase()
  const results: JdbcResult[] = []
  try {
    const bench = { cluster, database, folder, plugins }
    if (workloads.some(({ name }) => name.startsWith('source'))) {
      await database.run(`${createRows(SOURCE_TABLE)}; ${fillRows(SOURCE_TABLE, sizes.sourceRows)}; ANALYZE`)
    }
    for (const order of ['new', 'mixed'] as const) {
      await cluster.createTopic(TOPICS[order], 1)
      await cluster.fill(TOPICS[order], rowLines(folder, sizes.sinkRows, order))
    }
    for (const workload of workloads) {
      const result = await runWorkload(bench, workload, rounds)
      results.push(result)
      console.log(jdbcTable(result))
    }
  } finally {
    await database.close()
    await cluster.close()
  }
  const minutes = (performance.now() - began) / 60_000
  const whole = !options.quick && options.only === '' && rounds >= 3
  const to = join(repoRoot, whole ? 'bench/results' : 'bench/results/tmp')
  mkdirSync(to, { recursive: true })
  const path = join(to, 'jdbc.json')
  const versions = { postgres: database.version, debezium: DEBEZIUM_VERSION }
  const run = { date: new Date().toISOString(), machine, ...versions, rounds, minutes, results }
  writeFileSync(path, `${JSON.stringify(run, rounded, 2)}\n`)
  console.log(`\nResults are in ${path} (${minutes.toFixed(1)} minutes)`)
  const failed = results.filter((result) => result.failed !== null).map(({ name }) => name)
  if (failed.length > 0) throw new Error(`Not measured: ${failed.join(', ')}`)
}

/** The sides in turns, so that what changes on the machine meanwhile meets all. */
const runWorkload = async (bench: JdbcBench, workload: JdbcWorkload, rounds: number): Promise<JdbcResult> => {
  const measurements: JdbcMeasurement[] = []
  try {
    for (let round = 1; round <= rounds; round++) {
      for (const { label, run } of workload.sides) {
        await bench.database.run('CHECKPOINT')
        const measured = { side: label, round, ...(await run(bench)) }
        measurements.push(measured)
        const { rowsPerSecond, cpuPer100k, databaseCpuPer100k, peakMb } = measured
        console.log(
          `  ${workload.name} ${round}/${rounds} ${label}: ${number(rowsPerSecond)} rows/s, ` +
            `CPU ${number(cpuPer100k)} + ${number(databaseCpuPer100k)} s per 100,000, ${number(peakMb)} MB`,
        )
      }
    }
    return summarizeJdbc(workload, measurements, null)
  } catch (error) {
    return summarizeJdbc(workload, measurements, error instanceof Error ? error.message : String(error))
  }
}

const rounded = (_key: string, value: unknown): unknown =>
  typeof value === 'number' ? Number(value.toPrecision(6)) : value

// What is started is killed when this process exits, which a signal alone would not let it do.
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(1))

try {
  await main()
} catch (error) {
  console.error(error instanceof Error ? error.message : error)
  process.exitCode = 1
}
