// `npm run bench`: measures this program beside the JVM worker, on one Apache Kafka that it starts. See docs/performance.md.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { whyNoKafka } from '../test/helpers/kafka-libs.ts'
import { runOurWorker } from '../test/helpers/our-worker.ts'
import { type BenchRun, createRun, type Measurement, type Workload } from './bench-run.ts'
import { startCluster } from './cluster.ts'
import { describeMachine, machineLine } from './machine.ts'
import { isWholeRun, parseOptions } from './options.ts'
import type { Side } from './peers.ts'
import { type Result, summarize } from './summary.ts'
import { number, textTable } from './table.ts'
import { WORKLOADS } from './workloads.ts'
import { completed, lastRun, writeResults } from './write-results.ts'

const main = async (): Promise<void> => {
  const options = parseOptions(process.argv.slice(2))
  const before = options.again ? lastRun(options) : undefined
  const failedBefore = before?.results.filter((result) => result.failed !== undefined).map(({ name }) => name)
  const chosen = WORKLOADS.filter(({ name }) =>
    options.only.length > 0
      ? options.only.some((part) => name.includes(part))
      : failedBefore === undefined || failedBefore.includes(name),
  )
  if (chosen.length === 0) throw new Error(`--only names none of ${WORKLOADS.map(({ name }) => name).join(', ')}`)
  if (options.list) {
    for (const { name, title } of chosen) console.log(`${name}: ${title}`)
    return
  }
  const problem = await whyNoKafka()
  if (problem !== undefined) throw new Error(`Apache Kafka cannot be run: ${problem}`)
  const machine = await describeMachine()
  console.log(machineLine(machine))
  if (before !== undefined && machineLine(before.machine) !== machineLine(machine))
    throw new Error(`The last run was made on another machine: ${machineLine(before.machine)}`)

  await buildProgram()

  const began = performance.now()
  const folder = mkdtempSync(join(tmpdir(), 'connect-bench-'))
  const removeFolder = (): void => rmSync(folder, { recursive: true, force: true, maxRetries: 10 })
  process.once('exit', removeFolder)
  const cluster = await startCluster()
  const results: Result[] = []
  try {
    const bench = createRun(cluster, folder, options)
    await warmUp(bench)
    for (const workload of chosen) {
      const result = await runWorkload(bench, workload)
      results.push(result)
      console.log(textTable(result))
    }
  } finally {
    await cluster.close()
  }
  const minutes = (performance.now() - began) / 60_000
  const { rounds, scale } = options
  const measured = { date: new Date().toISOString(), machine, rounds, minutes, scale, results }
  const run = before === undefined ? measured : completed(before, measured)
  const failed = run.results.filter((result) => result.failed !== undefined).map(({ name }) => name)
  const whole = isWholeRun(options) && failed.length === 0
  console.log(`\nResults and chart are in ${writeResults(run, whole)} (${minutes.toFixed(1)} minutes)`)
  if (failed.length > 0) throw new Error(`Not measured: ${failed.join(', ')}`)
}

/** Before anything is timed: starting the worker builds it when it is older than its sources. */
const buildProgram = async (): Promise<void> => {
  const { code, stdout, stderr } = await runOurWorker(['--version'])
  if (code !== 0) throw new Error(`The program does not start (${code}):\n${stdout}${stderr}`)
}

/** A broker's first million records are its slowest, and should not be the first side's. */
const warmUp = async (bench: BenchRun): Promise<void> => {
  console.log('  warming the broker up')
  for (const { name, sides, run } of WORKLOADS) if (name.endsWith('-control')) await run(bench, sides[0]!)
}

/** The sides in turns, so that what changes on the machine meanwhile meets both. */
const runWorkload = async (bench: BenchRun, workload: Workload): Promise<Result> => {
  const measurements: Measurement[] = []
  try {
    for (let round = 1; round <= bench.options.rounds; round++) {
      for (const side of workload.sides) measurements.push(await runOnce(bench, workload, side, round))
    }
    return summarize(workload, measurements)
  } catch (error) {
    return summarize(workload, measurements, error instanceof Error ? error.message : String(error))
  }
}

const runOnce = async (bench: BenchRun, workload: Workload, side: Side, round: number): Promise<Measurement> => {
  const measured = await workload.run(bench, side)
  const { throughput, latency, idle, runningMs } = measured
  const told = [
    throughput && `${number(throughput.recordsPerSecond)} records/s`,
    latency && `${latency.topicMs.length} lines`,
    idle && `${number(idle.cpuPercent)} % of a core`,
    `RUNNING after ${number(runningMs / 1000)} s`,
  ]
  console.log(`  ${workload.name} ${round}/${bench.options.rounds} ${side.label}: ${told.filter(Boolean).join(', ')}`)
  return { label: side.label, round, ...measured }
}

// What is started is killed when this process exits, which a signal alone would not let it do.
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(1))

try {
  await main()
} catch (error) {
  console.error(error instanceof Error ? error.message : error)
  process.exitCode = 1
}
