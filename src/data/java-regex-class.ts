/** The named character sets of java.util.regex, as items that may stand inside a class of a RegExp with flag `u`. */

const LINE_END = String.raw`\n\r\u0085\u2028\u2029`
const WHITE = String.raw`\t\n\u000b\f\r `

/** `\d`, `\s` and so on; Java's are ASCII unless UNICODE_CHARACTER_CLASS is on. An upper-case letter negates. */
const ESCAPES: Readonly<Record<string, string>> = {
  d: '0-9',
  w: 'a-zA-Z_0-9',
  s: WHITE,
  h: String.raw`\t \u00a0\u1680\u180e\u2000-\u200a\u202f\u205f\u3000`,
  v: String.raw`\n\u000b\f\r\u0085\u2028\u2029`,
}

const POSIX: Readonly<Record<string, string>> = {
  Lower: 'a-z',
  Upper: 'A-Z',
  ASCII: String.raw`\u0000-\u007f`,
  Alpha: 'a-zA-Z',
  Digit: '0-9',
  Alnum: 'a-zA-Z0-9',
  Punct: String.raw`\u0021-\u002f\u003a-\u0040\u005b-\u0060\u007b-\u007e`,
  Graph: String.raw`\u0021-\u007e`,
  Print: String.raw`\u0020-\u007e`,
  Blank: String.raw`\t `,
  Cntrl: String.raw`\u0000-\u001f\u007f`,
  XDigit: '0-9a-fA-F',
  Space: WHITE,
  javaLowerCase: String.raw`\p{Lowercase}`,
  javaUpperCase: String.raw`\p{Uppercase}`,
  javaTitleCase: String.raw`\p{Lt}`,
  javaAlphabetic: String.raw`\p{Alphabetic}`,
  javaIdeographic: String.raw`\p{Ideographic}`,
  javaDigit: String.raw`\p{Nd}`,
  javaLetter: String.raw`\p{L}`,
  javaLetterOrDigit: String.raw`\p{L}\p{Nd}`,
  javaSpaceChar: String.raw`\p{Z}`,
  javaDefined: String.raw`\P{Cn}`,
  javaISOControl: String.raw`\u0000-\u001f\u007f-\u009f`,
  javaWhitespace: String.raw`\t-\r\u001c-\u0020\u1680\u2000-\u2006\u2008-\u200a\u2028\u2029\u205f\u3000`,
  IsAlphabetic: String.raw`\p{Alphabetic}`,
  IsIdeographic: String.raw`\p{Ideographic}`,
  IsLetter: String.raw`\p{L}`,
  IsLowercase: String.raw`\p{Lowercase}`,
  IsUppercase: String.raw`\p{Uppercase}`,
  IsTitlecase: String.raw`\p{Lt}`,
  IsWhite_Space: String.raw`\p{White_Space}`,
  L1: String.raw`\u0000-\u00ff`,
  LD: String.raw`\p{L}\p{Nd}`,
}

const CATEGORY =
  /^(?:Is)?(L|M|N|Z|C|P|S|LC|Lu|Ll|Lt|Lm|Lo|Mn|Me|Mc|Nd|Nl|No|Zs|Zl|Zp|Cc|Cf|Co|Cs|Cn|Pd|Ps|Pe|Pc|Po|Pi|Pf|Sm|Sc|Sk|So)$/
const SCRIPT = /^(?:Is|sc=|script=)([A-Z][A-Za-z_]+)$/

/** Case is not ignored inside these by Java either way alike, so they are refused under (?i). */
const CASED = /^(?:Lower|Upper|javaLowerCase|javaUpperCase|javaTitleCase|Is(?:Low|Upp|Title)ercase|(?:Is)?L[ult])$/

const isScript = (name: string): boolean => {
  try {
    return new RegExp(`\\p{Script=${name}}`, 'u').unicode || true
  } catch {
    return false
  }
}

/** The items of `\d`, `\H` and the like, or undefined. */
export const escapedSet = (letter: string): string | undefined => {
  const items = Object.hasOwn(ESCAPES, letter.toLowerCase()) ? ESCAPES[letter.toLowerCase()] : undefined
  if (items === undefined) return undefined
  return letter === letter.toLowerCase() ? `[${items}]` : `[^${items}]`
}

/** The set that `\p{name}` means, `null` if it exists but cannot be said exactly, undefined if Java may not know it. */
export const propertySet = (name: string, ignoreCase: boolean): string | null | undefined => {
  if (ignoreCase && CASED.test(name)) return null
  if (Object.hasOwn(POSIX, name)) return `[${POSIX[name]}]`
  const category = CATEGORY.exec(/^(?:general_category|gc)=/.test(name) ? name.slice(name.indexOf('=') + 1) : name)
  if (category !== null) return `[\\p{${category[1]}}]`
  const script = SCRIPT.exec(name)
  if (script !== null) return isScript(script[1]!) ? `[\\p{Script=${script[1]}}]` : null
  return /^(?:In|Is|java|blk=|block=|sc=|script=|gc=|general_category=)./.test(name) ? null : undefined
}

export const dotSet = (dotAll: boolean, unixLines: boolean): string =>
  dotAll ? ANY : unixLines ? String.raw`[^\n]` : `[^${LINE_END}]`

const hex = (code: number): string => `\\u{${code.toString(16)}}`
const isLetter = (code: number): boolean => (code >= 65 && code <= 90) || (code >= 97 && code <= 122)
const isPlain = (code: number): boolean => isLetter(code) || (code >= 48 && code <= 57)

/** One character, safe both inside and outside of a class. */
export const literal = (code: number): string => (isPlain(code) ? String.fromCharCode(code) : hex(code))

/** One character outside of a class; Java ignores the case of ASCII letters only. */
export const literalAtom = (code: number, ignoreCase: boolean): string =>
  ignoreCase && isLetter(code) ? `[${literal(code)}${literal(code ^ 32)}]` : literal(code)

/** A range inside a class, with the other case of its ASCII letters when case is ignored. */
export const range = (from: number, to: number, ignoreCase: boolean): string => {
  let items = from === to ? literal(from) : `${hex(from)}-${hex(to)}`
  if (ignoreCase) {
    for (let code = Math.max(from, 65); code <= Math.min(to, 122); code++) {
      if (isLetter(code)) items += literal(code ^ 32)
    }
  }
  return items
}

/** Not `[^]`: V8 has repeated that wrongly under some flags. */
const ANY = String.raw`[\s\S]`
const AT_END = '$'
const AT_START = '^'

/** `$` and `\Z`: the end, or before the last line terminator, never between \r and \n. */
export const endAnchor = (unixLines: boolean): string =>
  unixLines
    ? String.raw`(?=\n?${AT_END})`
    : String.raw`(?:${AT_END}|(?=\r\n${AT_END})|(?=[\r\u0085\u2028\u2029]${AT_END})|(?<!\r)(?=\n${AT_END}))`
/** `$` under (?m). */
export const lineEndAnchor = (unixLines: boolean): string =>
  unixLines ? String.raw`(?:${AT_END}|(?=\n))` : String.raw`(?:${AT_END}|(?=[\r\u0085\u2028\u2029])|(?<!\r)(?=\n))`
/** `^` under (?m): Java does not see a line start at the very end of the input. */
export const lineStartAnchor = (unixLines: boolean): string =>
  unixLines
    ? String.raw`(?:(?:${AT_START}|(?<=\n))(?=${ANY}))`
    : String.raw`(?:(?:${AT_START}|(?<=[\n\u0085\u2028\u2029])|(?<=\r)(?!\n))(?=${ANY}))`
export const startAnchor = AT_START
export const absoluteEnd = AT_END
export const LINE_BREAK = String.raw`(?:\r\n|[\n\u000b\f\r\u0085\u2028\u2029])`
/** Under a quantifier Java never takes the first half of a \r\n. */
export const REPEATED_LINE_BREAK = String.raw`(?:\r\n|(?!\r\n)[\n\u000b\f\r\u0085\u2028\u2029])`
