import { readFile } from 'node:fs/promises'
import { ConfigFileError } from '../config-file-error.ts'
import { decodeProperties } from '../property-file.ts'
import { readFailure } from '../text-file.ts'
import { allowedPaths, pathNotAllowed } from './allowed-paths.ts'
import { type ConfigProviderDefinition, NOTHING_PROVIDED } from './provider.ts'

/** `${NAME:path:key}`: a key of a `.properties` file, read anew at each look-up. */
export const fileProvider: ConfigProviderDefinition = {
  className: 'org.apache.kafka.common.config.provider.FileConfigProvider',
  doc: 'Values of a .properties file: the path is the file, the key a key in it.',
  create(parameters) {
    const allow = allowedPaths(parameters)
    return {
      async get(path, keys) {
        if (path === '') return NOTHING_PROVIDED
        const allowed = await allow(path)
        if (allowed === undefined) return { ...NOTHING_PROVIDED, warnings: [pathNotAllowed(path)] }
        const bytes = await readFile(allowed).catch((error: unknown) => {
          const message = `Could not read properties from file ${path}: ${readFailure(error)}`
          throw new ConfigFileError(path, [{ message }], { cause: error })
        })
        const { values: properties, warnings } = decodeProperties(bytes, path)
        const values = new Map<string, string>()
        for (const key of keys) {
          const value = properties[key]
          if (value !== undefined) values.set(key, value)
        }
        return { values, warnings }
      },
    }
  },
}
