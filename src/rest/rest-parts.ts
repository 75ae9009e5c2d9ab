import type { RawConfig } from '../config/define.ts'
import type { WorkerSettings } from '../config/worker-settings.ts'
import type { PluginCatalog } from '../plugin/find-plugins.ts'
import type { Logger } from '../plugin/logger.ts'
import type { HealthReason } from '../runtime/health-reasons.ts'
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
  /** What is wrong with connectors and tasks; empty: nothing. */
  readonly reasons: () => readonly HealthReason[]
  /** All metrics, secrets hidden, in Prometheus's text format. */
  readonly metrics: () => Promise<string>
  /** Shown as `worker_id`, HOST:PORT. */
  readonly workerId: string
}
