// Runs the tests: `tsx scripts/test.ts [unit] [oracle] [e2e] [soak] [--dev-broker] [--no-server] [file ...]`.
// Everything without arguments. Where Apache Kafka is not to be had, or with --dev-broker, tests run on our development broker.
import { spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, relative, resolve } from 'node:path'
import type { Broker } from '../test/helpers/broker-program.ts'
import { startBroker } from '../test/helpers/kafka-broker.ts'
import { kafkaClassPath, whyNoKafka } from '../test/helpers/kafka-libs.ts'
import { repoRoot } from '../test/helpers/services-dir.ts'
import { runTestFile, type TestFileResult } from './run-test-file.ts'

interface Stage {
  readonly name: string
  readonly has: (file: string) => boolean
  /** Files that run at the same time, on two cores: most wait more than they work. */
  readonly together: number
  /** Files that run by themselves, after the others: they measure time or memory, or listen on a fixed port. */
  readonly alone?: RegExp
  readonly fileTimeoutMs: number
}

const MINUTE = 60_000
const STAGES: readonly Stage[] = [
  {
    name: 'oracle',
    has: (file) => file.endsWith('.oracle.test.ts') || file.startsWith('test/differential/'),
    together: 2,
    fileTimeoutMs: 10 * MINUTE,
  },
  {
    name: 'e2e',
    has: (file) => /^test\/(?:e2e|services)\//.test(file),
    together: 3,
    alone: /\/(?:idle-and-start|many-connectors|dev-broker-throughput|examples|dev-command|package)\.test\.ts$/,
    fileTimeoutMs: 10 * MINUTE,
  },
  { name: 'unit', has: () => true, together: 2, fileTimeoutMs: 10 * MINUTE },
]
const ORDER = ['unit', 'oracle', 'e2e']
const SERVER_HELPERS = /helpers\/(?:kafka-server|kafka-broker|jvm-worker)\.ts/
const OPTIONS = ['--no-server', '--dev-broker']
const ALL_MS = 33 * MINUTE
const SOAK_MS = 12 * 60 * MINUTE

interface NotRun {
  readonly what: string
  readonly why: string
}

const main = async (): Promise<number> => {
  const args = process.argv.slice(2).filter((arg) => arg !== '--')
  const inCi = process.env['CI'] === 'true'
  const soak = args.includes('soak') || process.env['SOAK'] === '1'
  const withServers = !args.includes('--no-server')
  const unknown = args.filter((arg) => arg.startsWith('--') && !OPTIONS.includes(arg))
  if (unknown.length > 0) throw new Error(`Unknown: ${unknown.join(', ')}. There are ${OPTIONS.join(' and ')}`)
  const named = args.filter((arg) => !arg.startsWith('--') && arg !== 'soak')
  const selection = select(named)
  const notRun: NotRun[] = [...selection.notRun]
  const deadline = Date.now() + (soak ? SOAK_MS : ALL_MS)
  const results: TestFileResult[] = []
  let extraFailures = 0

  const folder = mkdtempSync(join(tmpdir(), 'connect-tests-'))
  const serverList = join(folder, 'servers')
  writeFileSync(serverList, '')
  const env: Record<string, string> = { CONNECT_TEST_SERVERS: serverList, NO_COLOR: '1' }
  if (soak) env['SOAK'] = '1'
  else notRun.push({ what: 'the long versions of the tests', why: 'they are what `npm run soak` runs' })

  let files = selection.files
  // The programs that e2e starts are the built ones
  if (files.some((file) => file.startsWith('test/e2e/')) && !build()) extraFailures++
  let broker: Broker | undefined
  const needBroker = files.filter(
    (file) => stageOf(file)?.name !== 'unit' && SERVER_HELPERS.test(readFileSync(join(repoRoot, file), 'utf8')),
  )
  if (needBroker.length > 0) {
    const noKafka = args.includes('--dev-broker') ? 'not asked for (--dev-broker)' : await whyNoKafka()
    process.env['CONNECT_TEST_SERVERS'] = serverList
    if (withServers && noKafka !== undefined) {
      env['CONNECT_TEST_DEV_BROKER'] = noKafka
      process.env['CONNECT_TEST_DEV_BROKER'] = noKafka
      notRun.push({ what: 'everything on Apache Kafka itself: the development broker stood in for it', why: noKafka })
      if (inCi && !args.includes('--dev-broker')) {
        console.log(`FAIL Apache Kafka is missing: ${noKafka}`)
        extraFailures++
      }
    }
    let problem = withServers ? undefined : 'servers were not asked for (--no-server)'
    if (problem === undefined) {
      try {
        broker = await startSharedBroker(noKafka)
        env['KAFKA_BOOTSTRAP'] = broker.bootstrap
      } catch (error) {
        problem = `no broker starts: ${error instanceof Error ? error.message : error}`
        console.log(`FAIL ${problem}`)
        extraFailures++
      }
    }
    if (problem !== undefined) {
      files = files.filter((file) => !needBroker.includes(file))
      for (const file of needBroker) notRun.push({ what: file, why: problem })
    }
  }

  try {
    for (const name of ORDER) {
      const stage = STAGES.find((one) => one.name === name)
      const own = files.filter((file) => stageOf(file) === stage)
      if (stage === undefined || own.length === 0) continue
      console.log(`\n${name} (${own.length} ${own.length === 1 ? 'file' : 'files'})`)
      const run = async (file: string): Promise<void> => {
        const left = deadline - Date.now()
        if (left < 5000) {
          extraFailures++
          notRun.push({ what: file, why: 'the time for all tests was used up' })
          return
        }
        const timeoutMs = Math.min(soak ? SOAK_MS : stage.fileTimeoutMs, left)
        const result = await runTestFile({ file, timeoutMs, env, cwd: repoRoot })
        results.push(result)
        report(result)
      }
      const isAlone = (file: string): boolean => stage.alone?.test(file) ?? false
      await inTurn(
        own.filter((file) => !isAlone(file)),
        stage.together,
        run,
      )
      await inTurn(own.filter(isAlone), 1, run)
    }
  } finally {
    await broker?.close()
  }

  for (const result of results) {
    for (const { name, reason } of result.skipped) notRun.push({ what: `${result.file}: ${name}`, why: reason })
  }
  const servers = [...new Set(readFileSync(serverList, 'utf8').split('\n'))].filter((line) => line !== '').sort()
  rmSync(folder, { recursive: true, force: true })
  console.log(
    `\nRan on Node.js ${process.version}, ${process.platform} ${process.arch}; servers: ${servers.join(', ') || 'none'}`,
  )
  if (notRun.length > 0) console.log(`\nNot run:\n${notRun.map(({ what, why }) => `- ${what}: ${why}`).join('\n')}`)
  const passed = results.reduce((sum, result) => sum + result.passed, 0)
  const failed = extraFailures + results.reduce((sum, result) => sum + result.failures.length, 0)
  console.log(`\n${passed} passed, ${failed} failed`)
  return failed > 0 || passed === 0 ? 1 : 0
}

const stageOf = (file: string): Stage | undefined => STAGES.find(({ has }) => has(file))

/** The files of the stages and paths named, and what is left out by that. */
const select = (named: readonly string[]): { readonly files: string[]; readonly notRun: NotRun[] } => {
  const all = readdirSync(join(repoRoot, 'test'), { recursive: true, encoding: 'utf8' })
    .map((file) => `test/${file.replaceAll('\\', '/')}`)
    .filter((file) => file.endsWith('.test.ts') && !file.startsWith('test/oracle/'))
    .sort()
  if (named.length === 0) return { files: all, notRun: [] }
  const stages = named.filter((name) => ORDER.includes(name))
  const paths = named
    .filter((name) => !ORDER.includes(name))
    .map((path) => relative(repoRoot, resolve(path)).replaceAll('\\', '/'))
  for (const path of paths) {
    if (!existsSync(join(repoRoot, path)))
      throw new Error(`There is no ${path}: give stages (${ORDER.join(', ')}), soak, or test files`)
  }
  const chosen = (file: string): boolean =>
    stages.includes(stageOf(file)?.name ?? '') || paths.some((path) => file === path || file.startsWith(`${path}/`))
  const left = ORDER.filter((name) => all.some((file) => stageOf(file)?.name === name && !chosen(file)))
  return {
    files: all.filter(chosen),
    notRun: left.map((name) => ({ what: `stage ${name}, or a part of it`, why: 'not asked for' })),
  }
}

const build = (): boolean => {
  const args = ['--import', 'tsx', 'scripts/build.ts']
  const { status, stdout, stderr } = spawnSync(process.execPath, args, {
    cwd: repoRoot,
    encoding: 'utf8',
    timeout: 5 * MINUTE,
  })
  if (status !== 0) console.log(`FAIL the build:\n${indent(`${stdout}${stderr}`)}`)
  return status === 0
}

const startSharedBroker = async (noKafka: string | undefined): Promise<Broker> => {
  if (noKafka === undefined) {
    console.log('Starting Apache Kafka (fetched first if this machine has never run these tests) ...')
    await kafkaClassPath()
  }
  const broker = await startBroker()
  const what = noKafka === undefined ? 'Apache Kafka runs' : `No Apache Kafka: ${noKafka}. The development broker runs`
  console.log(`${what} at ${broker.bootstrap}`)
  return broker
}

const inTurn = async <T>(items: readonly T[], together: number, work: (item: T) => Promise<void>): Promise<void> => {
  const queue = [...items]
  const worker = async (): Promise<void> => {
    for (let item = queue.shift(); item !== undefined; item = queue.shift()) await work(item)
  }
  await Promise.all(Array.from({ length: together }, worker))
}

const report = ({ file, passed, failures, skipped, seconds, output }: TestFileResult): void => {
  const counts = [`${passed} passed`]
  if (failures.length > 0) counts.push(`${failures.length} FAILED`)
  if (skipped.length > 0) counts.push(`${skipped.length} not run`)
  console.log(`${failures.length > 0 ? 'FAIL' : ' ok '} ${file}  ${counts.join(', ')}  ${seconds.toFixed(1)} s`)
  for (const { name, error } of failures) console.log(`     x ${name}\n${indent(error)}`)
  if (failures.length > 0 && output.trim() !== '') console.log(`     output:\n${indent(output.trimEnd())}`)
}

const indent = (text: string): string => text.replaceAll(/^/gm, '       ')

for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(1)) // exit ends all children
process.exitCode = await main()
