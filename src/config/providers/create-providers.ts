import { ConfigFileError, type ConfigFileProblem } from '../config-file-error.ts'
import type { RawConfig } from '../define.ts'
import { withPrefix } from '../prefix.ts'
import { directoryProvider } from './directory.ts'
import { envVarProviderOf } from './env-var.ts'
import { fileProvider } from './file.ts'
import type { ConfigProvider, ConfigProviderDefinition } from './provider.ts'

export const builtinProviders = (): readonly ConfigProviderDefinition[] => [
  fileProvider,
  directoryProvider,
  envVarProviderOf(),
]

const simpleName = (className: string): string => className.slice(className.lastIndexOf('.') + 1)

/** `a.b.FileConfigProvider`, `FileConfigProvider` and `File` all name the same provider. */
const namesOf = ({ className }: ConfigProviderDefinition): readonly string[] => [
  className,
  simpleName(className),
  simpleName(className).replace(/ConfigProvider$/, ''),
]

const createProvider = (
  workerRaw: RawConfig,
  name: string,
  definitions: readonly ConfigProviderDefinition[],
): ConfigProvider | ConfigFileProblem => {
  const key = `config.providers.${name}.class`
  const accepted = definitions.map(({ className }) => simpleName(className)).join(', ')
  const wanted = workerRaw[key]?.trim()
  if (!wanted) {
    return { key, message: `${key} is missing: config.providers names '${name}', which needs a class (${accepted})` }
  }
  const definition = definitions.find((candidate) => namesOf(candidate).includes(wanted))
  if (!definition) {
    return {
      key,
      message: `Invalid value ${wanted} for configuration ${key}: no such config provider; accepted are ${accepted}`,
    }
  }
  try {
    return definition.create(withPrefix(workerRaw, `config.providers.${name}.param.`))
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error)
    // Their messages begin with the parameter.
    const parameter = /^([\w.]+): /.exec(message)?.[1]
    const setting = `config.providers.${name}.param`
    if (parameter === undefined) return { key: setting, message }
    return { key: `${setting}.${parameter}`, message: message.slice(parameter.length + 2) }
  }
}

/**
 * Makes the providers that `config.providers` lists, by name. A name listed twice is one provider.
 *
 * @param file the worker file, named in errors
 * @param definitions what `config.providers.NAME.class` may name; default: the built-in ones
 * @throws ConfigFileError with every provider that cannot be made
 */
export const createProviders = (
  workerRaw: RawConfig,
  file = 'worker configuration',
  definitions: readonly ConfigProviderDefinition[] = builtinProviders(),
): ReadonlyMap<string, ConfigProvider> => {
  const providers = new Map<string, ConfigProvider>()
  const problems: ConfigFileProblem[] = []
  const setting = workerRaw['config.providers']?.trim()
  const names = setting ? setting.split(',').map((name) => name.trim()) : []
  for (const name of new Set(names)) {
    if (name === '') {
      problems.push({ key: 'config.providers', message: "Configuration 'config.providers' values must not be empty." })
      continue
    }
    const made = createProvider(workerRaw, name, definitions)
    if ('message' in made) problems.push(made)
    else providers.set(name, made)
  }
  if (problems.length > 0) throw new ConfigFileError(file, problems)
  return providers
}
