import assert from 'node:assert/strict'
import { test } from 'node:test'
import { javaHashCopyOrder, javaHashOrder } from '../../src/data/java-hash-order.ts'

test('names come in the order of a HashMap, each once', () => {
  // As jshell prints Map.of's HashMap: the hash codes, not the names, tell the order
  assert.deepEqual(javaHashOrder(['ts', 'id', 'b', 'a', 'id']), ['a', 'b', 'ts', 'id'].toSorted(byBucket))
  assert.deepEqual(javaHashOrder(['Aa', 'BB']), ['Aa', 'BB']) // the same hash: as they came
  assert.deepEqual(javaHashOrder(['BB', 'Aa']), ['BB', 'Aa'])
})

/** Hashes of these names, computed by Java: a 97, b 98, ts 3711, id 3355; 16 buckets. */
const HASHES: Readonly<Record<string, number>> = { a: 97, b: 98, ts: 3711, id: 3355 }
const byBucket = (left: string, right: string): number => (HASHES[left]! & 15) - (HASHES[right]! & 15)

test('more than twelve names take more buckets', () => {
  const names = Array.from({ length: 13 }, (_, index) => String.fromCharCode(112 - index))
  assert.deepEqual(javaHashOrder(names).slice(0, 3), ['d', 'e', 'f']) // of 32 buckets d is in the fourth, p in the 16th
  assert.equal(javaHashOrder(names.slice(0, 12))[0], 'p') // of 16 it is in the first
})

test('the copy of a small map has fewer buckets', () => {
  // As the JVM worker prints a config of two and of three keys
  assert.deepEqual(javaHashCopyOrder(['file', 'name']), ['name', 'file'])
  assert.deepEqual(javaHashCopyOrder(['name', 'file', 'topic']), ['name', 'topic', 'file'])
})
