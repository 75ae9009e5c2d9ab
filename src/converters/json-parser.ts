import { parseDecimal } from '../data/java-text.ts'
import { Decimal, setOwn } from '../data/values.ts'
import { isWellFormed } from './well-formed.ts'

/**
 * What a JSON text holds, exactly: null, boolean, string, array, plain object; an integer is a number, beyond 2^53 a bigint;
 * any number with a fraction or an exponent is a Decimal.
 */
export type JsonNode = unknown

/** The JVM's bounds. */
const MAX_DEPTH = 1000
const MAX_DIGITS = 1000

// biome-ignore lint/suspicious/noControlCharactersInRegex: unescaped control characters end a plain run of text
const PLAIN = /[^"\\\u0000-\u001f]*/y
const NUMBER = /-?(\d+)(?:\.(\d+))?(?:[eE][+-]?(\d+))?/y
const LITERAL = /(?:true|false|null)(?![\w$\u0080-\uffff])/y
const HEX = /[0-9a-fA-F]{4}/y
const ESCAPES: Readonly<Record<string, string>> = {
  '"': '"',
  '\\': '\\',
  '/': '/',
  b: '\b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
}

/**
 * Reads the first JSON value of a text as the JVM's parser does: leading zeros are fine, what follows the value is not looked
 * at, of a key that occurs twice the last value counts.
 */
export class JsonParser {
  readonly #text: string
  /** Whether U+FFFD stands for bytes that were not UTF-8. */
  readonly #damaged: boolean
  readonly #utf8: boolean
  #at = 0

  /** @param utf8 whether the bytes were UTF-8: then no field name may hold half a surrogate pair */
  constructor(text: string, damaged: boolean, utf8 = true) {
    this.#text = text
    this.#damaged = damaged
    this.#utf8 = utf8
  }

  /**
   * @param depth how deep in a larger text this one stands
   * @returns undefined when there is nothing but white space
   * @throws SyntaxError
   */
  parse(depth = 0): JsonNode | undefined {
    this.#skipSpace()
    if (this.#at >= this.#text.length) return undefined
    const value = this.#value(depth)
    const isNumber = typeof value === 'number' || typeof value === 'bigint' || value instanceof Decimal
    if (isNumber && !/^[ \t\r\n]?$/.test(this.#text[this.#at] ?? '')) throw this.#unexpected()
    return value
  }

  /** Whether nothing follows what was parsed. */
  get atEnd(): boolean {
    this.#skipSpace()
    return this.#at >= this.#text.length
  }

  #skipSpace(): void {
    for (;;) {
      const code = this.#text.charCodeAt(this.#at)
      if (code !== 0x20 && code !== 0x0a && code !== 0x0d && code !== 0x09) return
      this.#at++
    }
  }

  #unexpected(): SyntaxError {
    const char = this.#text[this.#at]
    return new SyntaxError(
      char === undefined
        ? `Unexpected end of JSON after ${this.#at} characters`
        : `Unexpected character ${JSON.stringify(char)} in JSON at character ${this.#at + 1}`,
    )
  }

  #match(pattern: RegExp): RegExpExecArray | null {
    pattern.lastIndex = this.#at
    const match = pattern.exec(this.#text)
    if (match !== null) this.#at += match[0].length
    return match
  }

  #value(depth: number): JsonNode {
    this.#skipSpace()
    switch (this.#text[this.#at]) {
      case '{':
        return this.#object(depth + 1)
      case '[':
        return this.#array(depth + 1)
      case '"':
        return this.#string()
      default: {
        const literal = this.#match(LITERAL)?.[0]
        if (literal !== undefined) return literal === 'null' ? null : literal === 'true'
        return this.#number()
      }
    }
  }

  #number(): JsonNode {
    const match = this.#match(NUMBER)
    if (match === null) throw this.#unexpected()
    const [text, whole = '', fraction, exponent] = match
    if (this.#text[this.#at] === '.' || /[eE]/.test(this.#text[this.#at] ?? '')) throw this.#unexpected()
    if (whole.length + (fraction?.length ?? 0) > MAX_DIGITS) {
      throw new SyntaxError(`A number in JSON has more than ${MAX_DIGITS} digits`)
    }
    if (fraction === undefined && exponent === undefined) {
      const number = Number(text)
      return Number.isSafeInteger(number) ? number + 0 : BigInt(text)
    }
    const decimal = parseDecimal(text)
    if (decimal === undefined) throw new SyntaxError('A number in JSON has an exponent that is too large')
    return decimal
  }

  #string(): string {
    this.#at++
    let out = ''
    for (;;) {
      out += this.#match(PLAIN)?.[0] ?? ''
      const char = this.#text[this.#at]
      if (char === '"') break
      if (char !== '\\') throw this.#unexpected()
      this.#at++
      out += this.#escape()
    }
    this.#at++
    if (this.#damaged && out.includes('\ufffd')) throw new SyntaxError('A string in JSON is not valid UTF-8')
    return out
  }

  #escape(): string {
    const char = this.#text[this.#at] ?? ''
    const plain = ESCAPES[char]
    if (plain === undefined && char !== 'u') throw this.#unexpected()
    this.#at++
    if (plain !== undefined) return plain
    const hex = this.#match(HEX)
    if (hex === null) throw this.#unexpected()
    return String.fromCharCode(Number.parseInt(hex[0], 16))
  }

  #open(depth: number, close: string): boolean {
    if (depth > MAX_DEPTH) throw new SyntaxError(`JSON is nested more than ${MAX_DEPTH} levels deep`)
    this.#at++
    this.#skipSpace()
    if (this.#text[this.#at] !== close) return true
    this.#at++
    return false
  }

  /** Whether another element follows. */
  #next(close: string): boolean {
    this.#skipSpace()
    const char = this.#text[this.#at]
    if (char !== ',' && char !== close) throw this.#unexpected()
    this.#at++
    return char === ','
  }

  #array(depth: number): JsonNode[] {
    const items: JsonNode[] = []
    if (this.#open(depth, ']')) {
      do items.push(this.#value(depth))
      while (this.#next(']'))
    }
    return items
  }

  #object(depth: number): Record<string, JsonNode> {
    const object: Record<string, JsonNode> = {}
    if (this.#open(depth, '}')) {
      do {
        this.#skipSpace()
        if (this.#text[this.#at] !== '"') throw this.#unexpected()
        const key = this.#string()
        if (this.#utf8 && !isWellFormed(key)) throw new SyntaxError('Broken surrogate pair in field name')
        this.#skipSpace()
        if (this.#text[this.#at] !== ':') throw this.#unexpected()
        this.#at++
        setOwn(object, key, this.#value(depth))
      } while (this.#next('}'))
    }
    return object
  }
}
