import { ConfigFileError, type ConfigFileProblem } from '../config/config-file-error.ts'
import { type ConnectorFile, type NamelessFile, readConnectorFileOrNameless } from '../config/connector-file.ts'
import type { RawConfig } from '../config/define.ts'
import { nearestName } from '../config/nearest-name.ts'
import { ConfigParseError } from '../config/parse.ts'
import type { Logger } from '../plugin/logger.ts'
import { shortName } from '../plugin/plugin-names.ts'
import type { CreateOptions } from '../runtime/connector-life.ts'
import type { Herder } from '../runtime/herder.ts'
import { HerderError } from '../runtime/herder-error.ts'
import { type ConnectorValidation, problemsOf } from '../runtime/validate-connector.ts'
import { withClassHint } from './class-hint.ts'
import { EXIT, ExitError } from './exit-codes.ts'
import type { LoadedWorker } from './load-worker.ts'
import { blame, locate } from './locate.ts'

type Validate = (config: RawConfig) => Promise<ConnectorValidation>

/** Creates the connector of a file. @throws ExitError that names the file, its lines and its keys */
export const createFromFile = async (
  path: string,
  herder: Herder,
  worker: Pick<LoadedWorker, 'catalog' | 'masker'>,
  validate: Validate,
  log: Logger,
): Promise<void> => {
  try {
    const file = readConnectorFileOrNameless(path)
    if (file.name === null) throw await allProblems(path, file, worker, validate, log)
    for (const warning of file.warnings) log.warn(warning)
    const options: CreateOptions = { origin: 'file', initialOffsets: file.initialOffsets ?? [] }
    const created = await herder.create(file.name, file.config, file.initialState, options).catch((error: unknown) => {
      const explained = explain(error, path, file, worker)
      if (!willBeRestarted(herder, file.name)) throw explained
      return explained
    })
    if (created instanceof Error) {
      log.warn(worker.masker.mask(`Connector ${file.name} does not start yet: ${created.message}`))
      return
    }
    const { name, tasks } = created
    log.info(`Created connector ${name} with ${tasks.length} ${tasks.length === 1 ? 'task' : 'tasks'}`)
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error)
    throw new ExitError(EXIT.connector, worker.masker.mask(message), { cause: error })
  }
}

/** Under a policy that restarts, a connector that cannot start now is not the end of the worker. */
const willBeRestarted = (herder: Herder, name: string): boolean =>
  herder.names().includes(name) && (herder.status(name).connector.restarts?.nextAt ?? null) !== null

/** That the name is missing, and what else would be wrong if it were there. */
const allProblems = async (
  path: string,
  file: NamelessFile,
  worker: Pick<LoadedWorker, 'catalog'>,
  validate: Validate,
  log: Logger,
): Promise<ConfigFileError> => {
  const { problems, error } = await validate(file.config).then(
    (validation) => {
      for (const warning of validation.warnings) log.warn(warning)
      return { problems: problemsOf(validation), error: undefined }
    },
    (thrown: unknown) => ({ problems: [], error: thrown }),
  )
  const others = problems.filter(({ key }) => key !== 'name')
  if (error === undefined && others.length === 0) return file.error
  const explained = explain(error ?? new HerderError(400, '', { problems: others }), path, file, worker)
  const more = explained instanceof ConfigFileError ? explained.problems : [{ message: explained.message }]
  return new ConfigFileError(path, [...file.error.problems, ...more], { cause: explained })
}

/** An error of the herder's as problems of the file, where it can be told which of its keys are to blame. */
const explain = (
  error: unknown,
  path: string,
  file: Pick<ConnectorFile, 'lines' | 'config'>,
  { catalog }: Pick<LoadedWorker, 'catalog'>,
): Error => {
  const { lines, config } = file
  if (error instanceof ConfigFileError) return blame(error, path, lines) as Error
  if (error instanceof HerderError || error instanceof ConfigParseError) {
    const problems = readable(error.problems, config)
      .map((problem) => withClassHint(problem, config[problem.key], catalog))
      .map(({ key, message }) => locate(key, withoutPattern(message), lines))
    if (problems.length > 0) return new ConfigFileError(path, problems, { cause: error })
  }
  const message = error instanceof Error ? error.message : String(error)
  const about = (text: string, key = 'connector.class'): ConfigFileError =>
    new ConfigFileError(path, [locate(key, text, lines)], { cause: error })
  if (message.endsWith('contains no connector type')) {
    return about('Missing required configuration "connector.class" which has no default value.')
  }
  if (message.startsWith('Invalid version specification')) return about(message, 'connector.plugin.version')
  if (message.startsWith(NO_CLASS)) return about(unknownClass(config['connector.class'] ?? '', catalog))
  return new Error(`Failed to create connector for ${path}: ${message}`, { cause: error })
}

type Problem = Pick<ConfigFileProblem, 'message'> & { readonly key: string }

/** Without what is said twice, under two keys, and without what only follows from a value that could not be read. */
const readable = (problems: readonly Problem[], config: ConnectorFile['config']): readonly Problem[] =>
  problems.filter(({ key, message }, index) => {
    if (problems.findIndex((other) => other.message === message) < index) return false
    const follows = message.startsWith(`Invalid value null for configuration ${key}:`) && (config[key] ?? null) !== null
    return !(follows && problems.some((other) => other.key === key && other.message !== message))
  })

/** Java shows a pattern that cannot be read once more, on lines of its own. */
const withoutPattern = (message: string): string => message.replace(/(near index \d+)\n[\s\S]*$/, '$1')

const NO_CLASS = 'Failed to find any class that implements Connector'

const unknownClass = (name: string, catalog: LoadedWorker['catalog']): string => {
  const rows = catalog.list(['sink', 'source'])
  const classes = rows.map((row) => row.class)
  const short = rows.map((row) => shortName({ kind: row.type, className: row.class }))
  const meant = nearestName(name, [...classes, ...short])
  const hint =
    meant === undefined ? `Available, besides those of plugin.path: ${classes.join(', ')}` : `Did you mean ${meant}?`
  return `${NO_CLASS} and which name matches ${name === '' ? "''" : name}. ${hint}`
}
