/** What Java's `new BigDecimal(text)` says of a text that is no number. */
import { asciiDigits, parseDecimal } from './java-text.ts'

/** Up to so many characters Java reads digit by digit, and words one of its complaints in another way. */
const COMPACT = 18

/** Empty where Java only runs out of the text, without a word. Undefined for a number. */
export const decimalProblem = (text: string): string | undefined => {
  if (parseDecimal(text) !== undefined) return undefined
  if (text === '') return ''
  const unsigned = asciiDigits(text).replace(/^[+-]/, '')
  const [mantissa = ''] = /^[\d.]*/.exec(unsigned) ?? []
  if (mantissa.split('.').length > 2) return 'Character array contains more than one decimal point.'
  const rest = unsigned.slice(mantissa.length)
  if (rest === '') return 'No digits found.'
  if (/^[eE]/.test(rest)) return exponentProblem(rest.slice(1)) ?? noDigits(mantissa)
  return unsigned.length <= COMPACT
    ? `Character ${rest[0]} is neither a decimal digit number, decimal point, nor "e" notation exponential mark.`
    : 'Character array is missing "e" notation exponential mark.'
}

const noDigits = (mantissa: string): string => (/\d/.test(mantissa) ? 'Scale out of range.' : 'No digits found.')

const MOST_DIGITS = 10

const exponentProblem = (text: string): string | undefined => {
  const unsigned = text.replace(/^[+-]/, '')
  if (unsigned === '') return ''
  const zeros = /^0*/.exec(unsigned)![0].length
  const digits = unsigned.slice(Math.min(zeros, Math.max(0, unsigned.length - MOST_DIGITS)))
  if (digits.length > MOST_DIGITS) return 'Too many nonzero exponent digits.'
  if (!/^\d+$/.test(digits)) return 'Not a digit.'
  const exponent = Number(digits) * (text[0] === '-' ? -1 : 1)
  return exponent > 2_147_483_647 || exponent < -2_147_483_648 ? 'Exponent overflow.' : undefined
}
