/** A setting of the broker as DescribeConfigs shows it; none can be changed while it runs. */
export interface BrokerSetting {
  readonly value: string
  readonly type: 'boolean' | 'int' | 'short' | 'list'
  /** Whether Apache Kafka has the same value when nothing is said. */
  readonly isDefault: boolean
}

export interface ShownOptions {
  readonly nodeId: number
  readonly host: string
  readonly port: number
  readonly partitions: number
  readonly autoCreateTopics: boolean
  readonly dataDir: string | undefined
}

/** Those that tools and clients ask for. */
export const brokerSettings = ({
  nodeId,
  host,
  port,
  partitions,
  autoCreateTopics,
  dataDir,
}: ShownOptions): ReadonlyMap<string, BrokerSetting> => {
  const given = (type: BrokerSetting['type'], value: unknown, byDefault?: unknown): BrokerSetting => ({
    value: String(value),
    type,
    isDefault: String(value) === String(byDefault),
  })
  const int = (value: number): BrokerSetting => given('int', value, value)
  return new Map([
    ['auto.create.topics.enable', given('boolean', autoCreateTopics, true)],
    ['broker.id', given('int', nodeId)],
    ['default.replication.factor', int(1)],
    ['delete.topic.enable', given('boolean', true, true)],
    ['group.max.session.timeout.ms', int(1_800_000)],
    ['group.min.session.timeout.ms', int(6000)],
    ['listeners', given('list', `PLAINTEXT://${host}:${port}`)],
    ['log.dirs', given('list', dataDir ?? '')],
    ['message.max.bytes', int(1_048_588)],
    ['min.insync.replicas', int(1)],
    ['node.id', given('int', nodeId)],
    ['num.partitions', given('int', partitions, 1)],
    ['offsets.topic.replication.factor', given('short', 1, 3)],
    ['transaction.max.timeout.ms', int(900_000)],
  ])
}
