const DELIMITERS = '":,{}[]'

/** Java's `String.trim`: everything up to the blank, control characters included, and no other white space. */
export const javaTrim = (text: string): string => {
  let start = 0
  let end = text.length
  while (start < end && text.charCodeAt(start) <= 0x20) start++
  while (end > start && text.charCodeAt(end - 1) <= 0x20) end--
  return text.slice(start, end)
}

/**
 * Cuts text at quotes, colons, commas, braces and brackets, each of which is a token of its own unless a backslash stands
 * before it. Backslashes stay in the tokens.
 */
export class Tokens {
  /** Where the next token starts. May be set back to an earlier value. */
  position = 0
  readonly #text: string

  constructor(text: string) {
    this.#text = text
  }

  get ended(): boolean {
    return this.position >= this.#text.length
  }

  /** The next token; empty at the end. */
  next(): string {
    const start = this.position
    let end = start
    let escaped = false
    for (; end < this.#text.length; end++) {
      const char = this.#text[end] as string
      if (!escaped && DELIMITERS.includes(char)) break
      escaped = char === '\\' && !escaped
    }
    this.position = end === start ? Math.min(start + 1, this.#text.length) : end
    return this.#text.slice(start, this.position)
  }

  /** The next token that is not blank; empty at the end. */
  nextNotBlank(): string {
    let token = this.next()
    while (token !== '' && javaTrim(token) === '') token = this.next()
    return token
  }

  /** Passes over the next token that is not blank if it is this one, blanks around it left aside. */
  take(expected: string): boolean {
    const start = this.position
    while (!this.ended) {
      const token = javaTrim(this.next())
      if (token === '') continue
      if (token === expected) return true
      break
    }
    this.position = start
    return false
  }

  /** The next four tokens as one text; undefined when there are fewer. */
  take4(): string | undefined {
    const start = this.position
    for (let i = 0; i < 4; i++) {
      if (this.ended) return undefined
      this.next()
    }
    return this.#text.slice(start, this.position)
  }
}
