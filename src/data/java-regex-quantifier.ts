import type { RegexReader } from './java-regex-reader.ts'

export interface Quantifier {
  readonly least: number
  /** Infinity: any number. */
  readonly most: number
  /** As JavaScript writes it, without the mode. */
  readonly text: string
  /** `?` takes little, `+` gives nothing back. */
  readonly mode: '' | '?' | '+'
}

/** The quantifier that stands here, if one does. @param quantifiable whether what stands before it can be repeated */
export const readQuantifier = (reader: RegexReader, quantifiable: boolean): Quantifier | undefined => {
  reader.skipComments()
  const counts = readCounts(reader, quantifiable)
  if (counts === undefined) return undefined
  const mode = reader.take('+') ? '+' : reader.take('?') ? '?' : ''
  reader.skipComments()
  const next = reader.peek()
  if (next === '*' || next === '+' || next === '?') reader.syntax(`Dangling meta character '${next}'`, reader.at)
  if (next === '{') reader.refuse('A quantifier after a quantifier')
  return { ...counts, mode }
}

const readCounts = (reader: RegexReader, quantifiable: boolean): Omit<Quantifier, 'mode'> | undefined => {
  const char = reader.peek()
  if (char !== '*' && char !== '+' && char !== '?' && char !== '{') return undefined
  if (!quantifiable) reader.refuse(`The quantifier ${char} after a construct that has no text`)
  reader.at++
  if (char === '*') return { least: 0, most: Number.POSITIVE_INFINITY, text: '*' }
  if (char === '+') return { least: 1, most: Number.POSITIVE_INFINITY, text: '+' }
  if (char === '?') return { least: 0, most: 1, text: '?' }
  if (!/^[0-9]$/.test(reader.peek() ?? '')) reader.syntax('Illegal repetition', reader.at)
  const least = readCount(reader)
  let most = least
  if (reader.take(',')) most = reader.peek() === '}' ? Number.POSITIVE_INFINITY : readCount(reader)
  if (reader.peek() !== '}') reader.syntax('Unclosed counted closure', reader.at)
  if (most < least) reader.syntax('Illegal repetition range', reader.at)
  reader.at++
  const upper = most === least ? '' : most === Number.POSITIVE_INFINITY ? ',' : `,${most}`
  return { least, most, text: `{${least}${upper}}` }
}

const readCount = (reader: RegexReader): number => {
  let count = 0
  while (/^[0-9]$/.test(reader.peek() ?? '')) {
    count = count * 10 + Number(reader.peek())
    if (count > 0x7fffffff) reader.syntax('Illegal repetition range', reader.at)
    reader.at++
  }
  return count
}
