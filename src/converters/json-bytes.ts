import { isUtf8 } from 'node:buffer'

export interface JsonText {
  readonly text: string
  /** Some bytes were not UTF-8 and became U+FFFD. */
  readonly damaged: boolean
  /** Whether it was UTF-8, of which the JVM's parser asks more. */
  readonly utf8: boolean
}

type Encoding = 'utf8' | 'utf16le' | 'utf16be' | 'utf32le' | 'utf32be'

/** A byte order mark, else where the zero bytes of the first (ASCII) character stand. */
const detect = (bytes: Buffer): { encoding: Encoding; skip: number } => {
  const [a = 1, b = 1, c = 1, d = 1] = bytes
  if (a === 0xef && b === 0xbb && c === 0xbf && bytes.length > 3) return { encoding: 'utf8', skip: 3 }
  if (bytes.length >= 4) {
    if (a === 0 && b === 0 && c === 0xfe && d === 0xff) return { encoding: 'utf32be', skip: 4 }
    if (a === 0xff && b === 0xfe && c === 0 && d === 0) return { encoding: 'utf32le', skip: 4 }
    if (a === 0 && b === 0 && c === 0) return { encoding: 'utf32be', skip: 0 }
    if (b === 0 && c === 0 && d === 0) return { encoding: 'utf32le', skip: 0 }
  }
  if (a === 0xfe && b === 0xff) return { encoding: 'utf16be', skip: 2 }
  if (a === 0xff && b === 0xfe) return { encoding: 'utf16le', skip: 2 }
  if (bytes.length >= 2 && a === 0) return { encoding: 'utf16be', skip: 0 }
  return { encoding: bytes.length >= 2 && b === 0 ? 'utf16le' : 'utf8', skip: 0 }
}

const utf32 = (bytes: Buffer, littleEndian: boolean): string => {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  let out = ''
  for (let at = 0; at + 4 <= bytes.length; at += 4) {
    const code = view.getUint32(at, littleEndian)
    out += code <= 0x10_ffff ? String.fromCodePoint(code) : '\ufffd'
  }
  return out
}

const oddByte = (bytes: Buffer): string => (bytes.length % 2 === 1 ? '\ufffd' : '')

const decode = (bytes: Buffer, encoding: Encoding): string => {
  switch (encoding) {
    case 'utf16le':
      return bytes.toString('utf16le') + oddByte(bytes)
    case 'utf16be':
      return `${Buffer.from(bytes.subarray(0, bytes.length & ~1))
        .swap16()
        .toString('utf16le')}${oddByte(bytes)}`
    case 'utf32le':
    case 'utf32be':
      return utf32(bytes, encoding === 'utf32le')
    case 'utf8':
      return bytes.toString('utf8')
  }
}

/** The text of JSON bytes: UTF-8, or UTF-16 or UTF-32 by its first bytes, as the JVM's parser finds out. */
export const jsonText = (bytes: Buffer): JsonText => {
  const first = bytes[0] ?? 0
  if (first !== 0 && first < 0x80 && bytes[1] !== 0) {
    const text = bytes.toString('utf8')
    return { text, damaged: text.includes('\ufffd') && !isUtf8(bytes), utf8: true }
  }
  const { encoding, skip } = detect(bytes)
  const content = bytes.subarray(skip)
  const utf8 = encoding === 'utf8'
  return { text: decode(content, encoding), damaged: utf8 && !isUtf8(content), utf8 }
}
