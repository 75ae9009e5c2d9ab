/** Keeps what the JVM answers for an hour: CI asks the same of both versions of Node.js. */
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseJson } from '../../src/data/parse-json.ts'
import { KAFKA_VERSION } from '../helpers/kafka-libs.ts'
import type { Answer, Case } from './case.ts'
import type { Jvm } from './jvm.ts'

/** Years of two digits are read by the day's date, so that answers grow old. */
const KEPT_MS = 3_600_000
/** Fewer cases are those of a shrinking difference. */
const FEWEST = 100

export interface RememberingJvm extends Jvm {
  /** How many lists of cases were answered from memory. */
  readonly remembered: () => number
}

/**
 * A JVM that is only started for questions whose answers are not in `folder`. The name of an answer is told by the very text
 * of the question, the harness and the version of Apache Kafka.
 */
export const rememberAnswers = (start: () => Promise<Jvm>, harness: string, folder: string): RememberingJvm => {
  mkdirSync(folder, { recursive: true })
  for (const name of readdirSync(folder)) {
    const file = join(folder, name)
    if (Date.now() - statSync(file).mtimeMs > KEPT_MS) rmSync(file, { force: true })
  }
  let started: Promise<Jvm> | undefined
  let remembered = 0
  const ask = async (cases: readonly Case[]): Promise<readonly Answer[]> => {
    started ??= start()
    return (await started).ask(cases)
  }
  return {
    ask: async (cases) => {
      if (cases.length < FEWEST) return ask(cases)
      const question = createHash('sha256').update(`${KAFKA_VERSION}\n${harness}\n${JSON.stringify(cases)}`)
      const file = join(folder, `${question.digest('hex')}.json`)
      if (existsSync(file)) {
        remembered++
        return parseJson(readFileSync(file, 'utf8')) as Answer[]
      }
      const answers = await ask(cases)
      writeFileSync(`${file}.${process.pid}`, JSON.stringify(answers))
      renameSync(`${file}.${process.pid}`, file)
      return answers
    },
    close: async () => (await started)?.close(),
    remembered: () => remembered,
  }
}
