import { doubleText } from '../data/java-text.ts'
import { TypedNumber } from '../data/values.ts'

/**
 * JSON without blanks, as the JVM's REST API writes it: members that are undefined are left out, characters beyond the
 * BMP are escaped, integers of any size and doubles such as `1.0` stay exact.
 */
export const jsonText = (value: unknown): string => {
  switch (typeof value) {
    case 'string':
      return stringText(value)
    case 'number':
      return Number.isFinite(value) ? String(value) : `"${value}"`
    case 'boolean':
    case 'bigint':
      return String(value)
    case 'object':
      if (value === null) return 'null'
      if (Array.isArray(value)) return `[${value.map(jsonText).join(',')}]`
      if (value instanceof TypedNumber) return typedNumberText(value)
      if (value instanceof Uint8Array) return stringText(Buffer.from(value).toString('base64'))
      return `{${Object.entries(value)
        .filter(([, member]) => member !== undefined)
        .map(([name, member]) => `${stringText(name)}:${jsonText(member)}`)
        .join(',')}}`
    default:
      return 'null'
  }
}

const SURROGATES = /[\ud800-\udfff]/g

const stringText = (text: string): string =>
  JSON.stringify(text).replace(SURROGATES, (unit) => `\\u${unit.charCodeAt(0).toString(16).toUpperCase()}`)

const typedNumberText = ({ type, value }: TypedNumber): string => {
  if (type !== 'float32' && type !== 'float64') return String(value)
  return Number.isFinite(value) ? doubleText(Number(value)) : `"${value}"`
}
