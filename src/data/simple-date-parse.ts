/** SimpleDateFormat's lenient reading of text: field by field, each as far as it goes. */
import { type CalendarField, type CalendarFields, calendarMillis, setField } from './java-calendar.ts'
import { asciiDigits } from './java-text.ts'
import { zoneNameAt } from './java-zone-names.ts'
import { type DatePart, MONTHS, WEEKDAYS } from './simple-date-pattern.ts'

/** Where the hundred years begin that years of two digits are taken from. */
interface CenturyWindow {
  readonly year: number
  readonly millis: number
}

type Field = Exclude<DatePart, string>

/** The letters whose field is all digits (months only when short): before one of them, a number takes its count only. */
const NUMERIC = 'ydkHmsSDFwWhKYu'
const NUMBER_FIELDS: Readonly<Record<string, CalendarField>> = {
  d: 'day',
  H: 'hourOfDay',
  m: 'minute',
  s: 'second',
  S: 'millisecond',
  D: 'dayOfYear',
  F: 'dayOfWeekInMonth',
  w: 'weekOfYear',
  W: 'weekOfMonth',
  K: 'hour',
}

/** Milliseconds since the epoch, or undefined when the text does not begin as the pattern says. */
export const parseDate = (parts: readonly DatePart[], text: string, window: CenturyWindow): number | undefined => {
  const fields: CalendarFields = new Map()
  const reader = new DateReader(text, fields, window)
  for (let i = 0; i < parts.length; i++) {
    const part = parts[i]!
    if (typeof part === 'string' ? !reader.literal(part) : !reader.field(part, obeysCount(parts[i + 1])))
      return undefined
  }
  const millis = calendarMillis(fields)
  if (!reader.ambiguousYear || millis >= window.millis) return millis
  for (const field of ['year', 'weekYear'] as const) {
    const year = fields.get(field)
    if (year !== undefined) fields.set(field, year + 100)
  }
  return calendarMillis(fields)
}

const obeysCount = (next: DatePart | undefined): boolean => {
  if (next === undefined || typeof next === 'string') return false
  if (next.letter === 'M' || next.letter === 'L') return next.count <= 2
  return NUMERIC.includes(next.letter)
}

const INT32 = 2 ** 31

/** `Number.intValue` of what Java's DecimalFormat reads: whole numbers wrap, what is beyond a long is cut off. */
const intValue = (digits: string, exponent: number): number => {
  const power = 10n ** BigInt(Math.min(Math.abs(exponent), 40))
  const value = exponent < 0 ? BigInt(digits) / power : BigInt(digits) * power
  if (BigInt.asIntN(64, value) === value) return Number(BigInt.asIntN(32, value))
  return value < 0n ? -INT32 : INT32 - 1
}

class DateReader {
  readonly #text: string
  readonly #fields: CalendarFields
  readonly #window: CenturyWindow
  #at = 0
  ambiguousYear = false

  constructor(text: string, fields: CalendarFields, window: CenturyWindow) {
    this.#text = text
    this.#fields = fields
    this.#window = window
  }

  literal(expected: string): boolean {
    if (!this.#text.startsWith(expected, this.#at)) return false
    this.#at += expected.length
    return true
  }

  field({ letter, count }: Field, obeyCount: boolean): boolean {
    const start = this.#at
    while (this.#text[this.#at] === ' ' || this.#text[this.#at] === '\t') this.#at++
    if (this.#at >= this.#text.length) return false
    switch (letter) {
      case 'G':
        return this.#name('era', ['BC', 'AD'], start)
      case 'a':
        return this.#name('amPm', ['AM', 'PM'], start)
      case 'E':
        return this.#longOrShort('dayOfWeek', WEEKDAYS, start, 1)
      case 'z':
      case 'Z':
        return this.#zone(start)
      case 'X':
        return this.#isoZone(count)
    }
    if ((letter === 'M' || letter === 'L') && count > 2) return this.#longOrShort('month', MONTHS, start, 0)
    const from = this.#at
    const value = this.#number(obeyCount ? start + count : undefined)
    if (value === undefined) return false
    this.#setNumber(letter, count, value, this.#text.slice(from, this.#at))
    return true
  }

  #set(field: CalendarField, value: number): true {
    setField(this.#fields, field, value)
    return true
  }

  #setNumber(letter: string, count: number, value: number, taken: string): true {
    switch (letter) {
      case 'y':
        return this.#set('year', this.#year(count, value, taken))
      case 'Y':
        return this.#set('weekYear', this.#year(count, value, taken))
      case 'M':
      case 'L':
        return this.#set('month', value - 1)
      case 'k':
        return this.#set('hourOfDay', value === 24 ? 0 : value)
      case 'h':
        return this.#set('hour', value === 12 ? 0 : value)
      case 'u':
        return this.#set('dayOfWeek', value >= 1 && value <= 7 ? (value % 7) + 1 : value)
      default:
        return this.#set(NUMBER_FIELDS[letter]!, value)
    }
  }

  /** One or two letters and exactly two digits: a year of the hundred from 80 years ago. */
  #year(count: number, value: number, taken: string): number {
    if (count > 2 || !/^\d\d$/.test(taken)) return value
    const first = this.#window.year % 100
    this.ambiguousYear = value === first
    return value + Math.floor(this.#window.year / 100) * 100 + (value < first ? 100 : 0)
  }

  /** @param end how far the number may go at most; the text must be that long */
  #number(end: number | undefined): number | undefined {
    if (end !== undefined && end > this.#text.length) return undefined
    const match = /^(-?\d+)(?:E(-?\d+))?/.exec(asciiDigits(this.#text.slice(this.#at, end)))
    if (match === null) return undefined
    this.#at += match[0].length
    return intValue(match[1]!, Number(match[2] ?? 0))
  }

  #longOrShort(field: CalendarField, names: readonly string[], start: number, first: number): boolean {
    return (
      this.#name(field, names, start, first) ||
      this.#name(
        field,
        names.map((name) => name.slice(0, 3)),
        start,
        first,
      )
    )
  }

  /** The longest of the names that stands here, in any case. Java does not skip blanks before names. */
  #name(field: CalendarField, names: readonly string[], start: number, first = 0): boolean {
    let best = -1
    for (const [index, name] of names.entries()) {
      const here = this.#text.slice(start, start + name.length)
      if (here.toLowerCase() === name.toLowerCase() && (best < 0 || name.length > names[best]!.length)) best = index
    }
    if (best < 0) return false
    this.#at = start + names[best]!.length
    return this.#set(field, best + first)
  }

  /** `GMT`, `GMT+1:00`, `+0100`, or one of the names we know. */
  #zone(start: number): boolean {
    const rest = this.#text.slice(this.#at)
    if (rest[0] === '+' || rest[0] === '-') return this.#offset(/^([+-])(\d\d)(\d\d)/.exec(rest))
    if (/^GMT/i.test(this.#text.slice(start))) {
      this.#at = start + 3
      const after = this.#text.slice(this.#at)
      if (after[0] !== '+' && after[0] !== '-') return this.#set('offset', 0)
      return this.#offset(/^([+-])(\d\d?):(\d\d)/.exec(after))
    }
    const name = zoneNameAt(rest)
    if (name === undefined) return false
    this.#at += name.length
    return this.#set('offset', name.minutes * 60_000)
  }

  #isoZone(count: number): boolean {
    const rest = this.#text.slice(this.#at)
    if (rest[0] === 'Z') {
      this.#at++
      return this.#set('offset', 0)
    }
    const forms = [/^([+-])(\d\d)/, /^([+-])(\d\d)(\d\d)/, /^([+-])(\d\d):(\d\d)/]
    return this.#offset(forms[count - 1]!.exec(rest))
  }

  #offset(match: RegExpExecArray | null): boolean {
    if (match === null) return false
    const [hours, minutes] = [Number(match[2]), Number(match[3] ?? 0)]
    if (hours > 23 || minutes > 59) return false
    this.#at += match[0].length
    return this.#set('offset', (match[1] === '-' ? -1 : 1) * (hours * 60 + minutes) * 60_000)
  }
}
