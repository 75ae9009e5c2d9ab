import { KafkaError } from './errors.ts'
import type { ProduceCluster, ProducerLimits } from './produce-types.ts'

export interface LearnParts {
  readonly cluster: ProduceCluster
  readonly limits: ProducerLimits
  readonly onTrouble: (message: string, error: unknown) => void
}

/**
 * Waits until the topic's partitions are known, at most `max.block.ms`, or until the signal aborts.
 * @throws KafkaError when the topic may not be used, or when it took too long
 */
export const learnTopic = async (
  { cluster, limits, onTrouble }: LearnParts,
  topic: string,
  signal: AbortSignal,
): Promise<void> => {
  const began = performance.now()
  for (let attempt = 1; !signal.aborted; attempt++) {
    const asking = cluster.refresh([topic]).catch((error: unknown) => {
      if (error instanceof KafkaError && !error.retriable) throw error
      if (attempt % 50 === 1) onTrouble(`Asking the brokers for topic ${topic} failed and will be tried again`, error)
    })
    await untilAborted(asking, signal)
    if (cluster.leaders(topic) !== undefined) return
    const waited = performance.now() - began
    if (waited > limits.maxBlockMs) {
      const message = `Topic ${topic} not present in metadata after ${limits.maxBlockMs} ms.`
      throw new KafkaError('TIMED_OUT', message, { retriable: true })
    }
    if (attempt % 100 === 20)
      onTrouble(`Topic ${topic} does not exist and the brokers do not create it; waiting for it`, undefined)
    await new Promise((resolve) => setTimeout(resolve, limits.retryBackoffMs))
  }
}

/** Waits no longer than until the signal aborts. */
const untilAborted = (promise: Promise<unknown>, signal: AbortSignal): Promise<void> =>
  new Promise((resolve, reject) => {
    const settle = (): void => resolve()
    signal.addEventListener('abort', settle, { once: true })
    promise.then(settle, reject).finally(() => signal.removeEventListener('abort', settle))
  })
