/** Encodings by the names that Java knows them by. */

export interface Charset {
  /** What half a surrogate pair is written as. */
  readonly instead: '?' | '\ufffd'
  encode(text: string): Uint8Array | string
  decode(bytes: Buffer): string
}

/** As Java reads it: half a surrogate pair, with the character that stands where its other half should, is one U+FFFD. */
const utf16Text = (units: string, oddByte: boolean): string => {
  const text = units.replace(/[\ud800-\udbff].?|[\udc00-\udfff]/gs, (found) =>
    /^[\ud800-\udbff][\udc00-\udfff]$/.test(found) ? found : '\ufffd',
  )
  return oddByte && !/(?:^|[^\ud800-\udbff])[\ud800-\udbff]$/.test(units) ? `${text}\ufffd` : text
}

const utf16be = (bytes: Buffer): string =>
  utf16Text(
    Buffer.from(bytes.subarray(0, bytes.length & ~1))
      .swap16()
      .toString('utf16le'),
    bytes.length % 2 === 1,
  )

const utf16le = (bytes: Buffer): string => utf16Text(bytes.toString('utf16le'), bytes.length % 2 === 1)

const bigEndian = (text: string): Buffer => Buffer.from(text, 'utf16le').swap16()

const BOM_BE = Buffer.of(0xfe, 0xff)

/** Written big-endian with a byte order mark, read by the mark (big-endian without). */
const utf16: Charset = {
  instead: '\ufffd',
  encode: (text) => (text === '' ? '' : Buffer.concat([BOM_BE, bigEndian(text)])),
  decode: (bytes) => {
    if (bytes[0] === 0xff && bytes[1] === 0xfe) return utf16le(bytes.subarray(2))
    return utf16be(bytes[0] === 0xfe && bytes[1] === 0xff ? bytes.subarray(2) : bytes)
  },
}

/** One byte a character, the first `size` characters of Unicode; others are written as question marks. */
const latin = (size: 128 | 256): Charset => {
  const foreign = size === 128 ? /[^\0-\x7f]/gu : /[^\0-\xff]/gu
  return {
    instead: '?',
    encode: (text) => Buffer.from(text.replace(foreign, '?'), 'latin1'),
    decode: (bytes) => {
      const text = bytes.toString('latin1')
      return size === 256 ? text : text.replace(/[\x80-\xff]/g, '\ufffd')
    },
  }
}

/** An encoding of one byte a character, by what the 256 bytes stand for; U+FFFD for those that stand for nothing. */
const table = (chars: readonly string[]): Charset => {
  const codes = new Map(chars.map((char, byte) => [char, byte]))
  codes.delete('\ufffd')
  return {
    instead: '?',
    encode: (text) => Uint8Array.from([...text], (char) => codes.get(char) ?? 0x3f),
    decode: (bytes) => {
      let text = ''
      for (const byte of bytes) text += chars[byte]
      return text
    },
  }
}

const allBytes = (charOf: (byte: number) => string): string[] => Array.from({ length: 256 }, (_, byte) => charOf(byte))

/** The characters from 0x80 to 0x9f; blanks are not assigned. Node decodes these bytes as control characters. */
const WINDOWS_1252 = '€ ‚ƒ„…†‡ˆ‰Š‹Œ Ž  ‘’“”•–—˜™š›œ žŸ'

const windows1252 = (): Charset =>
  table(
    allBytes((byte) => {
      const char = WINDOWS_1252[byte - 0x80] ?? String.fromCharCode(byte)
      return char === ' ' && byte !== 0x20 ? '\ufffd' : char
    }),
  )

const MULTI_BYTE = /^(?:utf|gb|big5|euc|iso-2022|shift|x-user|replacement)/

const OTHER_NAMES: Readonly<Record<string, string>> = {
  'iso-8859-1': 'latin1',
  'iso8859-1': 'latin1',
  iso8859_1: 'latin1',
  iso_8859_1: 'latin1',
  'iso_8859-1': 'latin1',
  l1: 'latin1',
  'us-ascii': 'ascii',
  iso646us: 'ascii',
  'iso646-us': 'ascii',
  'utf-16': 'utf16',
  utf_16: 'utf16',
  unicode: 'utf16',
  'utf-16be': 'utf16be',
  utf_16be: 'utf16be',
  'utf-16le': 'utf16le',
  utf_16le: 'utf16le',
}

/** What Node's decoder knows, if it is an encoding of one byte a character: what a byte decodes to, is encoded to it. */
const otherCharset = (name: string): Charset | undefined => {
  try {
    const decoder = new TextDecoder(name.replace(/^cp(125\d)$/, 'windows-$1'), { ignoreBOM: true })
    if (decoder.encoding === 'windows-1252') return windows1252()
    if (MULTI_BYTE.test(decoder.encoding)) return undefined
    const chars = allBytes((byte) => decoder.decode(Uint8Array.of(byte)))
    return chars.every((char) => char.length === 1) ? table(chars) : undefined
  } catch {
    return undefined
  }
}

/** Undefined for UTF-8, which needs nothing; null when the name is not known here. */
export const charsetOf = (javaName: string): Charset | undefined | null => {
  const name = javaName.toLowerCase()
  if (name === 'utf-8' || name === 'utf8') return undefined
  switch (OTHER_NAMES[name] ?? name) {
    case 'latin1':
      return latin(256)
    case 'ascii':
      return latin(128)
    case 'utf16':
      return utf16
    case 'utf16be':
      return { instead: '\ufffd', encode: bigEndian, decode: utf16be }
    case 'utf16le':
      return { instead: '\ufffd', encode: (text) => Buffer.from(text, 'utf16le'), decode: utf16le }
    default:
      return otherCharset(name) ?? null
  }
}
