import type { RawConfig } from '../config/define.ts'
import { loadCodec } from '../protocol/compression.ts'
import { createConnections } from './connections.ts'
import type { KafkaLogger } from './kafka-log.ts'
import { onceConnected } from './once-connected.ts'
import { createRecordProducer } from './produce.ts'
import { createProduceCluster } from './produce-cluster.ts'
import type { Deliveries, RecordProducer } from './produce-types.ts'
import { producerSettings } from './producer-settings.ts'
import { createTroubleLog } from './trouble-log.ts'

/** Most bytes buffered when `buffer.memory` is not set: more would only make the process larger, not faster. */
const DEFAULT_BUFFER_BYTES = 4 * 1024 * 1024

/**
 * A producer from Java client settings (prefixes already removed). Connects when it first needs to.
 * @param warn hears of settings that have no effect
 * @throws ConfigParseError naming every setting that cannot be used
 */
export const createProducer = async (
  raw: RawConfig,
  deliveries: Deliveries,
  log: KafkaLogger,
  warn: (warning: string) => void,
): Promise<RecordProducer> => {
  const { settings, warnings } = producerSettings(raw)
  for (const warning of warnings) warn(warning)
  const connections = createConnections(settings.connection, log)
  const { codec, level } = settings.compression
  const cluster = createProduceCluster({
    connections,
    connected: onceConnected(connections),
    acks: settings.acks,
    requestTimeoutMs: settings.requestTimeoutMs,
    codec: await loadCodec(codec, level === null ? {} : { level }),
  })
  const bufferMemory = raw['buffer.memory'] === undefined ? DEFAULT_BUFFER_BYTES : settings.bufferMemory
  return createRecordProducer(cluster, { ...settings, bufferMemory }, deliveries, createTroubleLog(log))
}
