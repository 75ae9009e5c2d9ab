/** What may stand in `{"$tag": ...}`. */
import { DataError } from './errors.ts'
import { parseDecimal } from './java-text.ts'
import { isPlainObject } from './values.ts'

/** The tag of an object that has only that; undefined for anything else. */
export const tagOf = (json: unknown): string | undefined => {
  if (!isPlainObject(json)) return undefined
  const [tag, ...more] = Object.keys(json)
  return more.length === 0 && tag?.startsWith('$') ? tag : undefined
}

const isIntegerUpTo =
  (limit: number) =>
  (content: unknown): boolean =>
    /^-?\d+$/.test(String(content)) && Number(content) >= -limit && Number(content) < limit

const isLong = (content: unknown): boolean =>
  /^-?\d+$/.test(String(content)) && BigInt.asIntN(64, BigInt(String(content))) === BigInt(String(content))

const isNumber = (content: unknown): boolean =>
  typeof content === 'number' || /^(?:NaN|-?Infinity|-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?)$/.test(String(content))

const isBase64 = (content: unknown): boolean =>
  typeof content === 'string' && /^[A-Za-z0-9+/]*={0,2}$/.test(content) && content.length % 4 === 0

const MOST_MILLIS = 8.64e15

type Check = readonly [holds: (content: unknown) => boolean, what: string]

const CONTENTS: ReadonlyMap<string, Check> = new Map<string, Check>([
  ['$int8', [isIntegerUpTo(2 ** 7), 'an integer from -128 to 127']],
  ['$int16', [isIntegerUpTo(2 ** 15), 'an integer from -32768 to 32767']],
  ['$int32', [isIntegerUpTo(2 ** 31), 'an integer from -2147483648 to 2147483647']],
  ['$int64', [isLong, 'the digits of a 64-bit integer']],
  ['$bigint', [(content) => /^-?\d+$/.test(String(content)), 'the digits of an integer']],
  ['$float32', [isNumber, 'a number, "NaN", "Infinity" or "-Infinity"']],
  ['$float64', [isNumber, 'a number, "NaN", "Infinity" or "-Infinity"']],
  ['$decimal', [(content) => parseDecimal(String(content)) !== undefined, 'a decimal number as text']],
  [
    '$date',
    [(content) => Number.isInteger(content) && Math.abs(content as number) <= MOST_MILLIS, 'milliseconds since 1970'],
  ],
  ['$bytes', [isBase64, 'base64']],
  ['$bytebuffer', [isBase64, 'base64']],
  ['$map', [isPairs, 'a list of [key, value]']],
  ['$struct', [isPlainObject, 'an object with "schema" and "payload"']],
])

function isPairs(content: unknown): boolean {
  return Array.isArray(content) && content.every((pair) => Array.isArray(pair) && pair.length === 2)
}

/**
 * @param requireSide checks a schema and its payload
 * @param requireSchemaless checks a value without schema
 * @throws DataError naming the place
 */
export const requireTagged = (
  json: Readonly<Record<string, unknown>>,
  tag: string,
  path: string,
  requireSide: (side: { schema?: unknown; payload?: unknown }, path: string) => void,
  requireSchemaless: (json: unknown, path: string) => void,
): void => {
  const content = json[tag]
  if (tag === '$raw') {
    requireSchemaless(content, path)
    return
  }
  const check = CONTENTS.get(tag)
  if (check === undefined) {
    throw new DataError(`${path}: there is no tag ${tag}; accepted: ${[...CONTENTS.keys(), '$raw'].join(', ')}`)
  }
  if (!check[0](content)) throw new DataError(`${path}.${tag}: ${JSON.stringify(content)} is not ${check[1]}`)
  if (tag === '$struct') {
    const { schema, payload, value } = content as Readonly<Record<string, unknown>>
    requireSide({ schema, payload: payload ?? value }, `${path}.$struct`)
  }
  if (tag === '$map') {
    for (const [index, [key, value]] of (content as [unknown, unknown][]).entries()) {
      requireSchemaless(key, `${path}.$map[${index}][0]`)
      requireSchemaless(value, `${path}.$map[${index}][1]`)
    }
  }
}
