import type { RawConfig } from '../config/define.ts'
import type { Logger } from '../plugin/logger.ts'
import type { ConnectorStore, StoredConnector } from '../storage/connector-store.ts'
import type { TargetState } from './connector-instance.ts'
import { HerderError } from './herder-error.ts'
import { sameConfig } from './same-config.ts'

/** What the herder stores of its connectors, if there is a store. */
export interface KeptConnectors {
  /** @throws HerderError 500 when it cannot be written */
  put(connector: StoredConnector): Promise<void>
  remove(name: string): Promise<void>
  has(name: string): boolean
  /**
   * A connector of a file begins: its config wins over one that was stored for the name, and the state that a user gave it
   * last wins over the file's.
   */
  ofFile(name: string, config: RawConfig, initial: TargetState): Promise<TargetState>
}

export const createKeptConnectors = (store: ConnectorStore | undefined, log: Logger): KeptConnectors => {
  const changed = async (work: Promise<void> | undefined): Promise<void> => {
    try {
      await work
    } catch (error) {
      throw new HerderError(500, error instanceof Error ? error.message : String(error), { cause: error })
    }
  }
  return {
    put: (connector) => changed(store?.put(connector)),
    remove: (name) => changed(store?.remove(name)),
    has: (name) => store?.get(name) !== undefined,
    async ofFile(name, config, initial) {
      const kept = store?.get(name)
      if (kept === undefined) return initial
      const { target, config: before } = kept
      if (before !== null && !sameConfig(before, config)) {
        log.warn(`Connector ${name}: the config of its file is used; the one stored over REST is dropped`)
      }
      if (target !== initial) {
        log.info(`Connector ${name} is ${target} as it was left, not ${initial} as in its file`)
      }
      await changed(store?.put({ name, target, config: null }))
      return target
    },
  }
}
