import { readFile, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { ConfigFileError } from '../config-file-error.ts'
import { readFailure } from '../text-file.ts'
import { allowedPaths, pathNotAllowed } from './allowed-paths.ts'
import { type ConfigProviderDefinition, NOTHING_PROVIDED } from './provider.ts'

const isDirectory = (path: string): Promise<boolean> =>
  stat(path).then(
    (found) => found.isDirectory(),
    () => false,
  )

const isFile = (path: string): Promise<boolean> =>
  stat(path).then(
    (found) => found.isFile(),
    () => false,
  )

/** A key is the name of a file in the folder itself, never a way to somewhere else. */
const isFileName = (key: string): boolean => key !== '' && key !== '.' && key !== '..' && !/[/\\\0]/.test(key)

const readText = async (path: string, key: string): Promise<string> => {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(await readFile(path))
  } catch (error) {
    const reason = error instanceof TypeError ? 'it is not valid UTF-8' : readFailure(error)
    throw new ConfigFileError(path, [{ message: `Could not read file ${path} for property ${key}: ${reason}` }], {
      cause: error,
    })
  }
}

/** `${NAME:folder:file}`: the whole text of a file, as mounted secrets are stored. Read anew at each look-up. */
export const directoryProvider: ConfigProviderDefinition = {
  className: 'org.apache.kafka.common.config.provider.DirectoryConfigProvider',
  doc: 'Values in files of their own: the path is a folder, the key a file in it, the value its whole text.',
  create(parameters) {
    const allow = allowedPaths(parameters)
    return {
      async get(path, keys) {
        if (path === '') return NOTHING_PROVIDED
        const folder = await allow(path)
        if (folder === undefined) return { ...NOTHING_PROVIDED, warnings: [pathNotAllowed(path)] }
        if (!(await isDirectory(folder))) {
          return { ...NOTHING_PROVIDED, warnings: [`The path ${path} is not a directory`] }
        }
        const values = new Map<string, string>()
        const warnings: string[] = []
        for (const key of keys) {
          const file = join(folder, key)
          if (!isFileName(key) || !(await isFile(file))) continue
          const allowed = await allow(file)
          if (allowed === undefined) warnings.push(pathNotAllowed(file))
          else values.set(key, await readText(allowed, key))
        }
        return { values, warnings }
      },
    }
  },
}
