/** Dates and times as databases write them: parsing without Date.parse, texts without a library. */
import type { Zone } from '../zone.ts'

const pad = (value: number, digits: number): string => String(value).padStart(digits, '0')
const NANOS_PER_MS = 1_000_000n

const DAY_MS = 86_400_000
const TWO = Array.from({ length: 100 }, (_, value) => pad(value, 2))
const THREE = Array.from({ length: 1000 }, (_, value) => pad(value, 3))
/** 0001-01-01 and 9999-12-31, as days since the epoch. */
const FIRST_DAY = -719_162
const LAST_DAY = 2_932_896

/** `yyyy-MM-dd` of an instant in a zone. */
export const dateText = (instant: number, zone: Zone): string => {
  const local = instant + zone.offsetAt(instant)
  const day = Math.floor(local / DAY_MS)
  if (day >= FIRST_DAY && day <= LAST_DAY) return usualDate(day)
  const date = new Date(local)
  const year = date.getUTCFullYear()
  const text = `${pad(year > 0 ? year : 1 - year, 4)}-${pad(date.getUTCMonth() + 1, 2)}-${pad(date.getUTCDate(), 2)}`
  return year > 0 ? text : `${text} BC`
}

/** By arithmetic alone, since this runs for every value: years begin in March here, so that a leap day is a year's last. */
const usualDate = (day: number): string => {
  const shifted = day + 719_468
  const era = Math.floor(shifted / 146_097)
  const ofEra = shifted - era * 146_097
  const yearOfEra = Math.floor(
    (ofEra - Math.floor(ofEra / 1460) + Math.floor(ofEra / 36_524) - Math.floor(ofEra / 146_096)) / 365,
  )
  const ofYear = ofEra - (365 * yearOfEra + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100))
  const march = Math.floor((5 * ofYear + 2) / 153)
  const date = ofYear - Math.floor((153 * march + 2) / 5) + 1
  const month = march < 10 ? march + 3 : march - 9
  const year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
  return `${TWO[Math.floor(year / 100)]}${TWO[year % 100]}-${TWO[month]}-${TWO[date]}`
}

/** `HH:mm:ss.SSS` of an instant in a zone. */
export const timeText = (instant: number, zone: Zone): string => {
  const local = instant + zone.offsetAt(instant)
  const ofDay = local - Math.floor(local / DAY_MS) * DAY_MS
  const seconds = Math.floor(ofDay / 1000)
  const minutes = Math.floor(seconds / 60)
  return `${TWO[Math.floor(minutes / 60)]}:${TWO[minutes % 60]}:${TWO[seconds % 60]}.${THREE[ofDay % 1000]}`
}

/** `yyyy-MM-dd HH:mm:ss.SSS` of an instant in a zone. */
export const timestampText = (instant: number, zone: Zone): string => {
  const date = dateText(instant, zone)
  const time = timeText(instant, zone)
  return date.endsWith(' BC') ? `${date.slice(0, -3)} ${time} BC` : `${date} ${time}`
}

/** `yyyy-MM-dd HH:mm:ss.nnnnnnnnn` with `digits` digits behind the point (cut, not rounded). */
export const nanosText = (nanos: bigint, zone: Zone, digits: number): string => {
  const below = ((nanos % NANOS_PER_MS) + NANOS_PER_MS) % NANOS_PER_MS
  const text = timestampText(Number((nanos - below) / NANOS_PER_MS), zone)
  const more = `${String(below).padStart(6, '0')}`.slice(0, Math.max(0, digits - 3))
  return text.endsWith(' BC') ? `${text.slice(0, -3)}${more} BC` : text + more
}

/** `+02:00` of an instant in a zone; with seconds where the zone had them. */
export const offsetText = (instant: number, zone: Zone): string => {
  if (zone.utc) return '+00:00'
  const offset = zone.offsetAt(instant)
  const seconds = Math.abs(offset) / 1000
  const text = `${offset < 0 ? '-' : '+'}${pad(Math.floor(seconds / 3600), 2)}:${pad(Math.floor(seconds / 60) % 60, 2)}`
  return seconds % 60 === 0 ? text : `${text}:${pad(seconds % 60, 2)}`
}

/** A local time, or an instant where the text names its offset. */
export interface ParsedTime {
  /** As if it were UTC; without the offset's part. */
  readonly local: number
  /** Nanoseconds beyond the whole second, 0..999,999,999. */
  readonly nanos: number
  /** Milliseconds ahead of UTC, null when the text has none. */
  readonly offset: number | null
}

const digit = (text: string, at: number): number => text.charCodeAt(at) - 48

/** `yyyy-MM-dd[ HH:mm[:ss[.fraction]]][ BC][+HH[:mm[:ss]]]`, also with T between. Undefined when the text is none of these. */
export const parseTime = (text: string): ParsedTime | undefined => {
  // The usual form, digit by digit: this runs for every value.
  if (text.length >= 19 && text.charCodeAt(4) === 45 && text.charCodeAt(10) !== 46) {
    const fast = parseUsual(text)
    if (fast !== undefined) return fast
  }
  const match =
    /^([+-]?\d{1,7})-(\d{1,2})-(\d{1,2})(?:[ T](\d{1,2}):(\d{1,2})(?::(\d{1,2})(?:\.(\d{1,9}))?)?)?\s*(Z|[+-]\d{2}(?::?\d{2}(?::\d{2})?)?)?(\s*BC)?$/.exec(
      text,
    )
  if (match === null) return undefined
  const [, year = '', month = '', day = '', hour = '0', minute = '0', second = '0', fraction = '', offset, bc] = match
  const date = new Date(0)
  date.setUTCFullYear(bc === undefined ? Number(year) : 1 - Number(year), Number(month) - 1, Number(day))
  const local = date.getTime() + (Number(hour) * 3600 + Number(minute) * 60 + Number(second)) * 1000
  return { local, nanos: Number(fraction.padEnd(9, '0')), offset: offset === undefined ? null : offsetMs(offset) }
}

const parseUsual = (text: string): ParsedTime | undefined => {
  const { length } = text
  const year = digit(text, 0) * 1000 + digit(text, 1) * 100 + digit(text, 2) * 10 + digit(text, 3)
  const month = digit(text, 5) * 10 + digit(text, 6)
  const day = digit(text, 8) * 10 + digit(text, 9)
  const hour = digit(text, 11) * 10 + digit(text, 12)
  const minute = digit(text, 14) * 10 + digit(text, 15)
  const second = digit(text, 17) * 10 + digit(text, 18)
  if (!(year >= 100 && month >= 1 && month <= 12 && day >= 1 && day <= 31 && hour < 25 && minute < 61 && second < 61)) {
    return undefined
  }
  let at = 19
  let nanos = 0
  if (text.charCodeAt(at) === 46) {
    at++
    let scale = 100_000_000
    for (; at < length; at++) {
      const value = digit(text, at)
      if (value < 0 || value > 9) break
      nanos += value * scale
      scale = Math.trunc(scale / 10)
    }
  }
  let offset: number | null = null
  if (at < length) {
    const rest = text.slice(at)
    if (rest === '+00') offset = 0
    else if (/^(Z|[+-]\d{2}(:?\d{2}(:\d{2})?)?)$/.test(rest)) offset = offsetMs(rest)
    else return undefined
  }
  return { local: Date.UTC(year, month - 1, day, hour, minute, second), nanos, offset }
}

const offsetMs = (text: string): number => {
  if (text === 'Z') return 0
  const [, sign, hours = '0', minutes = '0', seconds = '0'] = /^([+-])(\d{2}):?(\d{2})?:?(\d{2})?$/.exec(text) ?? []
  return (sign === '-' ? -1 : 1) * (Number(hours) * 3600 + Number(minutes) * 60 + Number(seconds)) * 1000
}

/** Milliseconds since the epoch of a parsed time, whose second is whole: add the nanoseconds yourself. */
export const instantOf = ({ local, offset }: ParsedTime, zone: Zone): number =>
  offset === null ? zone.toInstant(local) : local - offset

/** `[-]HH:mm:ss[.fraction][offset]` as milliseconds since midnight UTC, those of 1970-01-01 in the zone. */
export const parseTimeOfDay = (text: string, zone: Zone): { millis: number; nanos: number } | undefined => {
  const match = /^(-?)(\d{1,3}):(\d{2})(?::(\d{2})(?:\.(\d{1,9}))?)?(Z|[+-]\d{2}(?::?\d{2}(?::\d{2})?)?)?$/.exec(text)
  if (match === null) return undefined
  const [, sign, hours, minutes, seconds = '0', fraction = '', offset] = match
  const whole = (Number(hours) * 3600 + Number(minutes) * 60 + Number(seconds)) * 1000
  const local = sign === '-' ? -whole : whole
  const nanos = Number(fraction.padEnd(9, '0'))
  const millis = offset === undefined ? zone.toInstant(local) : local - offsetMs(offset)
  return { millis: millis + Math.trunc(nanos / 1e6), nanos }
}
