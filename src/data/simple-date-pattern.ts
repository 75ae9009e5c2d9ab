/** Reads SimpleDateFormat patterns into literal text and fields. */

import { javaError } from './java-error.ts'

/** Literal text, or a field: a letter and how often it stood there. */
export type DatePart = string | { readonly letter: string; readonly count: number }

export const MONTHS = [
  'January',
  'February',
  'March',
  'April',
  'May',
  'June',
  'July',
  'August',
  'September',
  'October',
  'November',
  'December',
] as const

/** Sunday first. */
export const WEEKDAYS = ['Sunday', 'Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday'] as const

const LETTERS = 'GyMdkHmsSEDFwWahKzZYuXL'

const illegal = (message: string): Error => javaError('java.lang.IllegalArgumentException', message)

/** @throws Error named `java.lang.IllegalArgumentException` */
export const readDatePattern = (pattern: string): DatePart[] => {
  const parts: DatePart[] = []
  let literal = ''
  for (let at = 0; at < pattern.length; ) {
    const char = pattern[at]!
    if (char === "'") {
      if (pattern[at + 1] === "'") {
        literal += "'"
        at += 2
        continue
      }
      const quoted = /^'((?:[^']|'')*)'/.exec(pattern.slice(at))
      if (quoted === null) throw illegal('Unterminated quote')
      literal += quoted[1]!.replaceAll("''", "'")
      at += quoted[0].length
    } else if (/[a-zA-Z]/.test(char)) {
      if (!LETTERS.includes(char)) throw illegal(`Illegal pattern character '${char}'`)
      const count = fieldLength(pattern, at)
      if (char === 'X' && count > 3) throw illegal(`invalid ISO 8601 format: length=${count}`)
      if (literal !== '') parts.push(literal)
      literal = ''
      parts.push({ letter: char, count })
      at += count
    } else {
      literal += char
      at++
    }
  }
  if (literal !== '') parts.push(literal)
  return parts
}

const fieldLength = (pattern: string, start: number): number => {
  let end = start
  while (pattern[end] === pattern[start]) end++
  return end - start
}
