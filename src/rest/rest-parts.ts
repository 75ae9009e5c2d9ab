import type { RawConfig } from '../config/define.ts'
import type { WorkerSettings } from '../config/worker-settings.ts'
import type { PluginCatalog } from '../plugin/find-plugins.ts'
import type { Logger } from '../plugin/logger.ts'
import type { Herder } from '../runtime/herder.ts'
import type { ConnectorValidation } from '../runtime/validate-connector.ts'
import type { LoggerLevels } from './logger-levels.ts'

/** What the resources ask. They do no work of their own. */
export interface RestParts {
  readonly settings: WorkerSettings
  readonly herder: Herder
  readonly catalog: PluginCatalog
  readonly validate: (config: RawConfig) => Promise<ConnectorValidation>
  readonly log: Logger
  /** Hides secrets in the texts of errors and in traces. */
  readonly mask: (text: string) => string
  /** The level of Apache Kafka Connect that this worker stands for, such as 4.3.1: GET / shows it. */
  readonly version: string
  readonly commit: string
  readonly clusterId: string | null
  readonly loggers: LoggerLevels
  /** Whether every connector of the command line was created. */
  readonly isReady: () => boolean
  /** Shown as `worker_id`, HOST:PORT. */
  readonly workerId: string
}
