import { parseLines } from 'dot-properties'
import { ConfigFileError, type ConfigFileProblem } from './config-file-error.ts'
import { logicalLines } from './logical-lines.ts'
import { decodeText, readBytes } from './text-file.ts'

export interface PropertyFile {
  /** In the order of the file, on a null prototype; `__proto__` is a key like any other. */
  readonly values: Record<string, string>
  /** Where each key was last set, from 1. */
  readonly lines: ReadonlyMap<string, number>
  /** For the log: keys set twice, a file that is not UTF-8. Never holds a value. */
  readonly warnings: readonly string[]
}

const ESCAPE = /\\(?:u[0-9a-fA-F]{4}|.)/gs

const hasMalformedEscape = (line: string): boolean => line.match(ESCAPE)?.includes('\\u') ?? false

/** Key and value of a logical line. `dot-properties` sees no line end and no broken escape, where it differs from Java. */
const splitLine = (line: string): readonly [string, string] => {
  const [pair] = parseLines(line)
  return Array.isArray(pair) ? [pair[0] ?? '', pair[1] ?? ''] : ['', '']
}

/**
 * Reads the text of a `.properties` file exactly as `java.util.Properties` does; later duplicates win.
 *
 * @param file named in errors and warnings
 * @throws ConfigFileError for each `\u` that is not followed by four hexadecimal digits
 */
export const parseProperties = (text: string, file: string): PropertyFile => {
  const values: Record<string, string> = Object.create(null)
  const lines = new Map<string, number>()
  const warnings: string[] = []
  const problems: ConfigFileProblem[] = []
  for (const { text: joined, line } of logicalLines(text)) {
    if (hasMalformedEscape(joined)) {
      problems.push({
        line,
        message: 'malformed \\uxxxx encoding: \\u takes exactly four hexadecimal digits; write a backslash as \\\\',
      })
      continue
    }
    const [key, value] = splitLine(joined)
    const before = lines.get(key)
    if (before !== undefined) {
      warnings.push(`${file}:${line}: '${key}' was already set in line ${before}; the later one counts`)
    }
    values[key] = value
    lines.set(key, line)
  }
  if (problems.length > 0) throw new ConfigFileError(file, problems)
  return { values, lines, warnings }
}

/** As {@link parseProperties}, from the bytes of a file: UTF-8, or ISO-8859-1 if it is not valid UTF-8. */
export const decodeProperties = (bytes: Uint8Array, file: string): PropertyFile => {
  const { text, encoding } = decodeText(bytes)
  const parsed = parseProperties(text, file)
  if (encoding === 'UTF-8') return parsed
  return { ...parsed, warnings: [`${file}: is not valid UTF-8, so it is read as ISO-8859-1`, ...parsed.warnings] }
}

/**
 * Reads a `.properties` file.
 *
 * @throws ConfigFileError when it cannot be read or holds a malformed escape
 */
export const readPropertyFile = (path: string): PropertyFile =>
  decodeProperties(readBytes(path, 'properties file'), path)
