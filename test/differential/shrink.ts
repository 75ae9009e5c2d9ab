/** Makes a case that differs as small as it gets while it still differs. */
import type { Case, Json } from './case.ts'

/** Which of these cases still differ. */
export type Probe = (cases: readonly Case[]) => Promise<readonly boolean[]>

const MOST_ROUNDS = 400
const AT_ONCE = 64

export const shrink = async (start: Case, stillDiffers: Probe): Promise<Case> => {
  let current = start
  let from = 0
  for (let round = 0; round < MOST_ROUNDS; round++) {
    const candidates = smaller(current as Json) as Case[]
    const some = candidates.slice(from, from + AT_ONCE)
    if (some.length === 0) return current
    const differing = await stillDiffers(some)
    const found = differing.indexOf(true)
    if (found < 0) from += AT_ONCE
    else {
      current = some[found]!
      from = 0
    }
  }
  return current
}

const SIZE_LIMIT = 3000

/** Every value that is this one with one thing less, the largest steps first. */
const smaller = (value: Json): Json[] => {
  if (typeof value === 'string') return smallerText(value)
  if (typeof value === 'number')
    return value === 0 ? [] : [0, ...(Math.abs(value) > 1 ? [Math.trunc(value / 2) + 0, value - Math.sign(value)] : [])]
  if (value === null || typeof value === 'boolean') return []
  return (
    Array.isArray(value)
      ? smallerList(value as readonly Json[])
      : smallerObject(value as { readonly [name: string]: Json })
  ).slice(0, SIZE_LIMIT)
}

const smallerText = (text: string): string[] => {
  if (text === '') return []
  const halves = text.length > 3 ? [text.slice(0, text.length >> 1), text.slice(text.length >> 1)] : []
  const without =
    [...text].length > 40 ? [] : [...text].map((_char, index) => [...text].filter((_each, at) => at !== index).join(''))
  return [...(text.length > 1 ? [''] : []), ...halves, ...(isBase64(text) ? smallerBytes(text) : []), ...without]
}

const isBase64 = (text: string): boolean => text.length > 3 && Buffer.from(text, 'base64').toString('base64') === text

const smallerBytes = (text: string): string[] => {
  const bytes = Buffer.from(text, 'base64')
  const cuts: Buffer[] = []
  for (let size = bytes.length >> 1; size >= 1; size >>= 1) {
    for (let at = 0; at < bytes.length; at += size)
      cuts.push(Buffer.concat([bytes.subarray(0, at), bytes.subarray(at + size)]))
  }
  return cuts.slice(0, 300).map((each) => each.toString('base64'))
}

const smallerList = (list: readonly Json[]): Json[] => [
  ...list.map((_item, index) => list.filter((_each, at) => at !== index)),
  ...list.flatMap((item, index) => smaller(item).map((each) => list.map((other, at) => (at === index ? each : other)))),
]

const KEPT = ['kind', 'op', 'role', 'converter', 'topic', 'partition', 'timestamp', 'type', 'field', 'to', 'sink']

const smallerObject = (object: { readonly [name: string]: Json }): Json[] => {
  const entries = Object.entries(object)
  const schema = object['schema']
  const without = entries
    .filter(([name]) => !KEPT.includes(name) && name !== 'schema' && name !== 'payload')
    .map(([name]) => Object.fromEntries(entries.filter(([other]) => other !== name)))
  const nulled = 'payload' in object && schema !== null ? [{ ...object, schema: null, payload: null }] : []
  const deeper = entries.flatMap(([name, value]) =>
    KEPT.includes(name)
      ? []
      : smaller(value).map((each) =>
          Object.fromEntries(entries.map(([other, old]) => [other, other === name ? each : old])),
        ),
  )
  return [...nulled, ...without, ...deeper]
}
