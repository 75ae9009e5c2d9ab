/**
 * Sets of characters: `[a-z&&[^x]]`, `\p{L}`. Each becomes a pattern that takes exactly
 * one character. Flag `u` knows no sets within sets (flag `v` does, but V8 finds wrong matches with it), so what one class
 * cannot say is said with alternatives and lookaheads.
 */
import { escapedSet, propertySet, range } from './java-regex-class.ts'
import { codePointOf, escapedCharacter } from './java-regex-escape.ts'
import type { RegexReader } from './java-regex-reader.ts'

/** The set of `\p{...}` or `\pL`; stands at the backslash. */
export const property = (reader: RegexReader): string => {
  const negated = reader.peek(1) === 'P'
  reader.at += 2
  let name = reader.chars[reader.at] ?? ''
  if (name === '{') {
    const end = reader.chars.indexOf('}', reader.at)
    if (end < 0) reader.syntax('Unclosed character family', reader.length)
    name = reader.chars.slice(reader.at + 1, end).join('')
    reader.at = end
  }
  if (name === '') reader.syntax('Empty character family', reader.at)
  const set = propertySet(name, reader.flags.i)
  if (set === null) reader.refuse(`\\p{${name}}${reader.flags.i ? ' under (?i)' : ''}`)
  if (set === undefined) reader.syntax(`Unknown character property name {${name}}`, reader.at)
  reader.at++
  return negated ? `[^${set.slice(1, -1)}]` : set
}

const ANY = String.raw`[\s\S]`

/** One side of an `&&`: what fits into one class, and what does not. */
interface Operand {
  items: string
  readonly others: string[]
}

const isEmpty = ({ items, others }: Operand): boolean => items === '' && others.length === 0

const operandText = ({ items, others }: Operand): string => {
  const alternatives = items === '' ? others : [`[${items}]`, ...others]
  return alternatives.length === 1 ? alternatives[0]! : `(?:${alternatives.join('|')})`
}

const addTo = (operand: Operand, set: string): void => {
  if (/^\[(?!\^)[^\]]*\]$/.test(set)) operand.items += set.slice(1, -1)
  else operand.others.push(set)
}

/** Stands after `[`. Everything right of an `&&` up to the closing bracket is its right side. */
export const characterClass = (reader: RegexReader): string => {
  const negated = reader.take('^')
  const operands: Operand[] = []
  let operand: Operand = { items: '', others: [] }
  for (;;) {
    if (reader.at >= reader.length) reader.syntax('Unclosed character class', reader.length - 1)
    const char = reader.peek()
    if (char === ']' && (!isEmpty(operand) || operands.length > 0)) break
    if (char === '&' && reader.peek(1) === '&') {
      requireBothSides(reader, operand)
      operands.push(operand)
      operand = { items: '', others: [] }
      reader.at += 2
    } else addTo(operand, classItem(reader))
  }
  reader.at++
  if (operands.length === 0 && operand.others.length === 0) return `[${negated ? '^' : ''}${operand.items}]`
  const both = operands.map((each) => `(?=${operandText(each)})`).join('') + operandText(operand)
  return negated ? `(?:(?!${both})${ANY})` : `(?:${both})`
}

const requireBothSides = (reader: RegexReader, left: Operand): void => {
  if (!isEmpty(left) && reader.peek(2) !== ']' && reader.peek(2) !== '&') return
  if (reader.chars.indexOf(']', reader.at) < 0) reader.syntax('Unclosed character class', reader.length - 1)
  reader.refuse('An && without a set on both sides')
}

const classItem = (reader: RegexReader): string => {
  const { i, x } = reader.flags
  const char = reader.peek()
  if (char === '[') {
    reader.at++
    return characterClass(reader)
  }
  if (char === '\\') {
    const next = reader.peek(1)
    const set = next === undefined ? undefined : escapedSet(next)
    if (set !== undefined) {
      reader.at += 2
      return set
    }
    if (next === 'p' || next === 'P') return property(reader)
    if (next === 'N' || next === 'X' || next === 'R') reader.refuse(`\\${next} within a class`)
  }
  if (x && char !== undefined && /[ \t\n\v\f\r#]/.test(char)) {
    reader.refuse('White space or # within a class under (?x)')
  }
  const from = classCharacter(reader)
  const after = reader.peek(1)
  if (reader.peek() !== '-' || after === ']' || after === '[') return `[${range(from, from, i)}]`
  reader.at++
  if (reader.at >= reader.length) reader.syntax('Illegal character range', reader.at)
  if (after === '\\' && /^[dwshvDWSHVpP]$/.test(reader.peek(1) ?? '')) {
    reader.syntax('Illegal character range', reader.at + 1)
  }
  const to = classCharacter(reader)
  if (to < from) reader.syntax('Illegal character range', reader.at - 1)
  return `[${range(from, to, i)}]`
}

const classCharacter = (reader: RegexReader): number => {
  if (reader.peek() === '\\') {
    if (reader.peek(1) === undefined) reader.syntax('Unexpected internal error', reader.at + 1)
    return escapedCharacter(reader)
  }
  const char = reader.chars[reader.at++]!
  reader.noLoneSurrogate(char)
  return codePointOf(char)
}
