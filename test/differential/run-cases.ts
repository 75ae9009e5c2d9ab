import type { Answer, Case } from './case.ts'
import { differing, isInput } from './compare.ts'
import type { Jvm } from './jvm.ts'
import { askOurs } from './ours.ts'
import { createRandom } from './random.ts'
import { randomCase } from './random-case.ts'
import { shrink } from './shrink.ts'

export interface Difference {
  readonly case: Case
  readonly jvm: Answer
  readonly ours: Answer
}

export interface RunOptions {
  readonly seed: number
  readonly cases: number
  /** Ends after so many differences; the first is shrunk. */
  readonly mostDifferences: number
  readonly onProgress?: (done: number) => void
}

export interface RunResult {
  readonly ran: number
  /** Records and inputs, of which a case has several. */
  readonly compared: number
  /** Of these, what the JVM refuses to build: nothing to compare. */
  readonly unusable: number
  readonly errors: number
  readonly differences: readonly Difference[]
}

const BATCH = 250

/** Generates cases, each from its own seed, and compares what both sides make of them. */
export const runCases = async (jvm: Jvm, options: RunOptions): Promise<RunResult> => {
  const { seed, cases, mostDifferences, onProgress } = options
  const differences: Difference[] = []
  let [ran, compared, unusable, errors] = [0, 0, 0, 0]
  const make = (from: number): Case[] =>
    Array.from({ length: Math.min(BATCH, cases - from) }, (_, index) =>
      randomCase(createRandom(seedOf(seed, from + index))),
    )
  let batch = make(0)
  let asked = jvm.ask(batch)
  while (ran < cases && differences.length < mostDifferences) {
    const current = batch
    const theirs = asked
    // The JVM has the next list to work on while we work on this one
    batch = make(ran + current.length)
    asked = batch.length > 0 ? jvm.ask(batch) : Promise.resolve([])
    asked.catch(() => undefined)
    const ours = await answerAll(current)
    for (const [index, answer] of (await theirs).entries()) {
      const outcomes = 'length' in answer ? answer : [answer]
      compared += outcomes.length
      unusable += outcomes.filter(isInput).length
      errors += outcomes.filter((outcome) => 'error' in outcome && !isInput(outcome)).length
      const each = { case: current[index]!, jvm: answer, ours: ours[index]! }
      if (differing(each.case, each.jvm, each.ours).length > 0 && differences.length < mostDifferences)
        differences.push(each)
    }
    ran += current.length
    onProgress?.(ran)
  }
  await asked
  return { ran, compared, unusable, errors, differences }
}

const seedOf = (seed: number, index: number): number =>
  (Math.imul(seed, 0x9e37_79b1) + Math.imul(index, 0x85eb_ca6b)) >>> 0

const answerAll = async (cases: readonly Case[]): Promise<Answer[]> => {
  const answers: Answer[] = []
  for (const each of cases) answers.push(await answer(each))
  return answers
}

/** What is wrong with the case itself looks like an error of ours: the JVM tells which it is. */
const answer = async (each: Case): Promise<Answer> => {
  try {
    return await askOurs(each)
  } catch (error) {
    return { error: { phase: 'input', class: 'Error', message: String(error), causes: [] } }
  }
}

/** The smallest case that differs in the same way: with an error on the same side. */
export const shrinkDifference = async (jvm: Jvm, found: Difference): Promise<Difference> => {
  const wanted = wayOf(found)
  const compare = async (cases: readonly Case[]): Promise<(Difference | undefined)[]> => {
    const theirs = await jvm.ask(cases)
    const ours = await answerAll(cases)
    return cases.map((each, index) => {
      const difference = { case: each, jvm: theirs[index]!, ours: ours[index]! }
      return differing(difference.case, difference.jvm, difference.ours).length > 0 && wayOf(difference) === wanted
        ? difference
        : undefined
    })
  }
  const smallest = await shrink(found.case, async (cases) => (await compare(cases)).map((each) => each !== undefined))
  return (await compare([smallest]))[0] ?? found
}

const wayOf = ({ case: each, jvm, ours }: Difference): string => {
  const index = differing(each, jvm, ours)[0] ?? -1
  const way = (answer: Answer): string => {
    const outcome = 'length' in answer ? answer[Math.max(0, index)] : answer
    return outcome === undefined ? 'none' : 'error' in outcome ? outcome.error.class : Object.keys(outcome).join()
  }
  return `${way(jvm)} ${way(ours)}`
}

export const describeDifference = (difference: Difference): string => {
  const [index = -1] = differing(difference.case, difference.jvm, difference.ours)
  const shown = (answer: Answer): string =>
    JSON.stringify('length' in answer && index >= 0 ? answer[index] : answer, withText)
  return [
    `case: ${JSON.stringify(difference.case, withText)}`,
    ...(index > 0 ? [`record: ${index}`] : []),
    `jvm:  ${shown(difference.jvm)}`,
    `ours: ${shown(difference.ours)}`,
  ].join('\n')
}

/** Base64 is shown beside the text that it stands for. */
const withText = (key: string, value: unknown): unknown => {
  if (key === 'bytes' && typeof value === 'string') return `${value} (${Buffer.from(value, 'base64')})`
  if (key !== 'inputs' || !Array.isArray(value)) return value
  return value.map((each: unknown) => (typeof each === 'string' ? `${each} (${Buffer.from(each, 'base64')})` : each))
}
