/** Whether two outcomes are the same, as test/oracle/README.md and docs/differences.md define the same. */
import { isDeepStrictEqual } from 'node:util'
import { decodeSide } from '../../src/data/tagged-json-read.ts'
import { encodeSide } from '../../src/data/tagged-json-write.ts'
import type { Answer, Case, ErrorJson, Json, Outcome } from './case.ts'
import { sameBytes, sameMessage, sameText } from './compare-text.ts'

/** Which of the case's outcomes differ; -1: the one for the whole case. */
export const differing = (each: Case, jvm: Answer, ours: Answer): number[] => {
  const same = (theirs: Outcome, own: Outcome): boolean =>
    sameOutcome(theirs, own) ||
    ('error' in own && isNamedRefusal(own.error)) ||
    isStructDefault(each, theirs) ||
    hasWordBoundary(each)
  if (!isList(jvm)) return isList(ours) ? (isInput(jvm) ? [] : [-1]) : same(jvm, ours) ? [] : [-1]
  if (!isList(ours)) return jvm.every(isInput) || ('error' in ours && isNamedRefusal(ours.error)) ? [] : [-1]
  return jvm.map((_outcome, index) => index).filter((index) => !same(jvm[index]!, ours[index]!))
}

const isList = (answer: Answer): answer is readonly Outcome[] => Array.isArray(answer)

/** The case itself cannot be built on the JVM: there is nothing to compare. */
export const isInput = (outcome: Outcome): boolean => 'error' in outcome && outcome.error.phase === 'input'

/** What ours refuses on purpose, and says so. Each of these stands in docs/differences.md. */
const NAMED_REFUSALS: readonly { readonly phase: ErrorJson['phase']; readonly message: RegExp }[] = [
  // Regular expressions that cannot be matched exactly as Java does
  { phase: 'config', message: / is not supported in the regular expression / },
  // The JVM's JSON parser reads characters from more bytes than UTF-8 gives them
  { phase: 'convert', message: / not valid UTF-8$/ },
  // Dates reach as far as JavaScript's do
  { phase: 'apply', message: /is beyond the year 275760/ },
  { phase: 'convert', message: /is beyond the year 275760/ },
]

const isNamedRefusal = (error: ErrorJson): boolean =>
  NAMED_REFUSALS.some(
    ({ phase, message }) =>
      error.phase === phase && [error, ...error.causes].some((each) => message.test(each.message ?? '')),
  )

/** A struct's own default: it never has the very schema that holds it, so the JVM cannot put or write it. Ours can. */
const isStructDefault = (each: Case, jvm: Outcome): boolean =>
  'error' in jvm &&
  /^(?:Mismatching schema|Struct schemas do not match)\.$/.test(jvm.error.message ?? '') &&
  /"default":\{/.test(JSON.stringify(each))

/** `\b` before Java 19 also stands between letters beyond ASCII and what is none; ours is that of Java 19 and later. */
const hasWordBoundary = (each: Case): boolean =>
  each.kind === 'transforms' &&
  Object.entries(each.config).some(([key, value]) => /regex$|pattern$/.test(key) && /\\[bB]/.test(value ?? '')) &&
  each.records.some(({ topic }) => /[^\0-\x7f]/.test(topic))

const sameOutcome = (jvm: Outcome, ours: Outcome): boolean => {
  if ('error' in jvm) return jvm.error.phase === 'input' || ('error' in ours && sameError(jvm.error, ours.error))
  if ('error' in ours) return false
  if ('bytes' in jvm) return 'bytes' in ours && sameBytes(jvm.bytes, ours.bytes)
  if (isDeepStrictEqual(jvm, ours)) return true
  const [left, right] = [canonical(contentOf(jvm)), canonical(contentOf(ours))]
  return isDeepStrictEqual(left, right) || sameText(sortedJson(left), sortedJson(right))
}

const contentOf = (outcome: Outcome): Json =>
  'output' in outcome ? outcome.output : 'result' in outcome ? outcome.result : null

/** A message that Java makes up itself is no part of the contract. */
const ACCIDENTS = [
  'java.lang.NullPointerException',
  'java.lang.ClassCastException',
  'java.lang.ArrayIndexOutOfBoundsException',
]

type Described = ErrorJson['causes'][number]

const sameError = (jvm: ErrorJson, ours: ErrorJson): boolean => {
  if (jvm.phase !== ours.phase) return false
  if (ACCIDENTS.includes(jvm.class) || jvm.class === 'java.lang.StackOverflowError') return true
  // Where the JVM tells the first bad setting, ours tells all of them
  if (jvm.phase === 'config' && ours.message?.split('\n')[0] === jvm.message) return jvm.class === ours.class
  return sameDescription(jvm, ours) && (isUnreadable(jvm) || sameCauses(jvm.causes, ours.causes))
}

/** Below this message stands what the JSON parser says, which is in our words. */
const isUnreadable = ({ message }: Described): boolean =>
  /^Converting byte\[\] to Kafka Connect data failed|^Failed to parse schema in converter config/.test(message ?? '')

/** Up to the first cause that Java, or its JSON library, made up itself. */
const sameCauses = (jvm: readonly Described[], ours: readonly Described[]): boolean => {
  const accident = jvm.findIndex(({ class: name }) => ACCIDENTS.includes(name) || name.includes('.fasterxml.'))
  const counted = accident < 0 ? jvm : jvm.slice(0, accident)
  return (
    (accident >= 0 || jvm.length === ours.length) &&
    counted.every((cause, index) => ours[index] !== undefined && sameDescription(cause, ours[index]))
  )
}

const sameDescription = (jvm: Described, ours: Described): boolean =>
  jvm.class === ours.class && sameMessage(jvm.message ?? '', ours.message ?? '')

const sortedJson = (json: Json): string =>
  JSON.stringify(json, (_key, value: unknown) =>
    typeof value === 'object' && value !== null && !Array.isArray(value)
      ? Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)))
      : value,
  )

/** Pairs of maps in order: everything that holds a schema and a payload is read and written by our own code. */
const canonical = (json: Json): Json => {
  if (Array.isArray(json)) return json.map(canonical)
  if (json === null || typeof json !== 'object') return json
  const object = json as { readonly [name: string]: Json }
  if (!('schema' in object && 'payload' in object)) {
    return Object.fromEntries(Object.entries(object).map(([name, each]) => [name, canonical(each)]))
  }
  try {
    return { ...object, ...(encodeSide(decodeSide(object)) as { readonly [name: string]: Json }) }
  } catch {
    return json // what one side alone can tell
  }
}
