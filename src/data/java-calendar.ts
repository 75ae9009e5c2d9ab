/**
 * java.util.GregorianCalendar in UTC: the Julian calendar up to 4 October 1582, the Gregorian one from 15 October, fields
 * out of range carried over, and the rules by which contradicting fields are settled. Weeks are those of the United States
 * (they start on Sunday, the first one holds 1 January), as in the JVM's English locale.
 */

export const DAY_MS = 86_400_000
/** Days since 1970-01-01 of the first day of the Gregorian calendar. */
const CUTOVER_DAY = -141_427
const CUTOVER_YEAR = 1582

const floorDiv = (a: number, b: number): number => Math.floor(a / b)
const floorMod = (a: number, b: number): number => a - b * Math.floor(a / b)

/** Days since 1970-01-01 of the first of a month (0..11), years counted 1, 0, -1 ... */
const gregorianDays = (year: number, month: number): number => {
  const y = month < 2 ? year - 1 : year
  const dayOfYear = floorDiv(153 * floorMod(month - 2, 12) + 2, 5)
  return 365 * y + floorDiv(y, 4) - floorDiv(y, 100) + floorDiv(y, 400) + dayOfYear - 719_468
}

const julianDays = (year: number, month: number): number => {
  const y = month < 2 ? year - 1 : year
  return 365 * y + floorDiv(y, 4) + floorDiv(153 * floorMod(month - 2, 12) + 2, 5) - 719_470
}

export interface CivilDate {
  /** 0 is 1 BC. */
  readonly year: number
  /** 0..11 */
  readonly month: number
  readonly day: number
  /** From 1. */
  readonly dayOfYear: number
  /** 1 is Sunday. */
  readonly dayOfWeek: number
}

const firstOfMonth = (year: number, month: number): number => {
  const gregorian = gregorianDays(year, month)
  return gregorian >= CUTOVER_DAY ? gregorian : julianDays(year, month)
}

/** The date of a day counted from 1970-01-01. */
export const civilDate = (days: number): CivilDate => {
  const start = days >= CUTOVER_DAY ? gregorianDays : julianDays
  let year = 1970 + floorDiv(days, days >= CUTOVER_DAY ? 365.2425 : 365.25)
  while (start(year + 1, 0) <= days) year++
  while (start(year, 0) > days) year--
  let month = 11
  while (start(year, month) > days) month--
  // In the year of the change the days are counted in its own calendar: they run on across the gap.
  const newYear = firstOfMonth(year, 0)
  return {
    year,
    month,
    day: days - start(year, month) + 1,
    dayOfYear: days - newYear + 1,
    dayOfWeek: floorMod(days + 4, 7) + 1,
  }
}

/** The week of the year and the year that week belongs to. */
export const weekOfYear = (days: number, date: CivilDate): { week: number; year: number } => {
  const sunday = days - (date.dayOfWeek - 1)
  const next = firstOfMonth(date.year + 1, 0)
  if (next <= sunday + 6) return { week: 1, year: date.year + 1 }
  const newYear = firstOfMonth(date.year, 0)
  return { week: floorDiv(sunday - sundayOnOrBefore(newYear), 7) + 1, year: date.year }
}

export const weekOfMonth = (days: number, date: CivilDate): number => {
  const first = firstOfMonth(date.year, date.month)
  return floorDiv(days - sundayOnOrBefore(first), 7) + 1
}

/** Counted by the days that the month had: October 1582 lacks ten. */
export const dayOfWeekInMonth = (days: number, date: CivilDate): number =>
  floorDiv(days - firstOfMonth(date.year, date.month), 7) + 1

const onOrBefore = (days: number, dayOfWeek: number): number => days - floorMod(days + 4 - (dayOfWeek - 1), 7)
const sundayOnOrBefore = (days: number): number => onOrBefore(days, 1)

export type CalendarField =
  | 'era'
  | 'year'
  | 'month'
  | 'weekOfYear'
  | 'weekOfMonth'
  | 'day'
  | 'dayOfYear'
  | 'dayOfWeek'
  | 'dayOfWeekInMonth'
  | 'amPm'
  | 'hour'
  | 'hourOfDay'
  | 'minute'
  | 'second'
  | 'millisecond'
  | 'weekYear'
  | 'offset'

/** Fields in the order in which they were set; a later one of the same name replaces value and place. */
export type CalendarFields = Map<CalendarField, number>

export const setField = (fields: CalendarFields, field: CalendarField, value: number): void => {
  fields.delete(field)
  fields.set(field, value)
}

/** Milliseconds since the epoch of a set of fields; what is missing is that of 1970-01-01 00:00. */
export const calendarMillis = (fields: CalendarFields): number => {
  const order = [...fields.keys()]
  const stamp = (field: CalendarField): number => order.indexOf(field) + 1
  const weekYear = stamp('weekYear') > stamp('year')
  const days = weekYear ? weekDate(fields) : dayOf(fields, stamp)
  return days * DAY_MS + timeOfDay(fields, stamp) - (fields.get('offset') ?? 0)
}

/** A week year settles the date together with week and day of week, whatever else is set. */
const weekDate = (fields: CalendarFields): number => {
  let week = fields.get('weekOfYear') ?? 1
  let dayOfWeek = fields.get('dayOfWeek') ?? 1
  if (dayOfWeek < 1 || dayOfWeek > 7) {
    // Set by `u`, where 7 is Sunday: what is out of range counts on from Monday = 1.
    if (dayOfWeek >= 8) {
      week += floorDiv(dayOfWeek - 1, 7)
      dayOfWeek = ((dayOfWeek - 1) % 7) + 1
    } else {
      while (dayOfWeek <= 0) {
        dayOfWeek += 7
        week--
      }
    }
    dayOfWeek = dayOfWeek === 7 ? 1 : dayOfWeek + 1
  }
  const firstWeek = sundayOnOrBefore(firstOfMonth(fields.get('weekYear')!, 0))
  return firstWeek + (week - 1) * 7 + (dayOfWeek - 1)
}

type Stamp = (field: CalendarField) => number

const timeOfDay = (fields: CalendarFields, stamp: Stamp): number => {
  const hourWithHalf = stamp('hour') > 0 && stamp('amPm') > 0 ? Math.max(stamp('hour'), stamp('amPm')) : 0
  const hours =
    Math.max(hourWithHalf, stamp('hourOfDay')) > 0
      ? hourWithHalf > stamp('hourOfDay')
        ? fields.get('hour')! + 12 * fields.get('amPm')!
        : fields.get('hourOfDay')!
      : (fields.get('hour') ?? 0) + 12 * (fields.get('amPm') ?? 0)
  const minutes = hours * 60 + (fields.get('minute') ?? 0)
  return (minutes * 60 + (fields.get('second') ?? 0)) * 1000 + (fields.get('millisecond') ?? 0)
}

type DateRule = 'day' | 'weekOfMonth' | 'dayOfWeekInMonth' | 'dayOfYear' | 'weekOfYear'

/** Which fields say the day: the combination completed last. Without any, the week or day of week that stands alone. */
const dateRule = (stamp: Stamp): DateRule => {
  const both = (a: CalendarField): number =>
    stamp(a) > 0 && stamp('dayOfWeek') > 0 ? Math.max(stamp(a), stamp('dayOfWeek')) : 0
  let [day, month, inMonth, dayOfYear, year] = [
    stamp('day'),
    both('weekOfMonth'),
    both('dayOfWeekInMonth'),
    stamp('dayOfYear'),
    both('weekOfYear'),
  ]
  let best = Math.max(day, month, inMonth, dayOfYear, year)
  if (best === 0) {
    month = stamp('weekOfMonth')
    inMonth = Math.max(stamp('dayOfWeekInMonth'), stamp('dayOfWeek'))
    year = stamp('weekOfYear')
    best = Math.max(month, inMonth, year)
    if (best === 0) best = day = stamp('month')
  }
  if (best === day) return 'day'
  const byMonth = best === month && stamp('weekOfMonth') >= stamp('weekOfYear')
  const byDayInMonth = best === inMonth && stamp('dayOfWeekInMonth') >= stamp('weekOfYear')
  if (!byMonth && !byDayInMonth) return best === dayOfYear ? 'dayOfYear' : 'weekOfYear'
  if (month === inMonth) return stamp('weekOfMonth') >= stamp('dayOfWeekInMonth') ? 'weekOfMonth' : 'dayOfWeekInMonth'
  return best === month ? 'weekOfMonth' : 'dayOfWeekInMonth'
}

const dayOf = (fields: CalendarFields, stamp: Stamp): number => {
  const rule = dateRule(stamp)
  let year = fields.get('year') ?? 1970
  if (fields.get('era') === 0) year = 1 - year
  let month = 0
  if (rule === 'day' || rule === 'weekOfMonth' || rule === 'dayOfWeekInMonth') {
    const months = fields.get('month') ?? 0
    year += floorDiv(months, 12)
    month = floorMod(months, 12)
  }
  const gregorian = dayFrom(gregorianDays(year, month), rule, fields, () => gregorianDays(year, month + 1))
  if (year > CUTOVER_YEAR || (year === CUTOVER_YEAR && gregorian >= CUTOVER_DAY)) {
    if (gregorian >= CUTOVER_DAY) return gregorian
  }
  const julian = dayFrom(julianDays(year, month), rule, fields, () => julianDays(year, month + 1))
  return julian
}

/** The day that a rule finds, counted from the first of the month or year. */
const dayFrom = (first: number, rule: DateRule, fields: CalendarFields, nextMonth: () => number): number => {
  const dayOfWeek = fields.get('dayOfWeek')
  switch (rule) {
    case 'day':
      return first + (fields.get('day') ?? 1) - 1
    case 'dayOfYear':
      return first + (fields.get('dayOfYear') ?? 1) - 1
    case 'dayOfWeekInMonth': {
      const count = fields.get('dayOfWeekInMonth') ?? 1
      if (count >= 0) return onOrBefore(first + 7 * count - 1, dayOfWeek ?? 1)
      return onOrBefore(nextMonth() + 7 * (count + 1) - 1, dayOfWeek ?? 1)
    }
    case 'weekOfMonth':
    case 'weekOfYear': {
      const sunday = sundayOnOrBefore(first)
      const start = dayOfWeek === undefined ? sunday : onOrBefore(sunday + 6, dayOfWeek)
      return start + 7 * ((fields.get(rule) ?? 1) - 1)
    }
  }
}
