import assert from 'node:assert/strict'
import { test } from 'node:test'
import { getOwn, isPlainObject, setOwn } from '../../src/data/values.ts'

test('a field called __proto__ is a field like any other and leaves the prototype alone', () => {
  const fields: Record<string, unknown> = {}
  setOwn(fields, '__proto__', { polluted: true })
  setOwn(fields, 'constructor', 1)
  assert.deepEqual(Object.keys(fields), ['__proto__', 'constructor'])
  assert.equal(Object.getPrototypeOf(fields), Object.prototype)
  assert.deepEqual(getOwn(fields, '__proto__'), { polluted: true })
  assert.equal(JSON.stringify(fields), '{"__proto__":{"polluted":true},"constructor":1}')
  assert.equal((fields as { polluted?: boolean }).polluted, undefined)
})

test('a missing field with the name of a method of all objects is missing', () => {
  assert.equal(getOwn({}, 'constructor'), undefined)
  assert.equal(getOwn({}, '__proto__'), undefined)
  assert.equal(getOwn({}, 'toString'), undefined)
})

test('only objects without a class of their own are plain', () => {
  assert.equal(isPlainObject({}), true)
  assert.equal(isPlainObject(Object.create(null)), true)
  for (const other of [null, [], new Map(), new Date(), Buffer.of(1), 'x', undefined]) {
    assert.equal(isPlainObject(other), false)
  }
})
