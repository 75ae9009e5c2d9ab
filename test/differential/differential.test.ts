/** What `npm run differential` does, always with the same cases. `DIFFERENTIAL_SEED` and `DIFFERENTIAL_CASES` ask for others. */
import assert from 'node:assert/strict'
import { join } from 'node:path'
import { test } from 'node:test'
import { cacheDir } from '../helpers/services-dir.ts'
import { harnessText, startJvm, whyNoJvm } from './jvm.ts'
import { rememberAnswers } from './remember-answers.ts'
import { describeDifference, runCases, shrinkDifference } from './run-cases.ts'

const CASES = Number(process.env['DIFFERENTIAL_CASES'] ?? 50_000)
const SEED = Number(process.env['DIFFERENTIAL_SEED'] ?? 20_261_123)
const SHOWN = 3

const problem = await whyNoJvm()
const skip = problem !== undefined && process.env['CI'] !== 'true' ? `Apache Kafka's classes: ${problem}` : false
const name = `${CASES} random cases (--seed ${SEED}) give what Apache Kafka's own classes give`

test(name, { skip, timeout: 570_000 }, async (t) => {
  const jvm = rememberAnswers(startJvm, harnessText(), join(cacheDir(), 'differential'))
  t.after(() => jvm.close())
  const { ran, compared, unusable, errors, differences } = await runCases(jvm, {
    seed: SEED,
    cases: CASES,
    mostDifferences: SHOWN,
  })
  const shown: string[] = []
  for (const difference of differences) shown.push(describeDifference(await shrinkDifference(jvm, difference)))
  assert.equal(shown.join('\n\n'), '')
  assert.equal(ran, CASES)
  t.diagnostic(
    `--seed ${SEED}: ${ran} cases ran, with ${compared} outcomes, ${errors} of them errors; ` +
      `${jvm.remembered()} lists of them were answered by the JVM in the last hour`,
  )
  assert.ok(unusable < compared / 20, `${unusable} of ${compared} inputs could not even be built`)
  assert.ok(errors < compared / 2, `${errors} of ${compared} outcomes were errors`)
})
