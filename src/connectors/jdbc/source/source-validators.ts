/** Checks of single settings that only the sources have, with the texts of the JVM's connectors. */
import type { Validator } from '../../../config/define.ts'
import { compileJavaRegex } from '../../../data/java-regex.ts'

export const topicPrefix: Validator<string | null> = (_key, value) => {
  if (value === null) return 'Topic prefix must not be null.'
  if (value.length > 249) return 'Topic prefix length must not exceed max topic name length, 249 chars'
  return /[^a-zA-Z0-9._-]/.test(value)
    ? "Topic prefix must not contain any character other than ASCII alphanumerics, '.', '_' and '-'."
    : null
}

/** Why Java would not take a regular expression; undefined: it would. */
const regexProblem = (pattern: string): string | undefined => {
  try {
    compileJavaRegex(pattern)
    return undefined
  } catch (error) {
    return error instanceof Error ? error.message : String(error)
  }
}

export const regexList: Validator<readonly string[]> = (_key, value) => {
  const [found] = value.map((pattern) => regexProblem(pattern.trim())).filter((problem) => problem !== undefined)
  return found === undefined ? null : `Must be a valid comma-separated list of regular expression patterns: ${found}`
}

/** What is wrong with one part of an entry, and which part that is. */
type EntryProblem = readonly [part: string, problem: string]

const entries =
  (check: (column: string) => EntryProblem | undefined, format: string): Validator<readonly string[]> =>
  (key, value) => {
    for (const entry of value) {
      const found = entryProblem(entry.trim(), check, format)
      if (found === undefined) continue
      // The JVM shows the part that is wrong as the value of the key.
      return { wholeMessage: `Invalid value ${found[0]} for configuration ${key}: ${found[1]}` }
    }
    return null
  }

const entryProblem = (
  entry: string,
  check: (column: string) => EntryProblem | undefined,
  format: string,
): EntryProblem | undefined => {
  const parts = entry.split(':').map((part) => part.trim())
  const [pattern = '', columns = ''] = parts
  if (parts.length !== 2) return [entry, `Invalid format. Expected '${format}'`]
  const problem = regexProblem(pattern)
  return problem === undefined ? check(columns) : [pattern, `Invalid regular expression: ${problem}`]
}

/** `REGEX:column`. */
export const columnMapping = entries(
  (column) => (column === '' ? ['', 'Column name cannot be empty'] : undefined),
  'regex:columnName',
)

/** `REGEX:[column1|column2]`. */
export const columnsMapping = entries((columns) => {
  if (!columns.startsWith('[') || !columns.endsWith(']')) {
    return [columns, 'Columns list must be enclosed in square brackets']
  }
  const names = columns.slice(1, -1)
  if (names.trim() === '') return [columns, 'Columns list cannot be empty']
  return names.split('|').some((name) => name.trim() === '')
    ? [columns, 'Every column name should be non-empty string']
    : undefined
}, 'regex:[col1|col2|...]')
