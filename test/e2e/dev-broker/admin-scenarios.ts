import { type Scenario, scenario } from './stage.ts'

const topics = scenario(['createTopic', 'partitionCount', 'addPartitions', 'deleteTopic'], async (client, stage) => {
  const topic = stage.name('made')
  await stage.note('created', () => client.createTopic(topic, { partitions: 3 }))
  await stage.ready(topic, 3)
  await stage.note('partitions', () => client.partitionCount(topic))
  await stage.note('created again', () => client.createTopic(topic))
  await stage.note('a name that is none', () => client.createTopic('a/b'))
  await stage.note('no partitions', () => client.createTopic(stage.name('none'), { partitions: 0 }))
  await stage.note('three replicas', () => client.createTopic(stage.name('copies'), { replicas: 3 }))
  await stage.note('a setting that is none', () =>
    client.createTopic(stage.name('set'), { config: { 'no.such': '1' } }),
  )
  await stage.note('a value that is none', () =>
    client.createTopic(stage.name('value'), { config: { 'retention.ms': 'long' } }),
  )
  await stage.note('more partitions', () => client.addPartitions(topic, 5))
  await stage.ready(topic, 5)
  await stage.note('they are there', () => client.partitionCount(topic))
  await stage.note('fewer partitions', () => client.addPartitions(topic, 2))
  await stage.note('partitions of a topic that is missing', () => client.addPartitions(stage.name('missing'), 2))
  await stage.note('deleted', () => client.deleteTopic(topic))
  await stage.note('deleted again', () => client.deleteTopic(stage.name('never')))
})

const settings = scenario(['settings', 'setSetting'], async (client, stage) => {
  const names = ['cleanup.policy', 'retention.ms', 'segment.bytes', 'max.message.bytes', 'compression.type']
  const topic = await stage.topic('settled', { config: { 'retention.ms': '60000', 'cleanup.policy': 'compact' } })
  await stage.note('as created', () => client.settings(topic, names))
  await stage.note('changed', () => client.setSetting(topic, 'max.message.bytes', '5000'))
  await stage.changed(topic, 'max.message.bytes', '5000')
  await stage.note('as changed', () => client.settings(topic, ['max.message.bytes']))
  await stage.note('a setting that is none', () => client.setSetting(topic, 'no.such', '1'))
  await stage.note('a value that is none', () => client.setSetting(topic, 'segment.bytes', 'many'))
  await stage.note('of a topic that is missing', () => client.settings(stage.name('missing'), names))
})

const deletedRecords = scenario(['deleteRecords', 'produce', 'offsets', 'read'], async (client, stage) => {
  const topic = await stage.topic('shortened')
  await client.produce(
    topic,
    ['a', 'b', 'c', 'd'].map((value) => ({ value })),
  )
  await stage.note('deleted', () => client.deleteRecords(topic, 3))
  await stage.note('first', () => client.offsets(topic, 'earliest'))
  await stage.note('what is left', async () =>
    (await client.read(topic, { count: 1, from: 3 })).map(({ value }) => value),
  )
  await stage.note('beyond the end', () => client.deleteRecords(topic, 99))
})

const cluster = scenario(['cluster'], async (client, stage) => {
  await stage.note('brokers', () => client.cluster())
})

const seen = scenario(['partitionCount'], async (client, stage) => {
  const topic = await stage.topic('seen', { partitions: 4 })
  await stage.note('partitions', () => client.partitionCount(topic))
})

const again = scenario(['createTopic', 'deleteTopic', 'produce', 'read'], async (client, stage) => {
  const topic = stage.name('again')
  await client.createTopic(topic)
  await stage.ready(topic)
  await stage.note('written', () => client.produce(topic, [{ value: 'old' }]))
  await client.deleteTopic(topic)
  await stage.gone(topic)
  await client.createTopic(topic)
  await stage.ready(topic)
  await stage.note('written anew', () => client.produce(topic, [{ value: 'new' }]))
  await stage.note('read', async () =>
    (await client.read(topic, { count: 1 })).map(({ offset, value }) => [offset, value]),
  )
})

export const adminScenarios: Readonly<Record<string, Scenario>> = {
  'topics are created, enlarged and deleted': topics,
  'settings of a topic': settings,
  'records are deleted': deletedRecords,
  'the cluster': cluster,
  'a topic is seen': seen,
  'a topic is created again': again,
}
