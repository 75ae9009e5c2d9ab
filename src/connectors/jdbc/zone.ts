/** A time zone, for local times without a zone (`db.timezone`), by the rules of java.util.GregorianCalendar. */
export interface Zone {
  readonly name: string
  /** Whether local time is always UTC. */
  readonly utc: boolean
  /** Milliseconds that local time is ahead of UTC at an instant. */
  offsetAt(instant: number): number
  /** The instant of a local time (given as if it were UTC). Skipped times move on; of two, the later (standard time). */
  toInstant(local: number): number
}

export const UTC: Zone = { name: 'UTC', utc: true, offsetAt: () => 0, toInstant: (local) => local }

/** Zones change their offset at such steps at the finest. */
const STEP_MS = 900_000
const MOST_KNOWN = 20_000

/** Names of three letters that Java knows (`ZoneId.SHORT_IDS`), where the tz database knows none or another one. */
const SHORT_IDS: ReadonlyMap<string, string> = new Map(
  [
    'ACT=Australia/Darwin AET=Australia/Sydney AGT=America/Argentina/Buenos_Aires ART=Africa/Cairo',
    'AST=America/Anchorage BET=America/Sao_Paulo BST=Asia/Dhaka CAT=Africa/Harare CNT=America/St_Johns',
    'CST=America/Chicago CTT=Asia/Shanghai EAT=Africa/Addis_Ababa ECT=Europe/Paris',
    'IET=America/Indiana/Indianapolis IST=Asia/Kolkata JST=Asia/Tokyo MIT=Pacific/Apia NET=Asia/Yerevan',
    'NST=Pacific/Auckland PLT=Asia/Karachi PNT=America/Phoenix PRT=America/Puerto_Rico PST=America/Los_Angeles',
    'SST=Pacific/Guadalcanal VST=Asia/Ho_Chi_Minh EST=-05:00 MST=-07:00 HST=-10:00',
  ]
    .flatMap((line) => line.split(' '))
    .map((pair) => pair.split('=', 2) as [string, string]),
)

/** A zone of the tz database, `UTC`, `GMT+2`, `+02:00` or `PST`; undefined when there is none of this name. */
export const zoneNamed = (name: string): Zone | undefined => {
  const long = SHORT_IDS.get(name)
  const zone = zoneOf(long ?? name)
  return long === undefined || zone === undefined ? zone : { ...zone, name }
}

const zoneOf = (name: string): Zone | undefined => {
  if (/^(UTC|GMT|UT|Z|Etc\/UTC|Etc\/GMT|UCT|Zulu|Universal)$/i.test(name)) return { ...UTC, name }
  const fixed = /^(?:UTC|GMT|UT)?([+-])(\d{1,2})(?::?(\d{2}))?$/.exec(name)
  if (fixed !== null) {
    const offset = (fixed[1] === '-' ? -1 : 1) * (Number(fixed[2]) * 60 + Number(fixed[3] ?? 0)) * 60_000
    // As Java: no place is further from Greenwich
    if (Math.abs(offset) > 18 * 3_600_000 || Number(fixed[3] ?? 0) > 59) return undefined
    return { name, utc: offset === 0, offsetAt: () => offset, toInstant: (local) => local - offset }
  }
  let format: Intl.DateTimeFormat
  try {
    format = new Intl.DateTimeFormat('en-US', {
      timeZone: name,
      hourCycle: 'h23',
      era: 'short',
      year: 'numeric',
      month: 'numeric',
      day: 'numeric',
      hour: 'numeric',
      minute: 'numeric',
      second: 'numeric',
    })
  } catch {
    return undefined
  }
  const known = new Map<number, number>()
  const offsetAt = (instant: number): number => {
    const step = Math.floor(instant / STEP_MS)
    const found = known.get(step)
    if (found !== undefined) return found
    if (known.size >= MOST_KNOWN) known.clear()
    const offset = offsetBy(format, step * STEP_MS)
    known.set(step, offset)
    return offset
  }
  const toInstant = (local: number): number => {
    const before = offsetAt(local - 86_400_000)
    const after = offsetAt(local + 86_400_000)
    if (before === after && offsetAt(local - before) === before) return local - before
    const late = local - Math.min(before, after)
    if (offsetAt(late) === Math.min(before, after)) return late
    const early = local - Math.max(before, after)
    return offsetAt(early) === Math.max(before, after) ? early : local - before
  }
  return { name, utc: false, offsetAt, toInstant }
}

const offsetBy = (format: Intl.DateTimeFormat, instant: number): number => {
  const parts = new Map(format.formatToParts(instant).map(({ type, value }) => [type, value]))
  const number = (type: Intl.DateTimeFormatPartTypes): number => Number(parts.get(type))
  const year = parts.get('era')?.startsWith('B') ? 1 - number('year') : number('year')
  const local = new Date(0)
  local.setUTCFullYear(year, number('month') - 1, number('day'))
  local.setUTCHours(number('hour'), number('minute'), number('second'))
  return local.getTime() - Math.floor(instant / 1000) * 1000
}
