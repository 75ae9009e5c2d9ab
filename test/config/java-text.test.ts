import assert from 'node:assert/strict'
import { test } from 'node:test'
import { javaIsBlank, javaMapText, javaTrim, parseJavaDouble, parseJavaInteger } from '../../src/config/java-text.ts'

test('trimming takes control characters and leaves no-break spaces', () => {
  assert.equal(javaTrim('\u0000\u001f \t a b \r\n'), 'a b')
  assert.equal(javaTrim('\u00a0a\u2003'), '\u00a0a\u2003')
  assert.equal(javaTrim(' \n '), '')
})

test('blank is white space as Java sees it', () => {
  assert.equal(javaIsBlank(' \t\n\u2003'), true)
  assert.equal(javaIsBlank('\u00a0'), false)
  assert.equal(javaIsBlank(''), true)
})

test('integers are exact beyond 2^53 and bounded by their bits', () => {
  assert.equal(parseJavaInteger('9223372036854775807', 64), 9223372036854775807n)
  assert.equal(parseJavaInteger('-9223372036854775809', 64), undefined)
  assert.equal(parseJavaInteger('+32767', 16), 32767n)
  assert.equal(parseJavaInteger('--1', 32), undefined)
})

const doubles: readonly [string, number | undefined][] = [
  ['1.', 1],
  ['-1E-2d', -0.01],
  ['NaN', Number.NaN],
  ['0x.8p1', 1],
  ['infinity', undefined],
  ['1e', undefined],
  ['0x10', undefined],
  ['', undefined],
]
for (const [text, value] of doubles) {
  test(`'${text}' as a double is ${value}`, () => assert.ok(Object.is(parseJavaDouble(text), value)))
}

test('maps are printed as Java prints them', () => {
  assert.equal(javaMapText({ a: 'b', c: null }), '{a=b, c=null}')
})
