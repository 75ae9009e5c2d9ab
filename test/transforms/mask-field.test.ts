import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Decimal, TypedNumber } from '../../src/data/values.ts'
import { maskFieldValue } from '../../src/transforms/mask-field.ts'
import { recordOf, run, USER } from './records.ts'

test('values become nothing of their kind', () => {
  const value = { i: 5, f: 1.5, s: 'q', b: true, l: [1], m: { a: 1 }, d: new Decimal(150n, 2), t: new Date(5), k: 9 }
  assert.deepEqual(run(maskFieldValue, { fields: 'i,f,s,b,l,m,d,t,x' }, recordOf(null, value))?.value, {
    i: 0,
    f: new TypedNumber('float64', 0),
    s: '',
    b: false,
    l: [],
    m: {},
    d: new Decimal(0n, 0),
    t: new Date(0),
    k: 9,
    x: null,
  })
})

test('a replacement is read as the number type of each field', () => {
  const masked = run(
    maskFieldValue,
    { fields: 'id,name', replacement: '300' },
    recordOf(USER, { id: 1, name: 'Ann', email: null }),
  )
  assert.deepEqual(masked?.value, { id: 300, name: '300', email: null })
})

test('a replacement that is no number says so, with its cause', () => {
  assert.throws(
    () => run(maskFieldValue, { fields: 'id', replacement: 'abc' }, recordOf(USER, { id: 1, name: 'Ann' })),
    (error: Error) =>
      error.message === 'Unable to convert abc (class java.lang.String) to a number' &&
      (error.cause as Error).message ===
        'Character a is neither a decimal digit number, decimal point, nor "e" notation exponential mark.',
  )
})

test('a tombstone is an error', () => {
  assert.throws(() => run(maskFieldValue, { fields: 'a' }, recordOf(null, null)), /for \[mask fields\], found: null/)
})
