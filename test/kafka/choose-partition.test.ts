import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createPartitionChooser } from '../../src/kafka/choose-partition.ts'

/** Hashes of these texts by the Java client's murmur2. */
const HASHES: readonly (readonly [string, number])[] = [
  ['21', -973932308],
  ['foobar', -790332482],
  ['a-little-bit-long-string', -985981536],
  ['a-little-bit-longer-string', -1486304829],
  ['lkjh234lh9fiuh90y23oiuhsafujhadof229phr9h19h89h8', -58897971],
  ['abc', 479470107],
]

for (const [key, hash] of HASHES) {
  test(`the key ${key} goes where the Java client sends it, as text and as bytes`, () => {
    const chooser = createPartitionChooser(false, 1000)
    for (const count of [2, 3, 7, 100]) {
      const expected = (hash & 0x7fffffff) % count
      assert.equal(chooser.choose('t', count, key), expected)
      assert.equal(chooser.choose('t', count, Buffer.from(key)), expected)
    }
  })
}

test('a long key with characters beyond ASCII is hashed as its UTF-8 bytes', () => {
  const chooser = createPartitionChooser(false, 1000)
  const key = 'grüße-€-😀-'.repeat(40)
  assert.equal(chooser.choose('t', 97, key), chooser.choose('t', 97, Buffer.from(key)))
})

test('an empty key is a key', () => {
  const chooser = createPartitionChooser(false, 1000, () => 0.5)
  assert.equal(chooser.choose('t', 10, ''), chooser.choose('t', 10, Buffer.alloc(0)))
})

test('without a key one partition is taken until batch.size bytes went there, per topic', () => {
  const picks = [0.1, 0.9, 0.5]
  const chooser = createPartitionChooser(false, 100, () => picks.shift()!)
  assert.equal(chooser.choose('t', 10, null), 1)
  chooser.appended(60)
  assert.equal(chooser.choose('t', 10, null), 1)
  assert.equal(chooser.choose('u', 10, null), 9)
  assert.equal(chooser.choose('t', 10, null), 1)
  chooser.appended(60)
  assert.equal(chooser.choose('t', 10, null), 5)
  assert.equal(chooser.choose('u', 10, null), 9)
})

test('bytes of keyed records do not move the others on', () => {
  const picks = [0.1, 0.9]
  const chooser = createPartitionChooser(false, 100, () => picks.shift()!)
  assert.equal(chooser.choose('t', 10, null), 1)
  chooser.choose('t', 10, 'key')
  chooser.appended(5000)
  assert.equal(chooser.choose('t', 10, null), 1)
})

test('partitioner.ignore.keys treats every record as one without a key', () => {
  const chooser = createPartitionChooser(true, 1000, () => 0.3)
  for (const key of ['a', 'b', 'c']) assert.equal(chooser.choose('t', 10, key), 3)
})
