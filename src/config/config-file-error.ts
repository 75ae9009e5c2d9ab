/** One thing that is wrong in a file the user wrote. Never holds a value that may be secret. */
export interface ConfigFileProblem {
  /** The setting, when the problem belongs to one. */
  readonly key?: string
  /** From 1. For a setting that continues over several lines: its first. */
  readonly line?: number
  readonly message: string
}

const describe = (file: string, { key, line, message }: ConfigFileProblem): string => {
  const where = line === undefined ? `${file}: ` : `${file}:${line}: `
  // Apache Kafka's texts often name file and key themselves; saying it twice only hides the rest.
  const what = key === undefined || message.includes(key) ? message : `${key}: ${message}`
  return line === undefined && message.includes(file) ? what : where + what
}

/** A worker, connector or secrets file that cannot be used. `message` has one line per problem. */
export class ConfigFileError extends Error {
  override readonly name = 'ConfigFileError'
  readonly file: string
  readonly problems: readonly ConfigFileProblem[]

  constructor(file: string, problems: readonly ConfigFileProblem[], options?: ErrorOptions) {
    super(problems.map((problem) => describe(file, problem)).join('\n'), options)
    this.file = file
    this.problems = problems
  }
}
