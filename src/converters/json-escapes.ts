export const BACKSLASH = 0x5c
export const UNICODE = 'u'.charCodeAt(0)
export const HEX = Buffer.from('0123456789ABCDEF')
/** Most bytes that a UTF-16 unit, or a byte of UTF-8, takes: `\u001F`. */
export const MOST_BYTES = 6

const escapes = (): Uint8Array => {
  const table = new Uint8Array(128).fill(UNICODE, 0, 0x20)
  for (const [char, letter] of ['""', '\\\\', '\bb', '\ff', '\nn', '\rr', '\tt'] as const) {
    table[char!.charCodeAt(0)] = letter!.charCodeAt(0)
  }
  return table
}

/** What an ASCII character's escape begins with after the backslash; 0: not escaped; `u`: `\u00XX`. */
export const ESCAPE = escapes()

/**
 * Of four ASCII characters at once: 0 when each is written as it is. The high bit of each byte that is less than a space, or
 * a quote or backslash: nothing but zeros after the XOR.
 */
export const escapedOf = (word: number): number => {
  const quotes = word ^ 0x22222222
  const backslashes = word ^ 0x5c5c5c5c
  return (
    (((word - 0x20202020) & ~word) | ((quotes - 0x01010101) & ~quotes) | ((backslashes - 0x01010101) & ~backslashes)) &
    -0x7f7f7f80
  )
}

/** Writes valid UTF-8 as it stands within a JSON string; needs {@link MOST_BYTES} of room a byte. @returns the bytes written */
export const escapeUtf8 = (target: Uint8Array, source: Uint8Array, start: number, end: number): number => {
  let at = 0
  for (let i = start; i < end; i++) {
    const byte = source[i]!
    if (byte >= 0xf0) {
      // Beyond 16 bits: two surrogates, which the JVM's converter escapes
      const code =
        ((byte & 7) << 18) | ((source[i + 1]! & 63) << 12) | ((source[i + 2]! & 63) << 6) | (source[i + 3]! & 63)
      i += 3
      at = writeUnit(target, 0xd800 + ((code - 0x10000) >> 10), at)
      at = writeUnit(target, 0xdc00 | (code & 0x3ff), at)
      continue
    }
    const letter = byte < 0x80 ? ESCAPE[byte]! : 0
    if (letter === 0) target[at++] = byte
    else if (letter === UNICODE) at = writeUnit(target, byte, at)
    else {
      target[at++] = BACKSLASH
      target[at++] = letter
    }
  }
  return at
}

const writeUnit = (target: Uint8Array, unit: number, position: number): number => {
  target[position] = BACKSLASH
  target[position + 1] = UNICODE
  for (let digit = 0; digit < 4; digit++) target[position + 2 + digit] = HEX[(unit >> (12 - 4 * digit)) & 15]!
  return position + MOST_BYTES
}
