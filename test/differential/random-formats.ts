/** Patterns of SimpleDateFormat, and texts that fit them more or less. */
import { simpleDateFormat } from '../../src/data/simple-date-format.ts'
import type { Random } from './random.ts'
import { randomMillis } from './random-scalars.ts'

const FORMATS = [
  ...[
    'yyyy-MM-dd',
    "yyyy-MM-dd'T'HH:mm:ss.SSS'Z'",
    'yyyyMMdd',
    'yyyy',
    'MMM d, yyyy h:mm a',
    'EEE, dd MMM yyyy HH:mm:ss Z',
  ],
  ...['HH:mm:ss', 'yy/M/d', "''yyyy''", 'D', 'u', 'k:m', 'K a', 'ss.SSS', 'yyyy-MM-dd HH:mm:ss z', 'XXX', 'X', 'G'],
  ...['w W F E', 'EEEE MMMM', 'yyyy-MM-dd HH:mm:ss.SSSSSS', "'", 'q', 'y', 'yyyyy', 'MMMMM', 'YYYY-ww-u', 'LLLL', ''],
  ...[
    "yyyy-MM-dd'T'HH:mm:ssXXX",
    'yyyy-MM-dd HH:mm Z',
    "YYYY-'W'ww-u",
    'dd/MMM/yyyy:HH:mm:ss Z',
    'yyyy-DDD',
    'hh:mm:ss a z',
  ],
  ...[
    'EEEE, d MMMM y G',
    'yyyyMMddHHmmssSSS',
    'H:m:s.S',
    'zzzz',
    'ZZZZZ',
    "h 'o''clock' a",
    "yyyy.MM.dd G 'at' HH:mm:ss z",
  ],
  ...[
    'EEE MMM dd HH:mm:ss zzz yyyy',
    'yyyy-MM-dd hh:mm',
    'MM/yy',
    'F E MMM yyyy',
    'W E MMM yyyy',
    'w E yyyy',
    'XX',
    'XXXX',
    'yyyy-M-d H:m',
  ],
  ...[
    'd.M.yyyy',
    'yyyyMM',
    'Mdyy',
    'HHmmss',
    'yyyy年MM月dd日',
    '  yyyy',
    'yyyy MMMM',
    'a h',
    'E',
    'dd MM yy',
    'LL',
    'LLL',
    'YY',
    'yyy',
    'S',
    'SSSS',
  ],
]

const LETTERS = [...'GyMdkHmsSEDFwWahKzZYuXL']

export const randomFormat = (random: Random): string => {
  if (random.chance(0.75)) return random.pick(FORMATS)
  return Array.from({ length: 1 + random.below(4) }, () => random.pick(LETTERS).repeat(1 + random.below(4))).join(
    random.pick(['', '-', ' ', ':', "'x'", '/', '.']),
  )
}

const ZONES = ['Z', '+0100', '-05:30', 'UTC', 'GMT', 'GMT+1:00', 'gmt-12:59', '+24:00', '+1', 'X', '+00']

/** Texts of this format: of some point in time, with a field out of range, with another zone or era. */
export const hintsOf = (random: Random, pattern: string): string[] => {
  try {
    const format = simpleDateFormat(pattern)
    const text = format.format(randomMillis(random))
    const changed = text.replace(/\d+/g, (digits) =>
      random.chance(0.3)
        ? random.pick(['0', '00', '1', '31', '32', '60', '99', '366', '-1', '12', '13', '24', '007', '2024', '1582'])
        : digits,
    )
    const zoned = changed.replace(/UTC|\+0000|Z$|Coordinated Universal Time/, () => random.pick(ZONES))
    return [text, random.pick([changed, zoned, zoned.toUpperCase(), zoned.toLowerCase()])]
  } catch {
    return []
  }
}
