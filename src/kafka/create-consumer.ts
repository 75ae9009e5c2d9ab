import type { RawConfig } from '../config/define.ts'
import { loadCodecs } from '../protocol/compression.ts'
import { createConnections } from './connections.ts'
import { createRecordConsumer, type PartitionListener, type RecordConsumer, type Subscription } from './consume.ts'
import { consumerSettings } from './consumer-settings.ts'
import { assignorOf } from './group-assignors.ts'
import type { KafkaLogger } from './kafka-log.ts'
import { onceConnected } from './once-connected.ts'
import { createTroubleLog } from './trouble-log.ts'

/**
 * A consumer from Java client settings (prefixes already removed). Connects and joins its group at the first poll.
 * @param warn hears of settings that have no effect
 * @throws ConfigParseError naming every setting that cannot be used
 */
export const createConsumer = async (
  raw: RawConfig,
  subscription: Subscription,
  listener: PartitionListener,
  log: KafkaLogger,
  warn: (warning: string) => void,
): Promise<RecordConsumer> => {
  const { settings, warnings } = consumerSettings(raw)
  for (const warning of warnings) warn(warning)
  const connections = createConnections(settings.connection, log)
  const assignors = settings.assignors.map(assignorOf).filter((assignor) => assignor !== undefined)
  if (assignors.length === 0) {
    warn(`partition.assignment.strategy ${settings.assignors.join(', ')} is not supported: range is used`)
    assignors.push(assignorOf('range')!)
  }
  return createRecordConsumer({
    connections,
    connected: onceConnected(connections),
    settings: { ...settings, assignors },
    subscription,
    listener,
    codecs: await loadCodecs(),
    onTrouble: createTroubleLog(log),
  })
}
