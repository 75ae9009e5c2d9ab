/** A java.util.regex pattern while it is read: its characters, which of them are quoted, and where the reading stands. */
import { syntaxError, unsupported } from './java-regex-error.ts'

/** The inline flags that we can follow. */
export interface RegexFlags {
  readonly i: boolean
  readonly m: boolean
  readonly s: boolean
  readonly d: boolean
  readonly x: boolean
}

export class RegexReader {
  readonly #pattern: string
  /** Code points; those of `\Q...\E` are marked in `quoted`. */
  readonly chars: string[] = []
  readonly quoted: boolean[] = []
  /** Where each character stands in the pattern that Java makes of this one, before it reads it; one more for the end. */
  readonly #javaIndex: number[] = [0]
  at = 0
  /** Groups that are open here. */
  depth = 0
  flags: RegexFlags = { i: false, m: false, s: false, d: false, x: false }

  constructor(pattern: string) {
    this.#pattern = pattern
    let quoted = false
    let begins = false
    const points = Array.from(pattern)
    for (let i = 0; i < points.length; i++) {
      const [char, next] = [points[i]!, points[i + 1]]
      if (char === '\\' && next === (quoted ? 'E' : 'Q')) {
        quoted = !quoted
        begins = quoted
        i++
        continue
      }
      this.#push(char, quoted, begins)
      begins = false
      if (char === '\\' && !quoted && next !== undefined) this.#push(points[++i]!, false, false)
    }
  }

  /** Java puts a backslash before quoted punctuation, and writes a digit that begins a quote as `\x3` and the digit. */
  #push(char: string, quoted: boolean, begins: boolean): void {
    this.chars.push(char)
    this.quoted.push(quoted)
    const width = !quoted || /[^\0-\x7f]|[a-zA-Z]/.test(char) ? 1 : /\d/.test(char) ? (begins ? 4 : 1) : 2
    this.#javaIndex.push(this.#javaIndex.at(-1)! + width)
  }

  get length(): number {
    return this.chars.length
  }

  /** @throws JavaRegexError with Java's words for a pattern that it does not take either */
  syntax(description: string, index: number): never {
    const within = Math.min(index, this.length)
    throw syntaxError(description, index < 0 ? index : this.#javaIndex[within]! + index - within, this.#pattern)
  }

  /** @throws JavaRegexError for a construct that we could not follow exactly */
  refuse(construct: string): never {
    throw unsupported(construct, this.#pattern)
  }

  /** The character here if it is syntax (not quoted), else undefined. */
  peek(ahead = 0): string | undefined {
    return this.quoted[this.at + ahead] ? undefined : this.chars[this.at + ahead]
  }

  take(char: string): boolean {
    if (this.peek() !== char) return false
    this.at++
    return true
  }

  /** As many characters of a kind as there are, at most so many. */
  run(kind: RegExp, most = Number.POSITIVE_INFINITY): string {
    let taken = ''
    while (taken.length < most && kind.test(this.chars[this.at] ?? '')) taken += this.chars[this.at++]!
    return taken
  }

  /** White space and comments under (?x). */
  skipComments(): void {
    while (this.flags.x) {
      const char = this.peek()
      if (char === undefined) return
      if (/[ \t\n\v\f\r]/.test(char)) this.at++
      else if (char === '#') {
        const end = this.flags.d ? /\n/ : /[\n\r\u0085\u2028\u2029]/
        while (this.at < this.length && !end.test(this.chars[this.at]!)) this.at++
      } else return
    }
  }

  noLoneSurrogate(char: string): void {
    if (char.length === 1 && char >= '\ud800' && char <= '\udfff') this.refuse('Half of a surrogate pair')
  }
}
