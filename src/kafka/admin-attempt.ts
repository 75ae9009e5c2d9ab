import { setTimeout as sleep } from 'node:timers/promises'
import type { AdminSettings } from './admin-settings.ts'
import type { KafkaConnections } from './connections.ts'
import { toKafkaError } from './errors.ts'

/** What every admin call runs in: connected, and tried again after errors that may pass. */
export type Attempt = <T>(doing: string, attempt: (connections: KafkaConnections) => Promise<T>) => Promise<T>

export const attempting = (connections: KafkaConnections, settings: AdminSettings): Attempt => {
  let connected = false
  return async (doing, attempt) => {
    const deadline = performance.now() + settings.apiTimeoutMs
    for (let failures = 0; ; failures++) {
      try {
        // The first attempt has all of the time, which its error tells of as it is set.
        const left = failures === 0 ? settings.apiTimeoutMs : Math.max(0, deadline - performance.now())
        if (!connected) await connections.connect({ timeoutMs: left })
        else if (failures > 0) await connections.refreshMetadata([])
        connected = true
        return await attempt(connections)
      } catch (thrown) {
        const error = toKafkaError(thrown, doing)
        const pause = Math.min(settings.retryBackoffMs * 2 ** failures, settings.retryBackoffMaxMs)
        const over = failures >= settings.retries || performance.now() + pause >= deadline
        if (!error.retriable || over || error.code === 'NO_BROKER_REACHABLE') throw error
        await sleep(pause)
      }
    }
  }
}
