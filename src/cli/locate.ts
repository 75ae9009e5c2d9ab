import { ConfigFileError, type ConfigFileProblem } from '../config/config-file-error.ts'

/** A problem with the line of its setting, where the file has it. An empty key: it belongs to none. */
export const locate = (key: string, message: string, lines: ReadonlyMap<string, number>): ConfigFileProblem => {
  const line = lines.get(key)
  return { message, ...(key === '' ? {} : { key }), ...(line === undefined ? {} : { line }) }
}

/**
 * What went wrong for a setting of this file, told as a problem of this file: lines are added, and a problem of another file
 * (secrets that a variable refers to) is told together with the setting that wanted it.
 */
export const blame = (error: unknown, file: string, lines: ReadonlyMap<string, number>): unknown => {
  if (!(error instanceof ConfigFileError)) return error
  const problems = error.problems.map((problem) => {
    const { key = '', message, line } = problem
    if (error.file === file) return line === undefined ? locate(key, message, lines) : problem
    return locate(
      key,
      message.includes(error.file) ? message : `${error.file}${line === undefined ? '' : `:${line}`}: ${message}`,
      lines,
    )
  })
  return new ConfigFileError(file, problems, { cause: error })
}
