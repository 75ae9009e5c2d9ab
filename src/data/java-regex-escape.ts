/** Escapes of java.util.regex that stand for one character. */
import type { RegexReader } from './java-regex-reader.ts'

export const codePointOf = (char: string): number => char.codePointAt(0)!

/** The character that a backslash and what follows stand for. */
export const escapedCharacter = (reader: RegexReader): number => {
  const char = reader.chars[reader.at + 1]!
  reader.at += 2
  switch (char) {
    case 't':
      return 9
    case 'n':
      return 10
    case 'r':
      return 13
    case 'f':
      return 12
    case 'a':
      return 7
    case 'e':
      return 27
    case '0':
      return octal(reader)
    case 'x':
      return hexadecimal(reader)
    case 'u':
      return unicode(reader)
    case 'c': {
      const control = reader.chars[reader.at]
      if (control === undefined) reader.syntax('Illegal control escape sequence', reader.at - 1)
      reader.at++
      return codePointOf(control) ^ 64
    }
  }
  if (/^[a-zA-Z0-9]$/.test(char)) reader.syntax('Illegal/unsupported escape sequence', reader.at - 1)
  reader.noLoneSurrogate(char)
  return codePointOf(char)
}

const octal = (reader: RegexReader): number => {
  const first = reader.run(/^[0-7]$/, 2)
  if (first === '') reader.syntax('Illegal octal escape sequence', reader.at)
  const third = first.length === 2 && /^[0-3]/.test(first) ? reader.run(/^[0-7]$/, 1) : ''
  return Number.parseInt(first + third, 8)
}

const hexadecimal = (reader: RegexReader): number => {
  if (reader.chars[reader.at] === '{') {
    reader.at++
    const digits = reader.run(/^[0-9a-fA-F]$/, 8)
    if (digits === '' || reader.chars[reader.at] !== '}') {
      reader.syntax('Unclosed hexadecimal escape sequence', reader.at)
    }
    const code = Number.parseInt(digits, 16)
    if (code > 0x10ffff) reader.syntax('Hexadecimal codepoint is too big', reader.at)
    reader.at++
    return code
  }
  const digits = reader.run(/^[0-9a-fA-F]$/, 2)
  if (digits.length < 2) reader.syntax('Illegal hexadecimal escape sequence', reader.at)
  return Number.parseInt(digits, 16)
}

const unicode = (reader: RegexReader): number => {
  const high = codeUnit(reader)
  if (high < 0xd800 || high > 0xdfff) return high
  if (high > 0xdbff || reader.chars[reader.at] !== '\\' || reader.chars[reader.at + 1] !== 'u') {
    reader.refuse('Half of a surrogate pair')
  }
  reader.at += 2
  const low = codeUnit(reader)
  if (low < 0xdc00 || low > 0xdfff) reader.refuse('Half of a surrogate pair')
  return (high - 0xd800) * 0x400 + (low - 0xdc00) + 0x10000
}

const codeUnit = (reader: RegexReader): number => {
  const digits = reader.run(/^[0-9a-fA-F]$/, 4)
  if (digits.length < 4) reader.syntax('Illegal Unicode escape sequence', reader.at)
  return Number.parseInt(digits, 16)
}
