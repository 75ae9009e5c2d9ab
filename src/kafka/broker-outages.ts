import { setTimeout as sleep } from 'node:timers/promises'
import type { ConnectionSettings } from './connection-settings.ts'
import type { KafkaError } from './errors.ts'
import type { KafkaLogger } from './kafka-log.ts'

interface Outage {
  failures: number
  /** By performance.now(). */
  retryAt: number
}

/** Which brokers could not be reached, and when each is tried again. */
export class BrokerOutages {
  readonly #settings: ConnectionSettings
  readonly #logger: KafkaLogger
  /** By node id. */
  readonly #outages = new Map<number, Outage>()

  constructor(settings: ConnectionSettings, logger: KafkaLogger) {
    this.#settings = settings
    this.#logger = logger
  }

  begin(nodeId: number, error: KafkaError): void {
    const failures = this.#outages.get(nodeId)?.failures ?? 0
    // One warning for an outage, however long it lasts: each failing request tells its caller anyway.
    if (failures === 0) this.#logger.warn(`Client ${this.#settings.clientId}: broker ${nodeId}: ${error.message}`)
    const retryAt = performance.now() + reconnectPause(this.#settings, failures)
    this.#outages.set(nodeId, { failures: failures + 1, retryAt })
  }

  end(nodeId: number): void {
    if (this.#outages.delete(nodeId)) this.#logger.info(`Client ${this.#settings.clientId}: broker ${nodeId} is back`)
  }

  /** Until the broker may be tried again. */
  async wait(nodeId: number): Promise<void> {
    const left = (this.#outages.get(nodeId)?.retryAt ?? 0) - performance.now()
    if (left > 0) await sleep(left)
  }
}

/** Milliseconds. Doubles from the first to the longest pause, give or take a fifth. @param failures before this one */
export const reconnectPause = (settings: ConnectionSettings, failures: number): number => {
  const { reconnectBackoffMs, reconnectBackoffMaxMs } = settings
  const pause = Math.min(reconnectBackoffMs * 2 ** failures, Math.max(reconnectBackoffMs, reconnectBackoffMaxMs))
  return pause * (0.8 + Math.random() * 0.4)
}
