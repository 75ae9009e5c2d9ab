/** Reads a java.util.regex pattern and writes an equivalent JavaScript pattern for flag `u`, group by group. */
import { backslashPiece } from './java-regex-backslash.ts'
import {
  dotSet,
  endAnchor,
  LINE_BREAK,
  lineEndAnchor,
  lineStartAnchor,
  literalAtom,
  REPEATED_LINE_BREAK,
  startAnchor,
} from './java-regex-class.ts'
import { codePointOf } from './java-regex-escape.ts'
import { RegexGroups, readGroupName, shiftGroups } from './java-regex-groups.ts'
import { NOTHING, type Piece, piece } from './java-regex-piece.ts'
import { readQuantifier } from './java-regex-quantifier.ts'
import { type RegexFlags, RegexReader } from './java-regex-reader.ts'
import { characterClass } from './java-regex-set.ts'

export interface Translation {
  readonly source: string
  /** JavaScript's number of Java's group i, from 0 (the whole match). */
  readonly groups: readonly number[]
  readonly names: ReadonlyMap<string, number>
  /** Groups whose text may differ from Java's after a match. */
  readonly unreliable: ReadonlySet<number>
  /** A loop over something that may be empty: which strings match is the same, how much `find` takes may not be. */
  readonly emptyLoop: boolean
}

/** @throws JavaRegexError */
export const translateJavaRegex = (pattern: string): Translation => new Translator(pattern).translate()

/** One walk over a pattern. */
class Translator {
  readonly #reader: RegexReader
  readonly #groups = new RegexGroups()
  #emptyLoop = false

  constructor(pattern: string) {
    this.#reader = new RegexReader(pattern)
  }

  translate(): Translation {
    const { source } = this.#alternatives()
    if (this.#reader.at < this.#reader.length) this.#reader.syntax("Unmatched closing ')'", this.#reader.at - 1)
    this.#groups.finish()
    const { jsNumbers: groups, names, unreliable } = this.#groups
    return { source, groups, names, unreliable, emptyLoop: this.#emptyLoop }
  }

  #alternatives(): Piece {
    const before = this.#groups.certain
    let common: Set<number> | undefined
    const branches: Piece[] = []
    do {
      this.#groups.certain = new Set(before)
      branches.push(this.#sequence())
      const here = this.#groups.certain
      common = common === undefined ? here : new Set([...common].filter((group) => here.has(group)))
    } while (this.#reader.take('|'))
    this.#groups.certain = common
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
      const next = this.#quantified()
      source += next.source
      canBeEmpty &&= next.canBeEmpty
      bounded &&= next.bounded
    }
    return piece(source, canBeEmpty, bounded)
  }

  /** An atom, and its quantifier if it has one. */
  #quantified(): Piece {
    const certain = new Set(this.#groups.certain)
    const { next: firstGroup, jsCount: firstJsGroup } = this.#groups
    const atom = this.#atom()
    const quantifier = readQuantifier(this.#reader, atom.quantifiable)
    if (quantifier === undefined) return atom
    const { least, most, text, mode } = quantifier
    if (most > 1) this.#groups.repeat(firstGroup, atom.canBeEmpty)
    if (atom.canBeEmpty && most > 1) {
      // Java leaves the loop at the first empty round, even before the least count is reached.
      if (least > 1) this.#reader.refuse('A counted repetition of possibly empty text')
      this.#emptyLoop = true
    }
    if (least === 0) this.#groups.certain = certain
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

  /**
   * A group that gives nothing back: a lookahead takes it, then what it took is matched again. Its own group comes first,
   * so the groups inside move up by one.
   */
  #atomic(inner: Piece, firstJsGroup: number): Piece {
    if (this.#groups.lookbehind) this.#reader.refuse('An atomic group or possessive quantifier within a lookbehind')
    if (this.#emptyLoop)
      this.#reader.refuse('A repetition of possibly empty text with an atomic group or possessive quantifier')
    const shifted = shiftGroups(inner.source, firstJsGroup)
    const own = this.#groups.encloseAtomic(firstJsGroup)
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
      if (char === '\\') return backslashPiece(this.#reader, this.#groups)
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
    const firstJsGroup = this.#groups.jsCount
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
      return this.#capturing(readGroupName(this.#reader, this.#groups.names), flags)
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
    const group = this.#groups.open(name)
    const closed = this.#closed(this.#alternatives(), outerFlags, '(')
    this.#groups.certain.add(group)
    return closed
  }

  #look(open: '(?=' | '(?!' | '(?<=' | '(?<!', outerFlags: RegexFlags): Piece {
    const groups = this.#groups
    const negative = open.endsWith('!')
    const { certain, next: firstGroup, lookbehind: outerLookbehind } = groups
    if (open.startsWith('(?<')) groups.lookbehind = true
    const inner = this.#closed(this.#alternatives(), outerFlags, open)
    if (open.startsWith('(?<') && !inner.bounded) this.#reader.refuse('A lookbehind without an obvious maximum length')
    groups.lookbehind = outerLookbehind
    groups.encloseLook(firstGroup, negative)
    if (negative) groups.certain = certain
    return piece(inner.source, true)
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
}
