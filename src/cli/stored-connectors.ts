import type { Logger } from '../plugin/logger.ts'
import type { Herder } from '../runtime/herder.ts'
import { type ConnectorStore, openConnectorStore } from '../storage/connector-store.ts'
import type { LoadedWorker } from './load-worker.ts'

const KEY = 'config.storage.file.filename'

/** Opens the file of connectors that were made over REST; undefined when there is none. @throws ConfigFileError */
export const openStoredConnectors = async (
  { settings, problem }: Pick<LoadedWorker, 'settings' | 'problem'>,
  log: Logger,
): Promise<ConnectorStore | undefined> => {
  const file = settings[KEY]?.trim() ?? ''
  if (file === '') return undefined
  try {
    return await openConnectorStore(file, log)
  } catch (error) {
    throw problem(KEY, `${KEY}: ${error instanceof Error ? error.message : error}`)
  }
}

/**
 * Creates the connectors that were stored, without those of this name that files gave. One that cannot be created stays
 * stored, and the others come all the same: nobody stands by who could mend it.
 */
export const createStored = async (
  store: ConnectorStore,
  herder: Herder,
  { masker }: Pick<LoadedWorker, 'masker'>,
  log: Logger,
  isStopping: () => boolean,
): Promise<void> => {
  for (const { name, config, target } of store.entries()) {
    if (config === null || isStopping()) continue
    if (herder.names().includes(name)) continue
    try {
      const { tasks } = await herder.create(name, config, target, { origin: 'store' })
      log.info(`Restored connector ${name} (${target}) with ${tasks.length} ${tasks.length === 1 ? 'task' : 'tasks'}`)
    } catch (error) {
      const reason = masker.mask(error instanceof Error ? error.message : String(error))
      const what = herder.names().includes(name) ? 'has failed' : 'cannot be created, and stays stored'
      log.error(`Connector ${name} of ${store.path} ${what}: ${reason}`)
    }
  }
}
