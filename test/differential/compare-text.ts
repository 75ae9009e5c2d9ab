/** Whether two texts are the same but for what only this JVM, or this run, makes of them. */

export const sameBytes = (jvm: string | null, ours: string | null): boolean => {
  if (jvm === ours) return true
  if (jvm === null || ours === null) return false
  return sameText(textOf(jvm), textOf(ours))
}

/** UTF-16 is read without its zeros. */
const textOf = (base64: string): string => {
  const text = Buffer.from(base64, 'base64').toString('latin1')
  return text.split('\0').length > text.length * 0.4 ? text.replaceAll('\0', '') : text
}

/** Maps that transforms made come in Java's hash order. */
export const sameMessage = (jvm: string, ours: string): boolean =>
  sameText(jvm, ours) || (jvm.includes('{') && sorted(roundedText(jvm)) === sorted(roundedText(ours)))

const sorted = (text: string): string => [...text].sort().join('')

const roundedText = (text: string): string =>
  plainText(text).replace(NUMBER, (number) => Math.fround(Number(number)).toPrecision(6))

const NUMBER = /-?\d+\.\d+(?:E-?\d+)?/g

/** Class names that only tell how the harness made a value, and where something lies in memory. */
const plainText = (text: string): string =>
  text
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
