/** java.util.regex patterns and replacement texts, run by JavaScript's RegExp; what could differ is refused. */
import { javaError } from './java-error.ts'
import { unsupported } from './java-regex-error.ts'
import { type Translation, translateJavaRegex } from './java-regex-translate.ts'

export { JavaRegexError } from './java-regex-error.ts'

export interface JavaRegex {
  readonly pattern: string
  /** Whether the whole text matches (`Matcher.matches`). */
  matches(text: string): boolean
  /** Whether some part of the text matches (`Matcher.find`). */
  find(text: string): boolean
  /** The groups of the first match as `find` gives it, the whole match first, null for those that took no part. */
  groups(text: string): readonly (string | null)[] | null
  /**
   * Compiles a replacement (`$1`, `${name}`, `\$`) to a function that does `Matcher.replaceFirst`.
   * @throws JavaRegexError when the replacement needs a group whose text could differ from Java's
   */
  replacement(replacement: string): (text: string) => string
}

/** @throws JavaRegexError naming what is wrong or not supported */
export const compileJavaRegex = (pattern: string): JavaRegex => {
  const translation = translateJavaRegex(pattern)
  const whole = new RegExp(`^(?:${translation.source})$`, 'u')
  const part = new RegExp(translation.source, 'u')
  const groupsOf = (match: RegExpExecArray): (string | null)[] =>
    translation.groups.map((jsGroup) => match[jsGroup] ?? null)
  return {
    pattern,
    matches: (text) => whole.test(text),
    find: (text) => part.test(text),
    groups: (text) => {
      const match = part.exec(text)
      return match === null ? null : groupsOf(match)
    },
    replacement: (replacement) => {
      const parts = readReplacement(replacement, translation)
      refuseUnreliable(pattern, translation, parts)
      return (text) => {
        const match = part.exec(text)
        if (match === null) return text
        const groups = groupsOf(match)
        let result = text.slice(0, match.index)
        for (const piece of parts) {
          if (typeof piece === 'string') result += piece
          else if (typeof piece === 'number') result += groups[piece] ?? ''
          else throw javaError(piece.jvmClass, piece.message)
        }
        return result + text.slice(match.index + match[0].length)
      }
    },
  }
}

/** Text as it is, the number of a group, or what Java throws once the replacement is used. */
type ReplacementPart = string | number | { readonly jvmClass: string; readonly message: string }

const refuseUnreliable = (pattern: string, translation: Translation, parts: readonly ReplacementPart[]): void => {
  if (translation.emptyLoop) throw unsupported('Replacing what a repetition of possibly empty text found', pattern)
  for (const part of parts) {
    if (typeof part === 'number' && translation.unreliable.has(part)) {
      throw unsupported(`Group ${part} in a replacement (it stands in a repetition or negative look-around)`, pattern)
    }
  }
}

const readReplacement = (text: string, { groups, names }: Translation): ReplacementPart[] => {
  const parts: ReplacementPart[] = []
  const illegal = (message: string): ReplacementPart[] => [
    ...parts,
    { jvmClass: 'java.lang.IllegalArgumentException', message },
  ]
  for (let at = 0; at < text.length; ) {
    const char = text[at++]!
    if (char === '\\') {
      if (at === text.length) return illegal('character to be escaped is missing')
      parts.push(text[at++]!)
    } else if (char !== '$') {
      parts.push(char)
    } else if (at === text.length) {
      return illegal('Illegal group reference: group index is missing')
    } else if (text[at] === '{') {
      const name = /^[a-zA-Z0-9]*/.exec(text.slice(at + 1))![0]
      if (name === '') return illegal('named capturing group has 0 length name')
      at += 1 + name.length
      if (text[at] !== '}') return illegal("named capturing group is missing trailing '}'")
      if (/^[0-9]/.test(name)) return illegal(`capturing group name {${name}} starts with digit character`)
      const group = names.get(name)
      if (group === undefined) return illegal(`No group with name {${name}}`)
      parts.push(group)
      at++
    } else {
      if (!/^[0-9]$/.test(text[at]!)) return illegal('Illegal group reference')
      let group = Number(text[at++])
      while (/^[0-9]$/.test(text[at] ?? '') && group * 10 + Number(text[at]) < groups.length) {
        group = group * 10 + Number(text[at++])
      }
      if (group >= groups.length) {
        return [...parts, { jvmClass: 'java.lang.IndexOutOfBoundsException', message: `No group ${group}` }]
      }
      parts.push(group)
    }
  }
  return parts
}
