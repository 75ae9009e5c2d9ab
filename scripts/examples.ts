// `tsx scripts/examples.ts --check`: whether every file in examples/ can be used as it is, without a broker, and whether
// README.md names every example.
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { loadWorker } from '../src/cli/load-worker.ts'
import { connectorValidator } from '../src/cli/validator.ts'
import { readConnectorFile } from '../src/config/connector-file.ts'
import { resolveVariables } from '../src/config/variables.ts'
import { problemsOf } from '../src/runtime/validate-connector.ts'

const root = fileURLToPath(new URL('..', import.meta.url))

/** What else may lie beside the files of an example. */
const OTHER_FILES = /(?:\.md|\.txt|\.sql|\.csv|\.env)$/

const foldersIn = (folder: string): string[] =>
  readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map((entry) => join(folder, entry.name))
    .sort()

/** @returns what is wrong with an example, a line each */
export const checkExample = async (folder: string): Promise<readonly string[]> => {
  const files = readdirSync(folder).filter((name) => !OTHER_FILES.test(name))
  const problems: string[] = []
  const workers = files.filter((name) => /^worker.*\.properties$/.test(name))
  if (workers.length === 0) problems.push(`${folder}: has no worker.properties`)
  for (const name of workers) {
    const file = join(folder, name)
    try {
      const worker = await loadWorker(file)
      problems.push(...worker.warnings.map((warning) => `${file}: ${warning}`))
      const resolve = async (raw: Parameters<typeof resolveVariables>[0]) =>
        (await resolveVariables(raw, worker.providers)).config
      const validate = connectorValidator(worker, resolve)
      for (const other of files.filter((each) => !workers.includes(each))) {
        if (!/\.(?:properties|json)$/.test(other)) problems.push(`${join(folder, other)}: is of no known kind`)
        else problems.push(...(await checkConnector(join(folder, other), validate)))
      }
    } catch (error) {
      problems.push(error instanceof Error ? error.message : String(error))
    }
  }
  return problems
}

const checkConnector = async (
  file: string,
  validate: ReturnType<typeof connectorValidator>,
): Promise<readonly string[]> => {
  const { config, warnings } = readConnectorFile(file)
  try {
    const validation = await validate(config)
    const errors = problemsOf(validation).map(({ key, message }) => `${key}: ${message}`)
    return [...errors, ...warnings, ...validation.warnings].map((text) => `${file}: ${text}`)
  } catch (error) {
    return [`${file}: ${error instanceof Error ? error.message : error}`]
  }
}

/** Not merely the beginning of another name. */
export const names = (text: string, folder: string): boolean => new RegExp(`${folder}(?![\\w-])`).test(text)

const main = async (): Promise<number> => {
  if (process.argv.slice(2).join(' ') !== '--check') {
    console.log('Usage: tsx scripts/examples.ts --check')
    return 1
  }
  // The examples' paths are relative to the project, as the README runs them.
  process.chdir(root)
  const readme = existsSync('README.md') ? readFileSync('README.md', 'utf8') : ''
  const problems: string[] = []
  const folders = foldersIn('examples')
  for (const folder of folders) {
    problems.push(...(await checkExample(folder)))
    if (!names(readme, folder)) problems.push(`README.md does not name ${folder}`)
  }
  for (const problem of problems) console.log(problem)
  if (problems.length === 0) console.log(`${folders.length} examples are valid.`)
  return problems.length === 0 ? 0 : 1
}

if (process.argv[1] === fileURLToPath(import.meta.url)) process.exitCode = await main()
