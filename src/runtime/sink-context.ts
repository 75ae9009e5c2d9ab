import { partitionKey, type SinkTaskContext, type TopicPartition } from '../plugin/connector.ts'
import { ConnectError } from '../plugin/errors.ts'
import type { Logger } from '../plugin/logger.ts'
import type { SinkConsumer, SinkRequests } from './sink-consumer.ts'

export interface SinkContextParts {
  readonly connector: string
  readonly task: number
  readonly log: Logger
  readonly signal: AbortSignal
  readonly consumer: () => SinkConsumer
  readonly requests: SinkRequests
  readonly errantRecordReporter: SinkTaskContext['errantRecordReporter']
}

/** A sink task's door to its consumer: what it asks for is done by the loop, between two polls. */
export const createSinkContext = (parts: SinkContextParts): SinkTaskContext => {
  const { requests, consumer } = parts

  const checkAssigned = (partitions: readonly TopicPartition[], doing: string): void => {
    const assigned = new Set(
      consumer()
        .assignment()
        .map(({ topic, partition }) => partitionKey(topic, partition)),
    )
    const foreign = partitions.filter(({ topic, partition }) => !assigned.has(partitionKey(topic, partition)))
    if (foreign.length === 0) return
    const names = foreign.map(({ topic, partition }) => partitionKey(topic, partition)).join(', ')
    throw new ConnectError(`SinkTasks may not ${doing} partitions that are not currently assigned to them: ${names}`)
  }

  return {
    connector: parts.connector,
    task: parts.task,
    log: parts.log,
    signal: parts.signal,
    errantRecordReporter: parts.errantRecordReporter,
    assignment: () => consumer().assignment(),
    seek({ topic, partition }, offset) {
      requests.seeks.set(partitionKey(topic, partition), { topic, partition, offset })
    },
    timeout(ms) {
      requests.timeoutMs = ms
    },
    pause(...partitions) {
      checkAssigned(partitions, 'pause')
      for (const partition of partitions)
        requests.paused.set(partitionKey(partition.topic, partition.partition), partition)
      consumer().pause(partitions)
    },
    resume(...partitions) {
      checkAssigned(partitions, 'resume')
      for (const partition of partitions) requests.paused.delete(partitionKey(partition.topic, partition.partition))
      if (!requests.held) consumer().resume(partitions)
    },
    requestCommit() {
      requests.commit = true
      // Not only after the poll that may be waiting for records
      consumer().wakeup()
    },
  }
}
