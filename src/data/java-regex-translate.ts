/** Reads a java.util.regex pattern and writes an equivalent JavaScript pattern for flag `u`, group by group. */
import {
  absoluteEnd,
  dotSet,
  endAnchor,
  escapedSet,
  LINE_BREAK,
  lineEndAnchor,
  lineStartAnchor,
  literalAtom,
  REPEATED_LINE_BREAK,
  startAnchor,
} from './java-regex-class.ts'
import { codePointOf, escapedCharacter } from './java-regex-escape.ts'
import { type RegexFlags, RegexReader } from './java-regex-reader.ts'
import { characterClass, property } from './java-regex-set.ts'

export interface Translation {
  readonly source: string
  /** JavaScript's number of Java's group i, from 0 (the whole match): atomic groups need groups of their own. */
  readonly groups: readonly number[]
  readonly names: ReadonlyMap<string, number>
  /** Groups whose text may differ from Java's after a match (set in a loop, or within a negative lookahead). */
  readonly unreliable: ReadonlySet<number>
  /** A loop over something that may be empty: which strings match is the same, how much `find` takes may not be. */
  readonly emptyLoop: boolean
}

interface Piece {
  readonly source: string
  readonly canBeEmpty: boolean
  readonly bounded: boolean
  /** Java allows a quantifier after nothing at all; we do not. */
  readonly quantifiable: boolean
}

const piece = (source: string, canBeEmpty: boolean, bounded = true): Piece => ({
  source,
  canBeEmpty,
  bounded,
  quantifiable: true,
})
const NOTHING: Piece = { source: '', canBeEmpty: true, bounded: true, quantifiable: false }

/** @throws JavaRegexError */
export const translateJavaRegex = (pattern: string): Translation => new Translator(pattern).translate()

/** One walk over a pattern: where it stands, the flags in force there, and what is known of the groups so far. */
class Translator {
  readonly #reader: RegexReader
  #jsGroups = 0
  #lookbehind = false
  #emptyLoop = false
  readonly #groups: number[] = [0]
  readonly #names = new Map<string, number>()
  readonly #unreliable = new Set<number>()
  /** Groups inside of what is never walked back into; Java leaves them set when it gives such a part up. */
  readonly #enclosed = new Set<number>()
  /** Groups that have taken part whenever the walk gets here. */
  #certain = new Set<number>()

  constructor(pattern: string) {
    this.#reader = new RegexReader(pattern)
  }

  translate(): Translation {
    const { source } = this.#alternatives()
    if (this.#reader.at < this.#reader.length) this.#reader.syntax("Unmatched closing ')'", this.#reader.at - 1)
    for (const group of this.#enclosed) if (!this.#certain.has(group)) this.#unreliable.add(group)
    return {
      source,
      groups: this.#groups,
      names: this.#names,
      unreliable: this.#unreliable,
      emptyLoop: this.#emptyLoop,
    }
  }

  #alternatives(): Piece {
    const before = this.#certain
    let common: Set<number> | undefined
    const branches: Piece[] = []
    do {
      this.#certain = new Set(before)
      branches.push(this.#sequence())
      const here = this.#certain
      common = common === undefined ? here : new Set([...common].filter((group) => here.has(group)))
    } while (this.#reader.take('|'))
    this.#certain = common
    return piece(
      branches.map((branch) => branch.source).join('|'),
      branches.some((branch) => branch.canBeEmpty),
      branches.every((branch) => branch.bounded),
    )
  }

  #sequence(): Piece {
    let source = ''
    let canBeEmpty = true
    let bounded = true
    for (;;) {
      this.#reader.skipComments()
      const char = this.#reader.peek()
      if (this.#reader.at >= this.#reader.length || char === '|' || char === ')') break
      const certain = new Set(this.#certain)
      const firstGroup = this.#groups.length
      const firstJsGroup = this.#jsGroups
      const atom = this.#atom()
      const quantified = this.#quantified(atom, certain, firstGroup, firstJsGroup)
      source += quantified.source
      canBeEmpty &&= quantified.canBeEmpty
      bounded &&= quantified.bounded
    }
    return piece(source, canBeEmpty, bounded)
  }

  #quantified(atom: Piece, certain: Set<number>, firstGroup: number, firstJsGroup: number): Piece {
    this.#reader.skipComments()
    const counts = this.#counts(atom)
    if (counts === undefined) return atom
    const [least, most, text] = counts
    const mode = this.#reader.take('+') ? '+' : this.#reader.take('?') ? '?' : ''
    this.#reader.skipComments()
    if (/^[*+?]$/.test(this.#reader.peek() ?? ''))
      this.#reader.syntax(`Dangling meta character '${this.#reader.peek()}'`, this.#reader.at)
    if (this.#reader.peek() === '{') this.#reader.refuse('A quantifier after a quantifier')
    for (let group = firstGroup; group < this.#groups.length; group++) {
      if (most > 1 && (atom.canBeEmpty || !this.#certain.has(group))) this.#unreliable.add(group)
    }
    if (atom.canBeEmpty && most > 1) {
      // Java leaves the loop at the first empty round, even before the least count is reached.
      if (least > 1) this.#reader.refuse('A counted repetition of possibly empty text')
      this.#emptyLoop = true
    }
    if (least === 0) this.#certain = certain
    const body = atom.source === LINE_BREAK ? REPEATED_LINE_BREAK : atom.source
    // JavaScript refuses an empty round of `?`, Java takes it: an alternative says the same for both.
    const optional = mode === '?' ? `(?:|${body})` : `(?:(?:${body})|)`
    const loop = piece(
      least === 0 && most === 1 && atom.canBeEmpty ? optional : `(?:${body})${text}${mode === '?' ? '?' : ''}`,
      atom.canBeEmpty || least === 0,
      atom.bounded && most < Number.POSITIVE_INFINITY,
    )
    return mode === '+' ? this.#atomic(loop, firstJsGroup) : loop
  }

  /** `[least, most, text]` of the quantifier that stands here, if one does. */
  #counts(atom: Piece): [number, number, string] | undefined {
    const char = this.#reader.peek()
    if (char !== '*' && char !== '+' && char !== '?' && char !== '{') return undefined
    if (!atom.quantifiable) this.#reader.refuse(`The quantifier ${char} after a construct that has no text`)
    this.#reader.at++
    if (char === '*') return [0, Number.POSITIVE_INFINITY, '*']
    if (char === '+') return [1, Number.POSITIVE_INFINITY, '+']
    if (char === '?') return [0, 1, '?']
    if (!/^[0-9]$/.test(this.#reader.peek() ?? '')) this.#reader.syntax('Illegal repetition', this.#reader.at)
    const least = this.#count()
    let most = least
    if (this.#reader.take(',')) most = this.#reader.peek() === '}' ? Number.POSITIVE_INFINITY : this.#count()
    if (this.#reader.peek() !== '}') this.#reader.syntax('Unclosed counted closure', this.#reader.at)
    if (most < least) this.#reader.syntax('Illegal repetition range', this.#reader.at)
    this.#reader.at++
    const upper = most === least ? '' : most === Number.POSITIVE_INFINITY ? ',' : `,${most}`
    return [least, most, `{${least}${upper}}`]
  }

  #count(): number {
    let count = 0
    while (/^[0-9]$/.test(this.#reader.peek() ?? '')) {
      count = count * 10 + Number(this.#reader.peek())
      if (count > 0x7fffffff) this.#reader.syntax('Illegal repetition range', this.#reader.at)
      this.#reader.at++
    }
    return count
  }

  /**
   * A group that gives nothing back: a lookahead takes it, then what it took is matched again. Its own group comes first,
   * so the groups inside move up by one.
   */
  #atomic(inner: Piece, firstJsGroup: number): Piece {
    if (this.#lookbehind) this.#reader.refuse('An atomic group or possessive quantifier within a lookbehind')
    if (this.#emptyLoop)
      this.#reader.refuse('A repetition of possibly empty text with an atomic group or possessive quantifier')
    const own = firstJsGroup + 1
    const shifted = shiftGroups(inner.source, firstJsGroup)
    for (let group = 1; group < this.#groups.length; group++) {
      if (this.#groups[group]! <= firstJsGroup) continue
      this.#groups[group]!++
      this.#enclosed.add(group)
    }
    this.#jsGroups++
    return piece(`(?:(?=(${shifted}))\\${own}(?:))`, inner.canBeEmpty, inner.bounded)
  }

  #atom(): Piece {
    const char = this.#reader.chars[this.#reader.at]!
    const { i, m, s, d } = this.#reader.flags
    const quoted = this.#reader.quoted[this.#reader.at]
    if (!quoted) {
      if (char === '*' || char === '+' || char === '?')
        this.#reader.syntax(`Dangling meta character '${char}'`, this.#reader.at)
      if (char === '{') this.#openBrace()
      if (char === '(') return this.#group()
      if (char === '[') {
        this.#reader.at++
        const source = characterClass(this.#reader)
        return piece(source, false)
      }
      if (char === '\\') return this.#escape()
    }
    this.#reader.at++
    if (quoted) return piece(literalAtom(codePointOf(char), i), false)
    if (char === '.') return piece(dotSet(s, d), false)
    if (char === '^') return piece(m ? lineStartAnchor(d) : startAnchor, true)
    if (char === '$') return piece(m ? lineEndAnchor(d) : endAnchor(d), true)
    this.#reader.noLoneSurrogate(char)
    return piece(literalAtom(codePointOf(char), i), false)
  }

  /** Java takes a brace here for a count of nothing, which is an error unless it is well formed. */
  #openBrace(): never {
    if (!/^[0-9]$/.test(this.#reader.peek(1) ?? '')) this.#reader.syntax('Illegal repetition', this.#reader.at + 1)
    this.#reader.refuse('A quantifier after nothing')
  }

  #group(): Piece {
    const flags = this.#reader.flags
    const firstJsGroup = this.#jsGroups
    this.#reader.at++
    this.#reader.depth++
    if (this.#reader.flags.x && /^[ \t\n\v\f\r#]$/.test(this.#reader.peek() ?? '')) this.#skipCommentsInGroup()
    if (!this.#reader.take('?')) return this.#capturing(undefined, flags)
    const start = this.#reader.at
    const kind = this.#reader.peek()
    if (kind === ':' || kind === '>' || kind === '=' || kind === '!') {
      this.#reader.at++
      if (kind === ':') return this.#closed(this.#alternatives(), flags, '(?:')
      if (kind === '>') return this.#atomic(this.#closed(this.#alternatives(), flags, '(?:'), firstJsGroup)
      return this.#look(kind === '=' ? '(?=' : '(?!', flags)
    }
    if (kind === '<') {
      const next = this.#reader.peek(1)
      if (next === '=' || next === '!') {
        this.#reader.at += 2
        return this.#look(next === '=' ? '(?<=' : '(?<!', flags)
      }
      this.#reader.at++
      return this.#capturing(this.#groupName('>'), flags)
    }
    return this.#inlineFlags(flags, start)
  }

  #skipCommentsInGroup(): void {
    this.#reader.skipComments()
    if (this.#reader.peek() === '?') this.#reader.refuse('White space between ( and ?')
  }

  #closed(inner: Piece, outerFlags: RegexFlags, open: string): Piece {
    if (!this.#reader.take(')')) this.#reader.syntax('Unclosed group', this.#reader.length)
    this.#reader.depth--
    this.#reader.flags = outerFlags
    return piece(`${open}${inner.source})`, inner.canBeEmpty, inner.bounded)
  }

  #capturing(name: string | undefined, outerFlags: RegexFlags): Piece {
    const group = this.#groups.length
    this.#jsGroups++
    this.#groups.push(this.#jsGroups)
    if (name !== undefined) this.#names.set(name, group)
    if (this.#lookbehind) this.#unreliable.add(group)
    const closed = this.#closed(this.#alternatives(), outerFlags, '(')
    this.#certain.add(group)
    return closed
  }

  #look(open: string, outerFlags: RegexFlags): Piece {
    const certain = new Set(this.#certain)
    const firstGroup = this.#groups.length
    const outerLookbehind = this.#lookbehind
    if (open.startsWith('(?<')) this.#lookbehind = true
    const inner = this.#closed(this.#alternatives(), outerFlags, open)
    if (open.startsWith('(?<') && !inner.bounded) this.#reader.refuse('A lookbehind without an obvious maximum length')
    this.#lookbehind = outerLookbehind
    for (let group = firstGroup; group < this.#groups.length; group++) this.#enclosed.add(group)
    if (open.endsWith('!')) {
      this.#certain = certain
      for (let group = firstGroup; group < this.#groups.length; group++) this.#unreliable.add(group)
    }
    return piece(inner.source, true)
  }

  #groupName(close: string): string {
    let name = ''
    if (!/^[a-zA-Z]$/.test(this.#reader.peek() ?? '')) {
      this.#reader.syntax('capturing group name does not start with a Latin letter', this.#reader.at)
    }
    while (/^[a-zA-Z0-9]$/.test(this.#reader.peek() ?? '')) name += this.#reader.chars[this.#reader.at++]!
    if (this.#reader.peek() !== close)
      this.#reader.syntax("named capturing group is missing trailing '>'", this.#reader.at)
    if (this.#names.has(name))
      this.#reader.syntax(`Named capturing group <${name}> is already defined`, this.#reader.at)
    this.#reader.at++
    return name
  }

  /** `(?i)` holds to the end of the enclosing group, `(?i:...)` for its own. */
  #inlineFlags(outerFlags: RegexFlags, start: number): Piece {
    let on = true
    const flags: Record<string, boolean> = { ...this.#reader.flags }
    for (; ; this.#reader.at++) {
      const char = this.#reader.peek()
      if (char === '-' && on) on = false
      else if (char === 'u' || char === 'U' || char === 'c') {
        if (on) this.#reader.refuse(`The flag (?${char})`)
      } else if (char !== undefined && Object.hasOwn(flags, char)) flags[char] = on
      else break
    }
    const end = this.#reader.peek()
    if (end !== ')' && end !== ':') this.#reader.syntax('Unknown inline modifier', Math.max(this.#reader.at, start))
    this.#reader.at++
    this.#reader.flags = flags as unknown as RegexFlags
    if (end === ')') {
      this.#reader.depth--
      return NOTHING
    }
    return this.#closed(this.#alternatives(), outerFlags, '(?:')
  }

  #escape(): Piece {
    const { i, d } = this.#reader.flags
    const char = this.#reader.peek(1)
    if (char === undefined) {
      // Java takes the end for a character; within a group it then misses the bracket
      if (this.#reader.depth > 0) this.#reader.syntax('Unclosed group', this.#reader.length + 1)
      this.#reader.syntax('Unexpected internal error', this.#reader.at + 1)
    }
    const set = escapedSet(char)
    if (set !== undefined) return this.#escaped(piece(set, false))
    switch (char) {
      case 'b':
        if (this.#reader.peek(2) === '{') this.#reader.refuse('\\b{g}')
        return this.#escaped(piece('(?:\\b)', true))
      case 'B':
        return this.#escaped(piece('(?:\\B)', true))
      case 'A':
        return this.#escaped(piece(startAnchor, true))
      case 'Z':
        return this.#escaped(piece(endAnchor(d), true))
      case 'z':
        return this.#escaped(piece(absoluteEnd, true))
      case 'R':
        return this.#escaped(piece(LINE_BREAK, false))
      case 'G':
      case 'X':
        return this.#reader.refuse(`\\${char}`)
      case 'N':
        return this.#reader.peek(2) === '{'
          ? this.#reader.refuse('\\N{...}')
          : this.#reader.syntax('Illegal character name escape sequence', this.#reader.at + 2)
      case 'k':
        return this.#namedReference()
      case 'p':
      case 'P':
        return piece(property(this.#reader), false)
    }
    if (/^[1-9]$/.test(char)) return this.#numberedReference()
    return piece(literalAtom(escapedCharacter(this.#reader), i), false)
  }

  #escaped(result: Piece): Piece {
    this.#reader.at += 2
    return result
  }

  #namedReference(): Piece {
    this.#reader.at += 2
    if (!this.#reader.take('<'))
      this.#reader.syntax("\\k is not followed by '<' for named capturing group", this.#reader.at)
    let name = ''
    while (/^[a-zA-Z0-9]$/.test(this.#reader.peek() ?? '')) name += this.#reader.chars[this.#reader.at++]!
    const group = this.#names.get(name)
    if (group === undefined) this.#reader.syntax(`named capturing group <${name}> does not exist`, this.#reader.at)
    if (!this.#reader.take('>')) this.#reader.syntax("named capturing group is missing trailing '>'", this.#reader.at)
    return this.#reference(group)
  }

  /** Java reads as many digits as make the number of a group that is open or closed by now. */
  #numberedReference(): Piece {
    let group = Number(this.#reader.chars[this.#reader.at + 1])
    this.#reader.at += 2
    while (/^[0-9]$/.test(this.#reader.peek() ?? '')) {
      const longer = group * 10 + Number(this.#reader.peek())
      if (longer >= this.#groups.length) break
      group = longer
      this.#reader.at++
    }
    return this.#reference(group)
  }

  #reference(group: number): Piece {
    if (this.#reader.flags.i) this.#reader.refuse('A back reference under (?i)')
    if (this.#lookbehind) this.#reader.refuse('A back reference within a lookbehind')
    if (!this.#certain.has(group) || this.#unreliable.has(group)) {
      this.#reader.refuse('A back reference to a group that may not have matched')
    }
    return piece(`(?:\\${this.#groups[group]})`, true, false)
  }
}

/** Back references in `source` to groups after `from`, one up. They are always written as `\N` before a `)` or `(`. */
const shiftGroups = (source: string, from: number): string =>
  source.replace(/\\(\d+)(?=\)|\(\?:\))/g, (text, digits: string) =>
    Number(digits) > from ? `\\${Number(digits) + 1}` : text,
  )
