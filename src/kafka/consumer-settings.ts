import type { ConfigProblem, RawConfig } from '../config/define.ts'
import { invalidValue } from '../config/parse.ts'
import { CONSUMER_KEYS, COOPERATIVE_STICKY_ASSIGNOR, durationMs, RANGE_ASSIGNOR } from './client-keys.ts'
import { connectionSettings, failOn, parseClient, safe, unsupported, type WithWarnings } from './client-settings.ts'
import type { ConnectionSettings } from './connection-settings.ts'

/** Times are in milliseconds, sizes in bytes; time-outs are at most `Number.MAX_SAFE_INTEGER`. */
export interface ConsumerSettings {
  readonly connection: ConnectionSettings
  readonly groupId: string
  /** Name of a static member; null: a dynamic one. */
  readonly groupInstanceId: string | null
  readonly sessionTimeoutMs: number
  readonly heartbeatIntervalMs: number
  readonly maxPollIntervalMs: number
  readonly maxPollRecords: number
  readonly fetchMinBytes: number
  readonly fetchMaxBytes: number
  readonly fetchMaxWaitMs: number
  /** The longest wait at a broker that had nothing the last times: `fetchMaxWaitMs`, or more. */
  readonly fetchIdleWaitMs: number
  readonly maxPartitionFetchBytes: number
  /** `agoMs`: at the first record not older than that. */
  readonly autoOffsetReset: 'earliest' | 'latest' | 'none' | { readonly agoMs: number }
  readonly isolationLevel: 'read_uncommitted' | 'read_committed'
  /** In order of preference, at least one. */
  readonly assignors: readonly AssignorName[]
  readonly rackId: string
  readonly checkCrcs: boolean
  readonly requestTimeoutMs: number
  readonly defaultApiTimeoutMs: number
  readonly retryBackoffMs: number
  readonly retryBackoffMaxMs: number
  readonly metadataMaxAgeMs: number
}

/** As they stand in join requests. */
export type AssignorName = 'range' | 'roundrobin' | 'sticky' | 'cooperative-sticky'

/** @throws ConfigParseError with every problem, in Apache Kafka's wording */
export const consumerSettings = (raw: RawConfig): WithWarnings<ConsumerSettings> => {
  const { values, warnings, problems } = parseClient('consumer', CONSUMER_KEYS, raw)
  const connection = connectionSettings(values, problems, 'consumer', values['allow.auto.create.topics'] !== false)
  if (values['heartbeat.interval.ms'] >= values['session.timeout.ms']) {
    problems.push({ key: '', value: null, message: 'Heartbeat must be set lower than the session timeout' })
  }
  const groupId = values['group.id'] ?? ''
  if (groupId === '') {
    const message = 'The configured group.id should not be an empty string or whitespace.'
    problems.push({ key: 'group.id', value: values['group.id'], message })
  }
  const assignors = assignorsOf(values['partition.assignment.strategy'], problems)
  if (values['group.protocol']?.toLowerCase() === 'consumer') {
    warnings.push(`${unsupported('consumer', 'group.protocol=consumer')}: the classic protocol is used`)
  }
  failOn(problems)
  const reset = values['auto.offset.reset']
  const agoMs = durationMs(reset)
  return {
    warnings,
    settings: {
      connection,
      groupId,
      groupInstanceId: values['group.instance.id'],
      sessionTimeoutMs: values['session.timeout.ms'],
      heartbeatIntervalMs: values['heartbeat.interval.ms'],
      maxPollIntervalMs: values['max.poll.interval.ms'],
      maxPollRecords: values['max.poll.records'],
      fetchMinBytes: values['fetch.min.bytes'],
      fetchMaxBytes: values['fetch.max.bytes'],
      fetchMaxWaitMs: values['fetch.max.wait.ms'],
      fetchIdleWaitMs: idleWaitOf(raw, values['fetch.min.bytes'], values['fetch.max.wait.ms']),
      maxPartitionFetchBytes: values['max.partition.fetch.bytes'],
      autoOffsetReset: agoMs === undefined ? (reset as 'earliest' | 'latest' | 'none') : { agoMs },
      isolationLevel: values['isolation.level'] as 'read_uncommitted' | 'read_committed',
      assignors,
      rackId: values['client.rack'],
      checkCrcs: values['check.crcs'],
      requestTimeoutMs: values['request.timeout.ms'],
      defaultApiTimeoutMs: values['default.api.timeout.ms'],
      retryBackoffMs: safe(values['retry.backoff.ms']),
      retryBackoffMaxMs: safe(values['retry.backoff.max.ms']),
      metadataMaxAgeMs: safe(values['metadata.max.age.ms']),
    },
  }
}

/**
 * With `fetch.min.bytes=1` the first record ends the wait, so a longer one costs nothing and saves a request each half
 * second; who sets `fetch.max.wait.ms` gets just that.
 */
const IDLE_WAIT_MS = 5000

const idleWaitOf = (raw: RawConfig, minBytes: number, maxWaitMs: number): number =>
  minBytes <= 1 && !Object.hasOwn(raw, 'fetch.max.wait.ms') ? Math.max(IDLE_WAIT_MS, maxWaitMs) : maxWaitMs

const ASSIGNORS: ReadonlyMap<string, AssignorName> = new Map([
  [RANGE_ASSIGNOR, 'range'],
  ['org.apache.kafka.clients.consumer.RoundRobinAssignor', 'roundrobin'],
  ['org.apache.kafka.clients.consumer.StickyAssignor', 'sticky'],
  [COOPERATIVE_STICKY_ASSIGNOR, 'cooperative-sticky'],
])

const assignorsOf = (classes: readonly string[] | null, problems: ConfigProblem[]): AssignorName[] => {
  const names: AssignorName[] = []
  for (const name of classes ?? []) {
    const assignor = ASSIGNORS.get(name)
    if (assignor !== undefined) names.push(assignor)
    else {
      const key = 'partition.assignment.strategy'
      const known = [...ASSIGNORS.keys()].join(', ')
      problems.push({
        key,
        value: name,
        message: invalidValue(key, name, `Class ${name} could not be found. Known: ${known}`),
      })
    }
  }
  return names.length === 0 ? ['range'] : names
}
