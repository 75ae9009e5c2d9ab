/** java.text.SimpleDateFormat in UTC with English names: `format` and lenient `parse`, as the JVM's transforms use it. */
import { type CivilDate, civilDate, DAY_MS, dayOfWeekInMonth, weekOfMonth, weekOfYear } from './java-calendar.ts'
import { parseDate } from './simple-date-parse.ts'
import { type DatePart, MONTHS, readDatePattern, WEEKDAYS } from './simple-date-pattern.ts'

export interface SimpleDateFormat {
  readonly pattern: string
  /** @param millis milliseconds since the epoch */
  format(millis: number): string
  /**
   * Milliseconds since the epoch of the text's beginning; what follows is ignored, and fields out of range are carried over.
   * Undefined when it does not match (Java's ParseException).
   */
  parse(text: string): number | undefined
}

/**
 * Compiles a pattern.
 * @param now for years of two digits, which are those from 80 years before to 20 years after
 * @throws Error named `java.lang.IllegalArgumentException` with Java's text when the pattern is not valid
 */
export const simpleDateFormat = (pattern: string, now: () => number = Date.now): SimpleDateFormat => {
  const parts = readDatePattern(pattern)
  const centuryStart = civilDate(Math.floor(now() / DAY_MS))
  // The date of the last day: what is formatted in a row is mostly of one.
  let lastDays = Number.NaN
  let lastDate = centuryStart
  const windowStart = { year: centuryStart.year - 80, millis: now() - 80 * 365.2425 * DAY_MS }
  return {
    pattern,
    format: (millis) => {
      const days = Math.floor(millis / DAY_MS)
      if (days !== lastDays) {
        lastDate = civilDate(days)
        lastDays = days
      }
      return formatDate(parts, lastDate, days, millis)
    },
    parse: (text) => parseDate(parts, text, windowStart),
  }
}

const formatDate = (parts: readonly DatePart[], date: CivilDate, days: number, millis: number): string => {
  let text = ''
  for (const part of parts) text += typeof part === 'string' ? part : field(part.letter, part.count, date, days, millis)
  return text
}

const TWO_DIGITS = Array.from({ length: 100 }, (_, value) => String(value).padStart(2, '0'))

const pad = (value: number, digits: number): string => {
  if (digits === 2 && value >= 0 && value < 100) return TWO_DIGITS[value]!
  const text = String(Math.abs(value)).padStart(digits, '0')
  return value < 0 ? `-${text}` : text
}

/** A year: two digits when the pattern has two letters, else all of them. */
const yearText = (year: number, count: number): string => (count === 2 ? pad(year % 100, 2) : pad(year, count))

const field = (letter: string, count: number, date: CivilDate, days: number, millis: number): string => {
  const time = millis - days * DAY_MS
  const hour = Math.floor(time / 3_600_000)
  switch (letter) {
    case 'G':
      return date.year > 0 ? 'AD' : 'BC'
    case 'y':
      return yearText(date.year > 0 ? date.year : 1 - date.year, count)
    case 'Y':
      return yearText(weekOfYear(days, date).year, count)
    case 'M':
    case 'L':
      if (count >= 4) return MONTHS[date.month]!
      return count === 3 ? MONTHS[date.month]!.slice(0, 3) : pad(date.month + 1, count)
    case 'w':
      return pad(weekOfYear(days, date).week, count)
    case 'W':
      return pad(weekOfMonth(days, date), count)
    case 'D':
      return pad(date.dayOfYear, count)
    case 'd':
      return pad(date.day, count)
    case 'F':
      return pad(dayOfWeekInMonth(days, date), count)
    case 'E':
      return count >= 4 ? WEEKDAYS[date.dayOfWeek - 1]! : WEEKDAYS[date.dayOfWeek - 1]!.slice(0, 3)
    case 'u':
      return pad(date.dayOfWeek === 1 ? 7 : date.dayOfWeek - 1, count)
    case 'a':
      return hour < 12 ? 'AM' : 'PM'
    case 'H':
      return pad(hour, count)
    case 'k':
      return pad(hour === 0 ? 24 : hour, count)
    case 'K':
      return pad(hour % 12, count)
    case 'h':
      return pad(hour % 12 === 0 ? 12 : hour % 12, count)
    case 'm':
      return pad(Math.floor(time / 60_000) % 60, count)
    case 's':
      return pad(Math.floor(time / 1000) % 60, count)
    case 'S':
      return pad(time % 1000, count)
    case 'z':
      return count >= 4 ? 'Coordinated Universal Time' : 'UTC'
    case 'Z':
      return '+0000'
    default:
      return 'Z'
  }
}
