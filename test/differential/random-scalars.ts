/** Numbers, texts and dates, with many at the ends of what there is. */
import type { Json } from './case.ts'
import type { Random } from './random.ts'

const TEXTS = [
  ...[
    '',
    ' ',
    'a',
    'abc',
    'true',
    'false',
    'True',
    'null',
    'NULL',
    '5',
    '-1',
    '007',
    '+5',
    '1.5',
    '1.0',
    '-0.0',
    '1e3',
  ],
  ...['1E400', '1e39', '.5', '5.', '0x1F', 'NaN', 'Infinity', '-', '+', '128', '32768', '2147483648', '-2147483649'],
  ...['9223372036854775807', '9223372036854775808', '-9223372036854775809', '3.4028236e38', '1 2', '1_0', '12abc'],
  ...['2019-08-23', '2019-8-3', '2019-02-30', '14:34:54.346Z', '24:00:00.000Z', '2019-08-23T14:34:54.346Z'],
  ...[
    '2019-08-23T14\\:34\\:54.346Z',
    '2019-08-23 14:34:54',
    '0001-01-01',
    '1582-10-10',
    '12345-01-01',
    '2020-1-1T1:1:1.1Z',
  ],
  ...[
    '[1,2,3]',
    '[1,300,70000]',
    '[1,2.5]',
    '["a","b"]',
    '[1,"a"]',
    '[null]',
    '[]',
    '[1,null]',
    '[1,,2]',
    '[1',
    '[a,b]',
  ],
  ...[
    '{"a":1,"b":300}',
    '{1:2}',
    '{}',
    '{"a":null}',
    '{"a":1 "b":2}',
    '{a:1}',
    '{"k" : "v"}',
    '["a\\"b"]',
    '[[1],[2]]',
  ],
  ...[
    '{"a":[1,2],"b":[]}',
    '["2019-08-23"]',
    '"quoted"',
    '"a',
    'a"',
    'a,b',
    'a:b',
    ',',
    ':',
    '[',
    ']',
    '{',
    '}',
    '\\',
    '"',
  ],
  ...[
    'é',
    'ß',
    '日本',
    '😀',
    '\ud800',
    '\udc00x',
    '\u0000',
    '\u0001\u001f\u007f',
    '\u2028',
    '\ufeff',
    '\ufffd',
    '\t',
    '\n',
    '\r\n',
  ],
  ...[
    'a/b<c>&',
    "it's",
    'x'.repeat(40),
    'YES',
    'no',
    't-v1',
    '  7 ',
    '\u00a05',
    '1970-01-01T00:00:00.000Z',
    '٣',
    '1\u0000',
  ],
  ...[
    '\udc00\ud800',
    'a\ud83d',
    '\u0085',
    '\u200b',
    '\u2029',
    '\u202e',
    'e\u0301',
    'ﬁ',
    'İ',
    'ı',
    'ς',
    '\u0300',
    '１２',
    '٣.٣',
    '1e٣',
  ],
  ...[
    '9999-12-31T23:59:59.999Z',
    '0000-01-01',
    '-001-01-01',
    '2024-02-29T12:34:56.789+0100',
    '12:34:56.7890Z',
    '25:61:61.999Z',
  ],
  ...[
    '1e-400',
    '-1e400',
    '1e2147483647',
    '1e2147483648',
    '1e-2147483648',
    '00.00',
    '-0',
    '+0.0e0',
    '1E+3',
    '1.7976931348623159e308',
  ],
  ...['0.1f', '1d', '0x1p3', ' 1.5 ', '1e5f', '+Infinity', '-NaN', '1L', '0b1', '٣٣', '1\u00a0', '\u20071'],
  ...['1.00000017881393432617187499', '1.00000017881393432617187501', '0.1e-44', '16777217', '3.4028235677973366e38'],
  ...['123456789012345678901234567890.123456789', '0.000000000000000000000000000000000000000000000000000001'],
  ...[
    'tRUE',
    ' true ',
    'true\n',
    'null ',
    '\tnull',
    '[true,false]',
    '[1, 2 ,3]',
    '{"a":{"b":[1,{"c":null}]}}',
    '{"2019-08-23":1}',
  ],
  ...[
    '[2019-08-23]',
    '[14:34:54.346Z]',
    '{"t":"2019-08-23T14:34:54.346Z"}',
    '[1.5,2]',
    '[128,1,1.5]',
    '["1",1]',
    '[[],[]]',
    '[{}]',
    '[[1],["a"]]',
  ],
  ...[
    '{"a":1,"a":2}',
    '{"a":1,}',
    '[1,]',
    '[,1]',
    '{,}',
    '{"a"}',
    '{"a":1]',
    '[1}',
    '[[1]',
    '"a"b',
    '\\"a"',
    '[\\1]',
    '{"a\\:b":1}',
  ],
]
const LETTERS = [...'abAB01259 .,:;-+eE"\'\\[]{}()$_/<>\t\n\u0000é😀TZ']

export const randomText = (random: Random): string => {
  if (random.hints.length > 0 && random.chance(0.35)) {
    const hint = random.pick(random.hints)
    return random.chance(0.75) ? hint : damagedText(random, hint)
  }
  if (random.chance(0.6)) return random.pick(TEXTS)
  if (random.chance(0.3)) return `${random.pick(TEXTS)}${random.pick(TEXTS)}`
  return random.some(8, () => random.pick(LETTERS)).join('')
}

const damagedText = (random: Random, text: string): string => {
  const at = random.below(text.length + 1)
  return text.slice(0, at) + (random.chance(0.6) ? random.pick(LETTERS) : '') + text.slice(at + random.below(2))
}

/** Text that SimpleHeaderConverter may see more in. */
export const structuredText = (random: Random, depth = 2): string => {
  const blank = random.chance(0.15) ? ' ' : ''
  const kind = depth === 0 ? 0 : random.below(4)
  const scalar = (): string =>
    random.chance(0.5)
      ? random.pick(TEXTS)
      : JSON.stringify(random.chance(0.7) ? random.pick(TEXTS) : randomText(random))
  switch (kind) {
    case 1:
      return `${blank}[${random.some(3, () => structuredText(random, depth - 1)).join(random.pick([',', ', ', ',', ' ,']))}]${blank}`
    case 2: {
      const entry = (): string =>
        `${random.chance(0.8) ? JSON.stringify(random.pick(TEXTS)) : scalar()}${random.pick([':', ' : '])}${structuredText(random, depth - 1)}`
      return `${blank}{${random.some(3, entry).join(random.pick([',', ', ', ' ']))}}${blank}`
    }
    default:
      return `${blank}${scalar()}${blank}`
  }
}

const SPECIAL_DOUBLES = ['NaN', 'Infinity', '-Infinity', '-0.0']
const DOUBLES = [
  ...[
    0, 1, -1, 0.1, 0.5, 1.5, 2.5, 3.5, -2.5, 100, 1e3, 1e7, 9999999, 12345678, 1e10, 1e21, 1e-3, 9.99e-4, 1e-5,
    4.9e-324,
  ],
  ...[1.7976931348623157e308, 2.2250738585072014e-308, 3.4028234663852886e38, 3.4028236e38, 1e39, 127, 128, 300, 32768],
  ...[2147483648, 4294967296, 2 ** 53, 2 ** 63, -(2 ** 63), 2 ** 63 - 1024, 1e300],
  ...[
    5e-324, 2.225073858507201e-308, -0.5, 0.49999999999999994, 2147483647.5, -2147483648.5, 9223372036854775000, 1e22,
    1e23,
  ],
  ...[1.5e-45, 65504, 8388608.5, 0.001, 9999999.999999998, 1e-7, 123456789012345680, 4.35, 1.005, 1e15 + 0.3, 1 / 3],
  ...[0.30000000000000004, 123456.789, 2e-3, 2e23, 1.1754943508222875e-38, 1.401298464324817e-45, 33554432, 16777217],
]

/** The content of a double or, rounded, a float: a number, or the name of one that JSON does not know. */
export const randomFloat = (random: Random, single: boolean): number | string => {
  if (random.chance(0.15)) return random.pick(SPECIAL_DOUBLES)
  const number = random.chance(0.6)
    ? random.pick(DOUBLES) * (random.chance(0.2) ? -1 : 1)
    : Number(`${random.below(2_000_000) - 1_000_000}e${random.below(24) - 12}`) // powers differ between versions of V8
  const value = single ? Math.fround(number) : number
  if (!Number.isFinite(value)) return value > 0 ? 'Infinity' : '-Infinity'
  return Object.is(value, -0) ? '-0.0' : value
}

export const taggedFloat = (content: number | string): Json =>
  typeof content === 'number' ? content : { $float64: content }

export const randomInt = (random: Random, bits: 8 | 16 | 32): number => {
  const limit = 2 ** (bits - 1)
  const ends = [0, 1, -1, 5, 42, limit - 1, -limit, limit - 2]
  if (random.chance(0.7)) return random.pick(ends)
  return random.below(bits === 32 ? 86_400_000 : limit) * (random.chance(0.3) ? -1 : 1) + 0
}

const LONGS = [
  ...['0', '1', '-1', '5', '42', '127', '128', '300', '2147483647', '2147483648', '-2147483649', '9007199254740991'],
  ...['9007199254740992', '9007199254740993', '9223372036854775807', '-9223372036854775808', '1700000000000'],
  ...[
    '1700000000',
    '1700000000123456',
    '86400000',
    '86399999',
    '-62135596800000',
    '253402300799999',
    '-12219292800000',
  ],
  ...[
    '8640000000000000',
    '8640000000000001',
    '-8640000000000001',
    '9223372036825200000',
    '1700000000000000000',
    '-1',
    '253402300800000',
  ],
  ...[
    '-9007199254740992',
    '-9007199254740993',
    '9223372036854775806',
    '4294967296',
    '65536',
    '-129',
    '-32769',
    '86400000000',
  ],
]

/** As a plain number where JSON is exact. */
export const randomLong = (random: Random): Json => {
  const text = random.chance(0.7) ? random.pick(LONGS) : String(random.below(2 ** 31) * (random.below(4000) - 2000))
  const number = Number(text)
  return Number.isSafeInteger(number) ? number + 0 : { $int64: text }
}

/** Milliseconds since the epoch that both Java's and JavaScript's dates know. */
export const randomMillis = (random: Random): number =>
  random.pick([
    ...[0, 1, -1, 999, 1000, 43_200_000, 86_399_999, 86_400_000, 86_400_001, -86_400_000, 1_700_000_000_123],
    ...[1_566_518_400_000, -62_135_596_800_000, 253_402_300_799_999, -12_219_292_800_000, -12_219_292_800_001],
    ...[951_782_400_000, 4_107_542_399_999, 253_402_300_800_000, -62_135_596_800_001, -2_208_988_800_000],
    ...[8_640_000_000_000_000, -8_640_000_000_000_000, 1e15, -1e15, -12_219_292_800_002, -12_220_156_800_000],
    (random.below(4_000_000) - 1_000_000) * 1_000_003,
    (random.below(4_000_000) - 2_000_000) * 4_000_003_001,
    random.below(100_000) * 86_400_000,
    random.below(86_400_000),
  ])

const DECIMALS = [
  '0',
  '1',
  '-1',
  '0.00',
  '1.50',
  '-1.5',
  '123.45',
  '99999999999999999999999999.99',
  '1E+3',
  '1E-8',
  '-0.001',
  ...[
    '1E+100',
    '-9.99E-100',
    '1E+400',
    '-1E+400',
    '1E-400',
    '7E+2000',
    '7E-2000',
    '0E+5',
    '0E-9',
    '-0.0',
    '1.0E-7',
    '0.0000010',
    '1E-7',
  ],
  ...[
    '2147483648',
    '9223372036854775808',
    '-9223372036854775809.9',
    '18446744073709551617',
    '0.99999',
    '16777217',
    '1.00000017881393432617187501',
  ],
]

export const randomDecimal = (random: Random): string =>
  random.chance(0.6)
    ? random.pick(DECIMALS)
    : `${random.chance(0.3) ? '-' : ''}${random.below(1_000_000)}${random.chance(0.5) ? `.${random.below(10_000)}` : ''}`

/** Digits for a decimal of this scale. */
export const scaledDecimal = (random: Random, scale: number): string => {
  const digits = random.pick([
    '0',
    '1',
    '9',
    '127',
    '128',
    '255',
    '256',
    '32768',
    '123456789',
    '99999999999999999999999',
    '65535',
  ])
  if (scale < 0) return `${digits}E+${-scale}`
  const padded = digits.padStart(scale + 1, '0')
  const text = scale === 0 ? padded : `${padded.slice(0, -scale)}.${padded.slice(-scale)}`
  return random.chance(0.3) && digits !== '0' ? `-${text}` : text
}

export const randomBytes = (random: Random): string =>
  Buffer.from(
    random.pick([
      [],
      [0],
      [0xff],
      [0x80],
      [0xed, 0xa0, 0x80],
      [...Buffer.from('text')],
      random.some(6, () => random.below(256)),
    ]),
  ).toString('base64')
