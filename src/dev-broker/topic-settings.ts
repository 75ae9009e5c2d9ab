import { BrokerError } from './broker-error.ts'
import type { LogSettings } from './log/log-settings.ts'

/** As DescribeConfigs numbers them. */
export const settingTypes = { boolean: 1, string: 2, int: 3, short: 4, long: 5, double: 6, list: 7 } as const
type SettingType = keyof typeof settingTypes

export interface SettingDefinition {
  readonly type: SettingType
  readonly default: string
  readonly values?: readonly string[]
  readonly min?: number
}

const longMax = '9223372036854775807'
const int = (value: number, min?: number): SettingDefinition => number('int', String(value), min)
const long = (value: number | string, min?: number): SettingDefinition => number('long', String(value), min)
const number = (type: SettingType, value: string, min: number | undefined): SettingDefinition =>
  min === undefined ? { type, default: value } : { type, default: value, min }
const boolean = (value: boolean): SettingDefinition => ({ type: 'boolean', default: String(value) })
const oneOf = (first: string, ...others: string[]): SettingDefinition => ({
  type: 'string',
  default: first,
  values: [first, ...others],
})

/** The settings of a topic and their defaults as Apache Kafka 4.3 has them. What has no effect here is kept and shown. */
export const topicSettings: ReadonlyMap<string, SettingDefinition> = new Map(
  Object.entries({
    'cleanup.policy': { type: 'list', default: 'delete', values: ['compact', 'delete'] },
    'compression.gzip.level': int(-1),
    'compression.lz4.level': int(9),
    'compression.type': oneOf('producer', 'uncompressed', 'zstd', 'lz4', 'snappy', 'gzip'),
    'compression.zstd.level': int(3),
    'delete.retention.ms': long(86_400_000, 0),
    'file.delete.delay.ms': long(60_000, 0),
    'flush.messages': long(longMax, 1),
    'flush.ms': long(longMax, 0),
    'follower.replication.throttled.replicas': { type: 'list', default: '' },
    'index.interval.bytes': int(4096, 0),
    'leader.replication.throttled.replicas': { type: 'list', default: '' },
    'local.retention.bytes': long(-2, -2),
    'local.retention.ms': long(-2, -2),
    'max.compaction.lag.ms': long(longMax, 1),
    'max.message.bytes': int(1_048_588, 0),
    'message.timestamp.after.max.ms': long(3_600_000, 0),
    'message.timestamp.before.max.ms': long(longMax, 0),
    'message.timestamp.type': oneOf('CreateTime', 'LogAppendTime'),
    'min.cleanable.dirty.ratio': { type: 'double', default: '0.5', min: 0 },
    'min.compaction.lag.ms': long(0, 0),
    'min.insync.replicas': int(1, 1),
    preallocate: boolean(false),
    'remote.log.copy.disable': boolean(false),
    'remote.log.delete.on.disable': boolean(false),
    'remote.storage.enable': boolean(false),
    'retention.bytes': long(-1),
    'retention.ms': long(604_800_000, -1),
    'segment.bytes': int(1_073_741_824, 1_048_576),
    'segment.index.bytes': int(10_485_760, 4),
    'segment.jitter.ms': long(0, 0),
    'segment.ms': long(604_800_000, 1),
    'unclean.leader.election.enable': boolean(false),
  } satisfies Record<string, SettingDefinition>),
)

/** Small segments for tests, as Kafka has it: taken, never shown. */
const internalSegmentBytes = 'internal.segment.bytes'
const definitionOf = (name: string): SettingDefinition | undefined =>
  name === internalSegmentBytes ? int(1_073_741_824, 1024) : topicSettings.get(name)

export type TopicSettings = ReadonlyMap<string, string>

/** @throws BrokerError INVALID_CONFIG naming the setting, its value and what is accepted */
export const checkTopicSettings = (settings: TopicSettings): void => {
  for (const [name, value] of settings) {
    const definition = definitionOf(name)
    if (definition === undefined) throw new BrokerError('INVALID_CONFIG', `Unknown topic config name: ${name}`)
    const problem = problemOf(definition, value)
    if (problem !== undefined) {
      throw new BrokerError('INVALID_CONFIG', `Invalid value ${value} for configuration ${name}: ${problem}`)
    }
  }
}

const problemOf = ({ type, values, min }: SettingDefinition, value: string): string | undefined => {
  if (type === 'boolean') return /^(true|false)$/i.test(value) ? undefined : 'true or false is accepted'
  if (type === 'int' || type === 'long' || type === 'double') {
    const pattern = type === 'double' ? /^-?\d+(\.\d+)?$/ : /^-?\d{1,19}$/
    if (!pattern.test(value)) return 'a number is accepted'
    return min !== undefined && Number(value) < min ? `${min} is the lowest value` : undefined
  }
  if (values === undefined) return undefined
  const given = type === 'list' ? listOf(value) : [value]
  return given.every((one) => values.includes(one)) ? undefined : `accepted: ${values.join(', ')}`
}

export const listOf = (value: string): string[] =>
  value
    .split(',')
    .map((one) => one.trim())
    .filter((one) => one !== '')

/** @param defaults of this broker, before those of Kafka */
export const settingValueOf = (name: string, settings: TopicSettings, defaults: TopicSettings): string =>
  settings.get(name) ?? defaults.get(name) ?? topicSettings.get(name)?.default ?? ''

export const logSettingsOf = (settings: TopicSettings, defaults: TopicSettings): LogSettings => {
  const text = (name: string): string => settingValueOf(name, settings, defaults)
  const number = (name: string): number => Number(text(name))
  const policies = listOf(text('cleanup.policy'))
  return {
    deletes: policies.includes('delete'),
    compacts: policies.includes('compact'),
    retentionMs: number('retention.ms'),
    retentionBytes: number('retention.bytes'),
    segmentBytes: Number(settings.get(internalSegmentBytes) ?? text('segment.bytes')),
    segmentMs: number('segment.ms'),
    maxMessageBytes: number('max.message.bytes'),
    maxTimestampAheadMs: number('message.timestamp.after.max.ms'),
    logAppendTime: text('message.timestamp.type') === 'LogAppendTime',
    deleteRetentionMs: number('delete.retention.ms'),
  }
}
