import type { WireHeader } from './record-batch-layout.ts'
import { uvarintSize, varintSize, writeVarint } from './varint.ts'

const loneSurrogate = /\p{Surrogate}/gu

/** Returns the position after them, as all that write here. */
export const writeHeaders = (buffer: Buffer, headers: readonly WireHeader[], position: number): number => {
  let at = writeVarint(buffer, headers.length, position)
  for (let i = 0; i < headers.length; i++) {
    at = writePart(buffer, headers[i]!.key, at)
    at = writePart(buffer, headers[i]!.value, at)
  }
  return at
}

/** Length as varint, then the bytes; null is the length -1. */
export const writePart = (buffer: Buffer, part: Uint8Array | string | null, position: number): number => {
  if (part === null) {
    buffer[position] = 1
    return position + 1
  }
  if (typeof part === 'string') return writeText(buffer, part, position)
  const at = writeVarint(buffer, part.length, position)
  buffer.set(part, at)
  return at + part.length
}

const writeText = (buffer: Buffer, text: string, position: number): number => {
  const at = position + uvarintSize(text.length * 2)
  const written = text.length < 16 ? writeShortText(buffer, text, at) : buffer.write(text, at)
  if (written === text.length) {
    writeVarint(buffer, written, position)
    return at + written
  }
  // Not ASCII: the length may take another byte, and only now is it worth looking for what UTF-8 cannot carry.
  const wellFormed = text.replace(loneSurrogate, '?')
  if (wellFormed !== text) return writeText(buffer, wellFormed, position)
  const shift = varintSize(written) - (at - position)
  if (shift !== 0) buffer.copyWithin(at + shift, at, at + written)
  writeVarint(buffer, written, position)
  return at + shift + written
}

/** A call into C++ costs more than writing a few characters here. */
const writeShortText = (buffer: Buffer, text: string, position: number): number => {
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i)
    if (code > 0x7f) return buffer.write(text, position)
    buffer[position + i] = code
  }
  return text.length
}
