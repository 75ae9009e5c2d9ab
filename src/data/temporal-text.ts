/** Reads the ISO forms of dates, times and timestamps as leniently as Java's SimpleDateFormat; always UTC. */
import { DATE_SCHEMA, TIME_SCHEMA, TIMESTAMP_SCHEMA } from './logical-types.ts'
import type { SchemaAndValue } from './schema.ts'

const DATE = /^[ \t]*(-?\d+)-[ \t]*(-?\d+)-[ \t]*(-?\d+)/
const TIME = /^[ \t]*(-?\d+):[ \t]*(-?\d+):[ \t]*(-?\d+)\.[ \t]*(-?\d+)Z/
const TIMESTAMP = /^[ \t]*(-?\d+)-[ \t]*(-?\d+)-[ \t]*(-?\d+)T[ \t]*(-?\d+):[ \t]*(-?\d+):[ \t]*(-?\d+)\.[ \t]*(-?\d+)Z/

/** Fields out of range carry over: month 13 is January of the next year. */
const utc = (year: string, month: string, day: string, h = '0', m = '0', s = '0', ms = '0'): Date => {
  const date = new Date(0)
  date.setUTCFullYear(Number(year), Number(month) - 1, Number(day))
  date.setUTCHours(Number(h), Number(m), Number(s), Number(ms))
  return date
}

/** Null when the text is none of them. Only its length tells which of them it may be, so it must be without blanks around. */
export const parseTemporal = (token: string): SchemaAndValue | null => {
  const text = token.replaceAll('\\:', ':')
  if (text.length === 10) {
    const [, year, month, day] = DATE.exec(text) ?? []
    if (year !== undefined) return { schema: DATE_SCHEMA, value: utc(year, month!, day!) }
  } else if (text.length === 13) {
    const [, h, m, s, ms] = TIME.exec(text) ?? []
    if (h !== undefined) return { schema: TIME_SCHEMA, value: utc('1970', '1', '1', h, m, s, ms) }
  } else if (text.length === 24) {
    const [, year, month, day, h, m, s, ms] = TIMESTAMP.exec(text) ?? []
    if (year !== undefined) return { schema: TIMESTAMP_SCHEMA, value: utc(year, month!, day!, h, m, s, ms) }
  }
  return null
}
