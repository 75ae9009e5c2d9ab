/** A bounded part of what `npm run differential` does, always the same. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { startJvm, whyNoJvm } from './jvm.ts'
import { describeDifference, runCases, shrinkDifference } from './run-cases.ts'

const CASES = 3000
const SEED = 20_240_229

const problem = await whyNoJvm()
const skip = problem !== undefined && process.env['CI'] !== 'true' ? `Apache Kafka's classes: ${problem}` : false

test(`${CASES} random cases give what Apache Kafka's own classes give`, { skip, timeout: 240_000 }, async (t) => {
  const jvm = await startJvm()
  t.after(() => jvm.close())
  const { ran, compared, unusable, errors, differences } = await runCases(jvm, {
    seed: SEED,
    cases: CASES,
    mostDifferences: 1,
  })
  const shown = await Promise.all(differences.map(async (one) => describeDifference(await shrinkDifference(jvm, one))))
  assert.equal(shown.join('\n\n'), '')
  assert.equal(ran, CASES)
  t.diagnostic(`${ran} cases ran, with ${compared} outcomes, ${errors} of them errors`)
  assert.ok(unusable < compared / 20, `${unusable} of ${compared} inputs could not even be built`)
  assert.ok(errors < compared / 2, `${errors} of ${compared} outcomes were errors`)
})
