/** Text rules of the JVM that JavaScript's own functions do not share. */

/** `String.trim`: drops everything up to U+0020, and only that (a no-break space stays). */
export const javaTrim = (text: string): string => {
  let start = 0
  let end = text.length
  while (start < end && text.charCodeAt(start) <= 0x20) start++
  while (end > start && text.charCodeAt(end - 1) <= 0x20) end--
  return text.slice(start, end)
}

/** `String.isBlank`: empty, or nothing but white space and line ends. A no-break space is not white space to Java. */
export const javaIsBlank = (text: string): boolean => [...text].every((char) => JAVA_BLANKS.includes(char))

const JAVA_BLANKS =
  '\t\n\v\f\r\u001c\u001d\u001e\u001f \u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2008\u2009\u200a\u2028\u2029\u205f\u3000'

/** `Boolean.parseBoolean` and Kafka's stricter form both ignore case. */
export const equalsIgnoreCase = (left: string, right: string): boolean => left.toUpperCase() === right.toUpperCase()

/** `Integer.parseInt` and its kin: decimal digits with an optional sign, nothing else. Undefined: not such a number. */
export const parseJavaInteger = (text: string, bits: 16 | 32 | 64): bigint | undefined => {
  if (!/^[+-]?[0-9]+$/.test(text)) return undefined
  const value = BigInt(text.startsWith('+') ? text.slice(1) : text)
  return BigInt.asIntN(bits, value) === value ? value : undefined
}

/** `Double.parseDouble`: decimal or hexadecimal, with an optional `f` or `d` behind it. Undefined: not such a number. */
export const parseJavaDouble = (text: string): number | undefined => {
  const trimmed = javaTrim(text)
  const named = /^([+-]?)(NaN|Infinity)$/.exec(trimmed)
  if (named) {
    const value = named[2] === 'NaN' ? Number.NaN : Number.POSITIVE_INFINITY
    return named[1] === '-' ? -value : value
  }
  if (/^[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?[fFdD]?$/.test(trimmed)) return Number(trimmed.replace(/[fFdD]$/, ''))
  const hex = /^([+-]?)0[xX]([0-9a-fA-F]*)\.?([0-9a-fA-F]*)[pP]([+-]?\d+)[fFdD]?$/.exec(trimmed)
  if (!hex) return undefined
  const digits = `${hex[2]}${hex[3]}`
  if (digits === '') return undefined
  const value = Number(BigInt(`0x${digits}`)) * 2 ** (Number(hex[4]) - 4 * (hex[3] ?? '').length)
  return hex[1] === '-' ? -value : value
}

/** A list as Java prints it: `[a, b]`. */
export const javaListText = (list: readonly string[]): string => `[${list.join(', ')}]`

/** A map of strings as Java prints it: `{a=b, c=d}`. */
export const javaMapText = (entries: Readonly<Record<string, string | null>>): string =>
  `{${Object.entries(entries)
    .map(([key, value]) => `${key}=${value}`)
    .join(', ')}}`
