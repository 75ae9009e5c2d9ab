/** Connectors that a command is about: named by their file, or by name alone. */
import { existsSync } from 'node:fs'
import { readConnectorFile } from '../config/connector-file.ts'
import type { RawConfig } from '../config/define.ts'
import { resolveVariables } from '../config/variables.ts'
import type { ConnectorDefinition } from '../plugin/connector.ts'
import { openConnectorStore } from '../storage/connector-store.ts'
import { EXIT, ExitError } from './exit-codes.ts'
import type { LoadedWorker } from './load-worker.ts'
import { registerSecrets } from './register-secrets.ts'

export interface NamedConnector {
  readonly name: string
  /** Undefined: only the name is known. */
  readonly known: { readonly config: RawConfig; readonly definition: ConnectorDefinition } | undefined
}

type Surroundings = Pick<LoadedWorker, 'settings' | 'providers' | 'masker' | 'catalog'>

/** @param given files, or names of connectors (of those that are stored the config is known). @throws ExitError */
export const namedConnectors = async (given: readonly string[], worker: Surroundings): Promise<NamedConnector[]> => {
  const stored = new Map((await storedConnectors(worker)).map((connector) => [connector.name, connector]))
  const found: NamedConnector[] = []
  for (const one of given) {
    if (existsSync(one)) found.push(await ofFile(one, worker))
    else if (/[/\\]|\.(properties|json)$/.test(one)) {
      throw new ExitError(EXIT.connector, `${one}: there is no such file`)
    } else found.push(stored.get(one) ?? { name: one, known: undefined })
  }
  return found
}

/** Those of `config.storage.file.filename`. */
export const storedConnectors = async (worker: Surroundings): Promise<readonly NamedConnector[]> => {
  const file = worker.settings['config.storage.file.filename']?.trim() ?? ''
  if (!existsSync(file)) return []
  const store = await openConnectorStore(file, { warn: (message) => console.error(`warning: ${message}`) })
  const found: NamedConnector[] = []
  for (const { name, config } of store.entries()) {
    if (config === null) continue
    // Whatever is wrong with one that nobody asked for is not the matter now.
    found.push(await known(name, config, worker).catch(() => ({ name, known: undefined })))
  }
  return found
}

const ofFile = async (file: string, worker: Surroundings): Promise<NamedConnector> => {
  try {
    const { name, config } = readConnectorFile(file)
    return await known(name, config, worker)
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error)
    const text = message.includes(file) ? message : `${file}: ${message}`
    throw new ExitError(EXIT.connector, worker.masker.mask(text), { cause: error })
  }
}

const known = async (name: string, raw: RawConfig, worker: Surroundings): Promise<NamedConnector> => {
  const { config, resolvedSecrets } = await resolveVariables(raw, worker.providers)
  worker.masker.register(...resolvedSecrets)
  registerSecrets(worker.masker, config)
  const row = worker.catalog.connector(config['connector.class']?.trim() ?? '')
  return { name, known: { config, definition: await row.load() } }
}
