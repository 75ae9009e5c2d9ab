import { type ChildProcess, spawn } from 'node:child_process'
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { parseJson } from '../../src/data/parse-json.ts'
import { kafkaClassPath, whyNoKafka } from '../helpers/kafka-libs.ts'
import { hasProgram, runProgram, within } from '../helpers/processes.ts'
import type { Answer, Case } from './case.ts'

const SOURCES = fileURLToPath(new URL('java', import.meta.url))
const ANSWER_MS = 120_000
const COMPILE_MS = 240_000

/** One process that runs Apache Kafka's own classes. */
export interface Jvm {
  /** Answers in the order of the cases. Lists may be asked one after the other without waiting. */
  ask(cases: readonly Case[]): Promise<readonly Answer[]>
  close(): Promise<void>
}

/** Why the classes cannot be run here; undefined: they can. */
export const whyNoJvm = async (): Promise<string | undefined> =>
  (await whyNoKafka()) ?? ((await hasProgram('javac')) ? undefined : 'there is no javac (17 or later) on PATH')

/** The text of all that runs on the JVM. */
export const harnessText = (): string =>
  sources()
    .map((file) => readFileSync(file, 'utf8'))
    .join('\n')

const sources = (): string[] => readdirSync(SOURCES).map((name) => join(SOURCES, name))

/** Compiles the harness into a temporary folder and starts it. UTC and English, as our own. */
export const startJvm = async (): Promise<Jvm> => {
  const folder = mkdtempSync(join(tmpdir(), 'differential-'))
  const libs = await kafkaClassPath()
  const compiled = await runProgram('javac', ['-proc:none', '-nowarn', '-d', folder, '-cp', libs, ...sources()], {
    timeoutMs: COMPILE_MS,
  })
  if (compiled.code !== 0) throw new Error(`javac: ${compiled.stderr}`)
  const child = spawn(
    'java',
    [
      ...['-Duser.timezone=UTC', '-Duser.language=en', '-Duser.country=US', '-Dlog4j2.level=OFF'],
      // It lives for seconds: compiling hot code again, and better, costs more than it saves
      ...['-Xmx1g', '-Xss8m', '-XX:+UseSerialGC', '-XX:TieredStopAtLevel=1', '-Xshare:auto'],
      ...['-cp', `${folder}:${libs}`, 'Differential'],
    ],
    { stdio: ['pipe', 'pipe', 'ignore'] },
  )
  const ask = lineAsker(child)
  return {
    ask: async (cases) => {
      const line = await within(ask(JSON.stringify(cases)), ANSWER_MS, 'the JVM to answer')
      return parseJson(line) as Answer[]
    },
    close: async () => {
      const gone = child.exitCode !== null ? undefined : new Promise((resolve) => child.once('exit', resolve))
      child.kill('SIGKILL')
      await gone
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

const lineAsker = (child: ChildProcess): ((line: string) => Promise<string>) => {
  const waiting: { resolve(line: string): void; reject(error: Error): void }[] = []
  let ended: Error | undefined
  const end = (error: Error): void => {
    ended = error
    for (const { reject } of waiting.splice(0)) reject(error)
  }
  child.once('error', end)
  child.once('exit', (code, signal) => end(new Error(`the JVM ended with ${signal ?? code}`)))
  child.stdin!.on('error', () => undefined)
  process.once('exit', () => child.kill('SIGKILL'))
  createInterface({ input: child.stdout! }).on('line', (line) => waiting.shift()?.resolve(line))
  return (line) =>
    new Promise((resolve, reject) => {
      if (ended !== undefined) return reject(ended)
      waiting.push({ resolve, reject })
      child.stdin!.write(`${line}\n`)
    })
}
