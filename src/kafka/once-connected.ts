import type { KafkaConnections } from './connections.ts'

/** Connects at the first call; calls meanwhile wait for the same attempt, and one after a failure makes a new one. */
export const onceConnected = (connections: KafkaConnections): (() => Promise<void>) => {
  let connecting: Promise<void> | undefined
  return () => {
    connecting ??= connections.connect().catch((error: unknown) => {
      connecting = undefined
      throw error
    })
    return connecting
  }
}
