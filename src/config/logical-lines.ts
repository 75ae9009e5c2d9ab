/** A setting of a `.properties` file as one line: continuation lines joined, comments and blank lines gone. */
export interface LogicalLine {
  readonly text: string
  /** Where it begins, from 1. */
  readonly line: number
}

const INDENT = /^[ \t\f]+/
const TRAILING_BACKSLASHES = /\\*$/

/**
 * Joins lines as `java.util.Properties` does. Natural lines end at LF, CR or CRLF; an odd number of backslashes before the
 * end continues the line; what follows is stripped of its indent and can be a comment only if nothing came before it.
 */
export const logicalLines = (source: string): LogicalLine[] => {
  const lines: LogicalLine[] = []
  const naturalLine = /([^\r\n]*)(\r\n|\r|\n|$)/y
  let joined: string | undefined
  let start = 1
  for (let line = 1; naturalLine.lastIndex < source.length; line += 1) {
    const [, natural = '', terminator = ''] = naturalLine.exec(source)!
    const piece = natural.replace(INDENT, '')
    if (joined === undefined) start = line
    if (!joined && (piece === '' || piece.startsWith('#') || piece.startsWith('!'))) {
      joined = undefined
      continue
    }
    const text: string = (joined ?? '') + piece
    const continues = TRAILING_BACKSLASHES.exec(piece)![0].length % 2 === 1
    const atEnd = naturalLine.lastIndex >= source.length
    // At the end of the file the JVM looks one character ahead: after CR it still sees the LF and waits for a next line.
    if (continues && !(atEnd && terminator !== '\r\n')) {
      joined = text.slice(0, -1)
      continue
    }
    lines.push({ text: continues ? text.slice(0, -1) : text, line: start })
    joined = undefined
  }
  if (joined) lines.push({ text: joined, line: start })
  return lines
}
