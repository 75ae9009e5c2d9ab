import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type CommittableOffset, createCommittableOffsets } from '../../src/runtime/committable-offsets.ts'
import { sourceRecord } from '../helpers/records.ts'
import { seededRandom } from '../helpers/seeded-random.ts'

const shown = (offsets: readonly CommittableOffset[]): Record<string, unknown> =>
  Object.fromEntries(offsets.map(({ partition, offset }) => [String(partition['part']), offset?.['at']]))

test('nothing is committable before the brokers have the records', () => {
  const offsets = createCommittableOffsets()
  const run = offsets.enter(sourceRecord('a', 1))
  offsets.enter(sourceRecord('b', 2))
  offsets.endOfPoll()
  run.done(1)
  assert.deepEqual(offsets.take(), [])
  assert.equal(offsets.outstanding, 1)
  run.done(1)
  assert.deepEqual(shown(offsets.take()), { p: 2 })
  assert.equal(offsets.outstanding, 0)
})

test('a poll that is still being delivered holds its offset back', () => {
  const offsets = createCommittableOffsets()
  offsets.enter(sourceRecord('a', 1)).done(1)
  assert.deepEqual(offsets.take(), [])
  offsets.endOfPoll()
  assert.deepEqual(shown(offsets.take()), { p: 1 })
})

test('an unacknowledged poll holds back later ones of its source partition and no other', () => {
  const offsets = createCommittableOffsets()
  const first = offsets.enter(sourceRecord('a', 1, 'p'))
  offsets.endOfPoll()
  offsets.enter(sourceRecord('b', 2, 'p')).done(1)
  offsets.enter(sourceRecord('c', 7, 'q')).done(1)
  offsets.endOfPoll()
  assert.deepEqual(shown(offsets.take()), { q: 7 })
  first.done(1)
  assert.deepEqual(shown(offsets.take()), { p: 2 })
})

test('partitions with the same fields in another order, or with a bigint for a number, are the same', () => {
  const offsets = createCommittableOffsets()
  const first = offsets.enter({ ...sourceRecord('a', 1), sourcePartition: { db: 'x', id: 5 } })
  offsets.endOfPoll()
  offsets.enter({ ...sourceRecord('b', 2), sourcePartition: { id: 5n, db: 'x' } }).done(1)
  offsets.endOfPoll()
  assert.deepEqual(offsets.take(), [])
  first.done(1)
  assert.equal(offsets.take().length, 1)
})

test('records without a source partition have no offset to commit', () => {
  const offsets = createCommittableOffsets()
  offsets.enter(sourceRecord('a', 1, null)).done(1)
  offsets.endOfPoll()
  assert.deepEqual(offsets.take(), [])
})

test('a withdrawn record is not counted, and offsets stop just before it', () => {
  const offsets = createCommittableOffsets()
  offsets.enter(sourceRecord('a', 1)).done(1)
  offsets.enter(sourceRecord('b', 2)).done(1)
  offsets.enter(sourceRecord('c', 3))
  offsets.withdrawLast()
  assert.deepEqual(shown(offsets.take()), { p: 2 })
  assert.equal(offsets.outstanding, 0)
})

test('withdrawing the first record of a poll leaves what was committable before', () => {
  const offsets = createCommittableOffsets()
  offsets.enter(sourceRecord('a', 1)).done(1)
  offsets.endOfPoll()
  offsets.enter(sourceRecord('b', 2))
  offsets.withdrawLast()
  assert.deepEqual(shown(offsets.take()), { p: 1 })
})

test('withdrawing among interleaved partitions touches the record entered last only', () => {
  const offsets = createCommittableOffsets()
  offsets.enter(sourceRecord('a', 1, 'p')).done(1)
  offsets.enter(sourceRecord('b', 8, 'q')).done(1)
  offsets.enter(sourceRecord('c', 2, 'p'))
  offsets.withdrawLast()
  assert.deepEqual(shown(offsets.take()), { p: 1, q: 8 })
})

test('what could not be stored is given again, unless something newer came', () => {
  const offsets = createCommittableOffsets()
  for (const part of ['p', 'q']) offsets.enter(sourceRecord('a', 1, part)).done(1)
  offsets.endOfPoll()
  const taken = offsets.take()
  offsets.enter(sourceRecord('b', 2, 'p')).done(1)
  offsets.endOfPoll()
  offsets.putBack(taken)
  assert.deepEqual(shown(offsets.take()), { p: 2, q: 1 })
  assert.deepEqual(offsets.take(), [])
})

test('the count of finished records begins anew with each taking', () => {
  const offsets = createCommittableOffsets()
  offsets.enter(sourceRecord('a', 1)).done(1)
  assert.equal(offsets.doneSinceTake, 1)
  offsets.take()
  assert.equal(offsets.doneSinceTake, 0)
})

for (const seed of [1, 2, 3]) {
  test(`whatever the order of acknowledgements, no offset passes a record that is under way (seed ${seed})`, () => {
    const random = seededRandom(seed)
    const offsets = createCommittableOffsets()
    const parts = ['a', 'b', 'c']
    const entered: Record<string, boolean[]> = { a: [], b: [], c: [] }
    let open: { part: string; index: number; done: () => void }[] = []
    const stored: Record<string, number> = { a: 0, b: 0, c: 0 }
    for (let round = 0; round < 300; round++) {
      for (let n = random(6); n > 0; n--) {
        const part = parts[random(3)]!
        const index = entered[part]!.push(false)
        const run = offsets.enter(sourceRecord('v', index, part))
        open.push({ part, index, done: () => run.done(1) })
      }
      offsets.endOfPoll()
      open = open.filter(({ part, index, done }) => {
        if (random(3) > 0) return true
        done()
        entered[part]![index - 1] = true
        return false
      })
      const taken = offsets.take()
      for (const [part, at] of Object.entries(shown(taken))) {
        assert.ok(Number(at) > stored[part]!, 'offsets go forward')
        assert.ok(entered[part]!.slice(0, Number(at)).every(Boolean), `${part} up to ${at}`)
        stored[part] = Number(at)
      }
    }
    for (const { done } of open) done()
    offsets.take()
    assert.equal(offsets.outstanding, 0)
  })
}
