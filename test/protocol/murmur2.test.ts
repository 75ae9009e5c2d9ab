import assert from 'node:assert/strict'
import { test } from 'node:test'
import { murmur2, partitionForKey, toPositive } from '../../src/protocol/murmur2.ts'

test('hashes are those of the Java client', () => {
  const hashes: readonly (readonly [string, number])[] = [
    ['', 275646681],
    ['a', -1563381124],
    ['ab', 316155434],
    ['abc', 479470107],
    ['abcd', -1323649548],
    ['21', -973932308],
    ['foobar', -790332482],
    ['a-little-bit-long-string', -985981536],
    ['a-little-bit-longer-string', -1486304829],
    ['lkjh234lh9fiuh90y23oiuhsafujhadof229phr9h19h89h8', -58897971],
    ['ключ', 2122343024],
  ]
  for (const [key, hash] of hashes) assert.equal(murmur2(Buffer.from(key)), hash, key)
})

test('a partition is the hash without its sign modulo the number of partitions', () => {
  assert.equal(toPositive(-1), 2147483647)
  assert.equal(toPositive(-2147483648), 0)
  assert.equal(partitionForKey(Buffer.from('a'), 10), (-1563381124 & 0x7fffffff) % 10)
})
