import type { RawConfig } from '../../src/config/define.ts'

export const broker = { 'bootstrap.servers': 'localhost:9092' }

/** What is said of these settings beside those of {@link broker}. */
export const problemOf = (parse: (raw: RawConfig) => unknown, raw: RawConfig): string => {
  try {
    parse({ ...broker, ...raw })
  } catch (error) {
    return (error as Error).message
  }
  return 'no problem'
}

/** Of a producer that has no settings of its own. */
export const connection = {
  bootstrapServers: ['localhost:9092'],
  clientId: 'producer',
  securityProtocol: 'PLAINTEXT',
  ssl: null,
  sasl: null,
  connectionTimeoutMs: 10_000,
  requestTimeoutMs: 30_000,
  reconnectBackoffMs: 50,
  reconnectBackoffMaxMs: 1000,
  allowAutoTopicCreation: true,
}
