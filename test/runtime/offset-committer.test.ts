import assert from 'node:assert/strict'
import { test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { type CommittableOffset, createCommittableOffsets } from '../../src/runtime/committable-offsets.ts'
import { type CommitterParts, createOffsetCommitter } from '../../src/runtime/offset-committer.ts'
import { FakeLogger } from '../helpers/fake-context.ts'
import { waitUntil } from '../helpers/processes.ts'
import { sourceRecord } from '../helpers/records.ts'

const start = (more: Partial<CommitterParts> = {}) => {
  const offsets = createCommittableOffsets()
  const stored: (readonly CommittableOffset[])[] = []
  const told: string[] = []
  const log = new FakeLogger()
  const committer = createOffsetCommitter({
    id: 'c-0',
    task: { commit: () => void told.push('commit') },
    offsets,
    store: async (taken) => void stored.push(taken),
    intervalMs: 60_000,
    timeoutMs: 1000,
    log,
    ...more,
  })
  const finish = (at: number) => {
    offsets.enter(sourceRecord('v', at)).done(1)
    offsets.endOfPoll()
  }
  return { offsets, stored, told, log, committer, finish }
}

test('what is committable is stored, then the task is told', async () => {
  const { committer, finish, stored, told, log } = start()
  finish(1)
  finish(2)
  assert.equal(await committer.commit(), true)
  assert.deepEqual(stored, [[{ partition: { part: 'p' }, offset: { at: 2 } }]])
  assert.deepEqual(told, ['commit'])
  assert.deepEqual(log.messages('info'), ['WorkerSourceTask{id=c-0} Committing offsets for 2 acknowledged messages'])
})

test('with nothing to store the task is told all the same, without a line', async () => {
  const { committer, stored, told, log } = start()
  assert.equal(await committer.commit(), true)
  assert.deepEqual([stored.length, told.length, log.lines.length], [0, 1, 0])
})

test('offsets that could not be stored are stored with the next ones, and the task is not told', async () => {
  for (const fail of [
    async () => {
      throw new Error('disk full')
    },
    () => {
      throw new Error('disk full')
    },
  ]) {
    let fails = true
    const stored: (readonly CommittableOffset[])[] = []
    const { committer, finish, told } = start({
      store: (taken) => (fails ? fail() : Promise.resolve(void stored.push(taken))),
    })
    finish(1)
    assert.equal(await committer.commit(), false)
    assert.deepEqual(told, [])
    fails = false
    assert.equal(await committer.commit(), true)
    assert.deepEqual(stored, [[{ partition: { part: 'p' }, offset: { at: 1 } }]])
  }
})

test('a store that takes longer than offset.flush.timeout.ms is a failed commit', async () => {
  const { committer, finish, log } = start({ store: () => new Promise(() => undefined), timeoutMs: 20 })
  finish(1)
  assert.equal(await committer.commit(), false)
  assert.match(log.messages('error')[0]!, /Timed out waiting to flush offsets/)
})

test('an error of task.commit is only logged', async () => {
  const { committer, finish, log } = start({
    task: {
      commit: () => {
        throw new Error('source does not know us')
      },
    },
  })
  finish(1)
  assert.equal(await committer.commit(), true)
  assert.deepEqual(log.messages('error'), ['WorkerSourceTask{id=c-0} Exception thrown while calling task.commit()'])
})

test('two commits at once are one', async () => {
  const { committer, finish, stored } = start()
  finish(1)
  await Promise.all([committer.commit(), committer.commit()])
  assert.equal(stored.length, 1)
})

test('the timer commits again and again, counting from the end of a commit, until it is stopped', async () => {
  let under = 0
  const { committer, told } = start({
    intervalMs: 5,
    task: {
      commit: async () => {
        assert.equal(under++, 0)
        await sleep(10)
        under--
        told.push('commit')
      },
    },
  })
  committer.start()
  await waitUntil(() => told.length >= 3, { timeoutMs: 20_000, what: 'three commits', intervalMs: 2 })
  await committer.stop()
  assert.equal(under, 0)
  const before = told.length
  await sleep(40)
  assert.equal(told.length, before)
})
