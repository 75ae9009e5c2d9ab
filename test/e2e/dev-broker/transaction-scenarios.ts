import { waitUntil } from '../../helpers/processes.ts'
import { type Scenario, scenario } from './stage.ts'

const committed = scenario(['transactions', 'read', 'offsets'], async (client, stage) => {
  const topic = await stage.topic('moved')
  const id = await stage.transactionalId('mover')
  await stage.note('one', () => client.transactions(id, topic, [{ values: ['a', 'b'], commits: true }]))
  // A commit is answered before it stands in the topic, and kcat does not wait with its next transaction for that: whoever
  // reads what is committed has
  await client.read(topic, { count: 2, committed: true })
  await stage.note('another one', () => client.transactions(id, topic, [{ values: ['c'], commits: true }]))
  await stage.note('read', async () =>
    (await client.read(topic, { count: 3, committed: true })).map(({ offset, value }) => [offset, value]),
  )
  await stage.note('end', () => client.offsets(topic, 'latest'))
})

const aborted = scenario(
  ['transactions', 'read', 'produce', 'offsets', 'aborted transactions'],
  async (client, stage) => {
    const topic = await stage.topic('moved')
    const id = await stage.transactionalId('mover')
    await stage.note('transactions', () =>
      client.transactions(id, topic, [
        { values: ['a', 'b'], commits: true },
        { values: ['x', 'y', 'z'], commits: false },
        { values: ['c'], commits: true },
      ]),
    )
    const read = async (committed: boolean, count: number) =>
      (await client.read(topic, { count, committed })).map(({ offset, value }) => [offset, value])
    await read(true, 3)
    await client.produce(topic, [{ value: 'outside' }])
    await stage.note('what is committed', () => read(true, 4))
    await stage.note('end', () => client.offsets(topic, 'latest'))
    await stage.note('all', () => read(false, 7))
  },
)

const fencing = scenario(['fence', 'read', 'produce'], async (client, stage) => {
  const topic = await stage.topic('fenced')
  const id = await stage.transactionalId('fencer')
  await stage.note('the first producer', () => client.fence(id, topic))
  await client.produce(topic, [{ value: 'outside' }])
  await stage.note('what is committed', async () =>
    (await client.read(topic, { count: 1, committed: true })).map(({ value }) => value),
  )
})

const withOffsets = scenario(
  ['transactions', 'committed', 'aborted transactions', 'offsets in transactions'],
  async (client, stage) => {
    const topic = await stage.topic('consumed')
    const id = await stage.transactionalId('consumer')
    const group = await stage.group('consumers')
    await stage.note('committed', () =>
      client.transactions(id, topic, [{ values: ['a'], commits: true, offset: { group, offset: 5 } }]),
    )
    // As above: it stands a moment after the answer
    const committed = () => client.committed(group, topic)
    await waitUntil(async () => (await committed())[0] === 5, {
      timeoutMs: 60_000,
      what: 'the offset committed with a transaction',
    })
    await stage.note('offset', committed)
    await stage.note('aborted', () =>
      client.transactions(id, topic, [{ values: ['b'], commits: false, offset: { group, offset: 9 } }]),
    )
    await stage.note('the same offset', committed)
  },
)

const stranger = scenario(['commitAsStranger'], async (client, stage) => {
  const topic = await stage.topic('refused')
  const id = await stage.transactionalId('stranger')
  await stage.note('a generation that is over', async () => client.commitAsStranger(id, await stage.group('g'), topic))
})

export const transactionScenarios: Readonly<Record<string, Scenario>> = {
  'transactions are committed': committed,
  'transactions are committed and aborted': aborted,
  'an old producer is fenced': fencing,
  'offsets go with a transaction': withOffsets,
  'a stranger commits with a transaction': stranger,
}
