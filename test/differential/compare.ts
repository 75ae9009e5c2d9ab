/** Whether two outcomes are the same, as test/oracle/README.md and docs/differences.md define the same. */
import { isDeepStrictEqual } from 'node:util'
import { decodeSide } from '../../src/data/tagged-json-read.ts'
import { encodeSide } from '../../src/data/tagged-json-write.ts'
import type { Answer, Case, ErrorJson, Json, Outcome } from './case.ts'

/** Which of the case's outcomes differ; -1: the one for the whole case. */
export const differing = (each: Case, jvm: Answer, ours: Answer): number[] => {
  const text = JSON.stringify(each, withText)
  const excused = (theirs: Outcome, own: Outcome): boolean =>
    isBeyondDates(text) || hasForeignDigits(text) || (namesSeveral(text) && isFieldError(theirs) && isFieldError(own))
  const same = (theirs: Outcome, own: Outcome): boolean => sameOutcome(theirs, own) || excused(theirs, own)
  if (!isList(jvm)) return isList(ours) ? (isInput(jvm) ? [] : [-1]) : same(jvm, ours) ? [] : [-1]
  if (!isList(ours)) return jvm.every(isInput) || ('error' in ours && isRefusal(ours.error)) ? [] : [-1]
  return jvm.map((_outcome, index) => index).filter((index) => !same(jvm[index]!, ours[index]!))
}

/** Dates reach as far as JavaScript's do, 8.64e15 milliseconds. */
const isBeyondDates = (text: string): boolean => /timestamp/i.test(text) && /\d{16}/.test(text)

/** Cast and date formats read digits of ASCII only. */
const hasForeignDigits = (text: string): boolean => /(?![0-9])\p{Nd}/u.test(text) && /\.(?:Cast|Timestamp)/.test(text)

/** Base64 is read as the text that it stands for. */
const withText = (_key: string, value: unknown): unknown =>
  Array.isArray(value) && value.some((each) => typeof each === 'string')
    ? value.map((each: unknown) => (typeof each === 'string' ? Buffer.from(each, 'base64').toString() : each))
    : value

const namesSeveral = (text: string): boolean => /\.(?:spec|fields)":"[^"]*,/.test(text)

/** Of several bad fields the JVM tells the one that comes first in its hash order. */
const isFieldError = (outcome: Outcome): boolean =>
  'error' in outcome &&
  /out of range for requested data type|^Cast transformation |^Unexpected type in Cast|^Cannot mask value|^Unable to convert/.test(
    outcome.error.message ?? '',
  )

const isList = (answer: Answer): answer is readonly Outcome[] => Array.isArray(answer)

/** The case itself cannot be built on the JVM: there is nothing to compare. */
export const isInput = (outcome: Outcome): boolean => 'error' in outcome && outcome.error.phase === 'input'

const sameOutcome = (jvm: Outcome, ours: Outcome): boolean => {
  if ('error' in jvm) return jvm.error.phase === 'input' || ('error' in ours && sameError(jvm.error, ours.error))
  // A header of the text `null`: the JVM's worker fails on what its converter returns, ours does so in the converter
  if ('error' in ours)
    return ('result' in jvm && jvm.result === null) || isRefusal(ours.error) || isOverlong(ours.error)
  if ('bytes' in jvm) return 'bytes' in ours && sameBytes(jvm.bytes, ours.bytes)
  const [left, right] = [canonical(contentOf(jvm)), canonical(contentOf(ours))]
  return isDeepStrictEqual(left, right) || sameText(sortedJson(left), sortedJson(right))
}

const contentOf = (outcome: Outcome): Json =>
  'output' in outcome ? outcome.output : 'result' in outcome ? outcome.result : null

/** Regular expressions that cannot be matched exactly as Java does are refused: docs/differences.md lists them. */
const isRefusal = (error: ErrorJson): boolean =>
  error.phase === 'config' && / is not supported in the regular expression /.test(error.message ?? '')

/** The JVM's JSON parser reads characters from more bytes than UTF-8 gives them; ours refuses them. */
const isOverlong = (error: ErrorJson): boolean =>
  error.causes.some((cause) => / not valid UTF-8$/.test(cause.message ?? ''))

/** A message that Java makes up itself is no part of the contract, nor is where it failed. */
const ACCIDENTS = [
  'java.lang.NullPointerException',
  'java.lang.ClassCastException',
  'java.lang.NumberFormatException',
  'java.lang.StackOverflowError',
]

const sameError = (jvm: ErrorJson, ours: ErrorJson): boolean => {
  if (jvm.phase !== ours.phase) return false
  if (ACCIDENTS.includes(jvm.class)) return true
  // Where the JVM tells the first bad key, ours tells all of them
  if (jvm.phase === 'config' && ours.message?.split('\n')[0] === jvm.message) return jvm.class === ours.class
  return sameDescription(jvm, ours)
}

const sameDescription = (
  jvm: { readonly class: string; readonly message: string | null },
  ours: { readonly class: string; readonly message: string | null },
): boolean => jvm.class === ours.class && sameMessage(jvm.message ?? '', ours.message ?? '')

/** Maps that transforms made come in Java's hash order. */
const sameMessage = (jvm: string, ours: string): boolean =>
  sameText(jvm, ours) || (jvm.includes('{') && sorted(plainText(jvm)) === sorted(plainText(ours)))

const sorted = (text: string): string => [...text].sort().join('')

const sameBytes = (jvm: string | null, ours: string | null): boolean => {
  if (jvm === ours) return true
  if (jvm === null || ours === null) return false
  return sameText(Buffer.from(jvm, 'base64').toString('latin1'), Buffer.from(ours, 'base64').toString('latin1'))
}

const NUMBER = /-?\d+\.\d+(?:E-?\d+)?/g

/** Class names that only tell how the harness made a value, and where a byte array lies in memory. */
const plainText = (text: string): string =>
  text
    .replaceAll('\0', '') // UTF-16
    .replaceAll('java.util.LinkedHashMap', 'java.util.HashMap')
    .replace(/java\.util\.(?:Immutable\w+\$\w+|Arrays\$ArrayList)/g, 'java.util.ArrayList')
    .replace(/\[B@[0-9a-f]+/g, '[B@')
    .replace(/org\.apache\.kafka\.connect\.data\.SchemaBuilder@[0-9a-f]+|Schema\{(?:ARRAY|MAP)\}/g, 'Schema{}')
    .replace(/(?<=No value specified for static field: ).*/, '')

/** Java before 19 does not always write the shortest digits: numbers count by their value. */
export const sameText = (left: string, right: string): boolean => {
  if (left === right) return true
  const [a, b] = [plainText(left), plainText(right)]
  if (a === b) return true
  if (a.replace(NUMBER, '#') !== b.replace(NUMBER, '#')) return false
  const numbers = b.match(NUMBER) ?? []
  return (a.match(NUMBER) ?? []).every((text, index) => sameNumber(text, numbers[index] ?? ''))
}

const sameNumber = (left: string, right: string): boolean => {
  if (Number(left) === Number(right)) return true
  // A float's text reads back as the same float, not as the same double
  return Math.max(left.length, right.length) < 17 && Math.fround(Number(left)) === Math.fround(Number(right))
}

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
  // A header without schema takes that of its struct
  const struct =
    object['schema'] === null ? (object['payload'] as { readonly $struct?: Json } | null)?.$struct : undefined
  if (struct !== undefined) return canonical({ ...object, ...(struct as object) } as Json)
  try {
    return { ...object, ...(encodeSide(decodeSide(object)) as { readonly [name: string]: Json }) }
  } catch {
    return json // what one side alone can tell
  }
}
