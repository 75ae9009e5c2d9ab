// Random schemas, values, converters and chains of transforms through Apache Kafka's own classes and ours:
// `npm run differential -- [--seed N] [--cases N] [--most N]`. Shrinks and prints the first difference; `--most` shows more.
import { parseArgs } from 'node:util'
import { startJvm, whyNoJvm } from '../test/differential/jvm.ts'
import { describeDifference, runCases, shrinkDifference } from '../test/differential/run-cases.ts'

const { values } = parseArgs({
  options: {
    seed: { type: 'string', default: String(Date.now() % 1_000_000) },
    cases: { type: 'string', default: '50000' },
    most: { type: 'string', default: '1' },
  },
})
const numberOf = (name: 'seed' | 'cases' | 'most'): number => {
  const number = Number(values[name])
  if (!Number.isSafeInteger(number) || number < 0)
    throw new Error(`--${name} ${values[name]}: a whole number is expected`)
  return number
}

const problem = await whyNoJvm()
if (problem === undefined) {
  const [seed, cases, mostDifferences] = [numberOf('seed'), numberOf('cases'), numberOf('most')]
  console.log(`${cases} cases, --seed ${seed}`)
  const jvm = await startJvm()
  try {
    const begin = Date.now()
    const onProgress = (done: number): void => {
      if (done % 10_000 === 0) console.log(`${done} cases, ${((Date.now() - begin) / 1000).toFixed(0)} s`)
    }
    const result = await runCases(jvm, { seed, cases, mostDifferences, onProgress })
    const { ran, compared, errors, unusable, differences } = result
    for (const difference of differences)
      console.log(`\n${describeDifference(await shrinkDifference(jvm, difference))}`)
    console.log(
      `\n${ran} cases with ${compared} outcomes (${errors} of them errors, ${unusable} that the JVM cannot even build), ` +
        `${differences.length} differences, ${((Date.now() - begin) / 1000).toFixed(0)} s`,
    )
    process.exitCode = differences.length === 0 ? 0 : 1
  } finally {
    await jvm.close()
  }
} else {
  console.log(`Apache Kafka's classes cannot be run: ${problem}`)
  process.exitCode = 2
}
