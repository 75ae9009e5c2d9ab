/** What a backslash begins outside of a class: sets, anchors, back references, single characters. */
import { absoluteEnd, endAnchor, escapedSet, LINE_BREAK, literalAtom, startAnchor } from './java-regex-class.ts'
import { escapedCharacter } from './java-regex-escape.ts'
import { type RegexGroups, readName } from './java-regex-groups.ts'
import { type Piece, piece } from './java-regex-piece.ts'
import type { RegexReader } from './java-regex-reader.ts'
import { property } from './java-regex-set.ts'

export const backslashPiece = (reader: RegexReader, groups: RegexGroups): Piece => {
  const char = reader.peek(1)
  if (char === undefined) {
    // Java takes the end for a character; within a group it then misses the bracket
    if (reader.depth > 0) reader.syntax('Unclosed group', reader.length + 1)
    reader.syntax('Unexpected internal error', reader.at + 1)
  }
  const whole = wholeEscape(reader, char)
  if (whole !== undefined) {
    reader.at += 2
    return whole
  }
  switch (char) {
    case 'G':
    case 'X':
      return reader.refuse(`\\${char}`)
    case 'N':
      return reader.peek(2) === '{'
        ? reader.refuse('\\N{...}')
        : reader.syntax('Illegal character name escape sequence', reader.at + 2)
    case 'k':
      return namedReference(reader, groups)
    case 'p':
    case 'P':
      return piece(property(reader), false)
  }
  if (/^[1-9]$/.test(char)) return numberedReference(reader, groups)
  return piece(literalAtom(escapedCharacter(reader), reader.flags.i), false)
}

/** Of an escape that is a backslash and one letter, and no single character. */
const wholeEscape = (reader: RegexReader, char: string): Piece | undefined => {
  const set = escapedSet(char)
  if (set !== undefined) return piece(set, false)
  switch (char) {
    case 'b':
      if (reader.peek(2) === '{') reader.refuse('\\b{g}')
      return piece('(?:\\b)', true)
    case 'B':
      return piece('(?:\\B)', true)
    case 'A':
      return piece(startAnchor, true)
    case 'Z':
      return piece(endAnchor(reader.flags.d), true)
    case 'z':
      return piece(absoluteEnd, true)
    case 'R':
      return piece(LINE_BREAK, false)
  }
  return undefined
}

const namedReference = (reader: RegexReader, groups: RegexGroups): Piece => {
  reader.at += 2
  if (!reader.take('<')) reader.syntax("\\k is not followed by '<' for named capturing group", reader.at)
  const name = readName(reader)
  const group = groups.names.get(name)
  if (group === undefined) reader.syntax(`named capturing group <${name}> does not exist`, reader.at)
  if (!reader.take('>')) reader.syntax("named capturing group is missing trailing '>'", reader.at)
  return reference(group, reader, groups)
}

/** Java reads as many digits as make the number of a group that is open or closed by now. */
const numberedReference = (reader: RegexReader, groups: RegexGroups): Piece => {
  let group = Number(reader.chars[reader.at + 1])
  reader.at += 2
  while (/^[0-9]$/.test(reader.peek() ?? '')) {
    const longer = group * 10 + Number(reader.peek())
    if (longer >= groups.next) break
    group = longer
    reader.at++
  }
  return reference(group, reader, groups)
}

const reference = (group: number, reader: RegexReader, groups: RegexGroups): Piece => {
  if (reader.flags.i) reader.refuse('A back reference under (?i)')
  if (groups.lookbehind) reader.refuse('A back reference within a lookbehind')
  if (!groups.certain.has(group) || groups.unreliable.has(group)) {
    reader.refuse('A back reference to a group that may not have matched')
  }
  return piece(`(?:\\${groups.jsNumbers[group]})`, true, false)
}
