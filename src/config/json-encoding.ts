/** What JSON may be written in. Told by a byte order mark, else by where the zero bytes of the first characters are. */
export type JsonEncoding = 'utf-8' | 'utf-16be' | 'utf-16le' | 'utf-32be' | 'utf-32le'

const startsWith = (bytes: Uint8Array, ...start: number[]): boolean =>
  bytes.length >= start.length && start.every((byte, index) => bytes[index] === byte)

export const jsonEncodingOf = (bytes: Uint8Array): JsonEncoding => {
  // UTF-32 first: its little-endian mark begins with that of UTF-16.
  if (startsWith(bytes, 0, 0, 0xfe, 0xff)) return 'utf-32be'
  if (startsWith(bytes, 0xff, 0xfe, 0, 0)) return 'utf-32le'
  if (startsWith(bytes, 0xfe, 0xff)) return 'utf-16be'
  if (startsWith(bytes, 0xff, 0xfe)) return 'utf-16le'
  if (bytes.length >= 4 && startsWith(bytes, 0, 0, 0)) return 'utf-32be'
  if (bytes.length >= 4 && bytes[1] === 0 && bytes[2] === 0 && bytes[3] === 0) return 'utf-32le'
  if (bytes.length >= 2 && bytes[0] === 0) return 'utf-16be'
  if (bytes.length >= 2 && bytes[1] === 0) return 'utf-16le'
  return 'utf-8'
}

const decodeUtf32 = (bytes: Uint8Array, littleEndian: boolean): string => {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  if (bytes.length % 4 !== 0) throw new RangeError('the last character is cut off')
  let text = ''
  for (let at = 0; at < bytes.length; at += 4) text += String.fromCodePoint(view.getUint32(at, littleEndian))
  return text.startsWith('\uFEFF') ? text.slice(1) : text
}

/**
 * The text of a JSON file, without a byte order mark.
 *
 * @throws TypeError or RangeError when the bytes are not valid in their encoding
 */
export const decodeJson = (bytes: Uint8Array): string => {
  const encoding = jsonEncodingOf(bytes)
  if (encoding === 'utf-32be' || encoding === 'utf-32le') return decodeUtf32(bytes, encoding === 'utf-32le')
  if (encoding !== 'utf-16be') return new TextDecoder(encoding, { fatal: true }).decode(bytes)
  // Node.js built without full ICU knows UTF-16 in little-endian order only.
  if (bytes.length % 2 !== 0) throw new RangeError('the last character is cut off')
  return new TextDecoder('utf-16le', { fatal: true }).decode(Buffer.from(bytes).swap16())
}
