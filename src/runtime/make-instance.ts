import type { RawConfig } from '../config/define.ts'
import { type ConnectorInstance, createConnectorInstance } from './connector-instance.ts'
import { HerderError } from './herder-error.ts'
import { type ConnectorValidation, invalidConfigMessage, problemsOf } from './validate-connector.ts'
import type { WorkerParts } from './worker-parts.ts'

/** Makes the instance of a connector from its config, in two steps: what is found wrong in the first changes nothing. */
export interface InstanceMaker {
  /** Warnings go to the log. @throws HerderError 400 when the config does not hold */
  check(config: RawConfig): Promise<ConnectorValidation>
  make(name: string, validation: ConnectorValidation): ConnectorInstance
}

export interface InstanceMakerParts extends Pick<WorkerParts, 'status' | 'offsets' | 'settings' | 'logFor'> {
  readonly validate: (config: RawConfig) => Promise<ConnectorValidation>
}

export interface InstanceListeners {
  /** The connector (not a task) has failed. */
  readonly onFailed: (name: string, error: unknown) => void
  /** The connector wants its task configs computed anew. */
  readonly onReconfigure: (name: string) => void
}

export const createInstanceMaker = (parts: InstanceMakerParts, listeners: InstanceListeners): InstanceMaker => ({
  async check(config) {
    const validation = await parts.validate(config)
    // Also of what is refused: a setting may be missing only because its name is misspelt
    for (const warning of validation.warnings) parts.logFor(`${config['name']}|worker`).warn(warning)
    if (validation.errorCount > 0) {
      throw new HerderError(400, invalidConfigMessage(validation), { problems: problemsOf(validation) })
    }
    return validation
  },
  make: (name, { connector, resolved }) =>
    createConnectorInstance({
      name,
      definition: connector!.definition,
      version: connector!.row.version,
      config: resolved,
      status: parts.status,
      offsets: parts.offsets,
      topicCreation: parts.settings['topic.creation.enable'],
      log: parts.logFor(`${name}|worker`),
      onFailed: (error) => listeners.onFailed(name, error),
      onReconfigure: () => listeners.onReconfigure(name),
    }),
})
