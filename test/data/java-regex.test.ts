import assert from 'node:assert/strict'
import { test } from 'node:test'
import { compileJavaRegex, JavaRegexError } from '../../src/data/java-regex.ts'

/** Pattern, text, whether the whole text matches on the JVM. */
const rows: [string, string, boolean][] = [
  ['my-.*', 'my-topic', true],
  ['my', 'my-topic', false],
  ['(?i)ORDERS', 'orders', true],
  ['(?i)É', 'é', false],
  ['a(?i)b|c', 'aB', true],
  ['a(?i)b|c', 'Ab', false],
  ['(?i:a)b', 'Ab', true],
  ['(?i:a)b', 'AB', false],
  ['\\Qa.b\\E+', 'a.bb', true],
  ['\\Qa.b\\E+', 'axb', false],
  ['[a-z&&[^b]]', 'b', false],
  ['[a-z&&[^b]]', 'c', true],
  ['[^a-c[x]]', 'x', false],
  ['[]a]', ']', true],
  ['\\p{Alpha}\\p{Punct}', 'a!', true],
  ['\\p{javaLowerCase}', 'é', true],
  ['\\w', 'é', false],
  ['\\h\\R', '\u00a0\r\n', true],
  ['\\0101\\x42\\u0043\\cA', 'ABC\u0001', true],
  ['a++b', 'aab', true],
  ['a++ab', 'aab', false],
  ['(?>a|ab)c', 'abc', false],
  ['(a|b)\\1', 'bb', true],
  ['.', '\u0085', false],
  ['(?s).', '\n', true],
  ['(?d).', '\r', true],
  ['(?x) a b # comment', 'ab', true],
  ['a{2,3}?', 'aaa', true],
  ['(?<year>\\d+)-\\k<year>', '20-20', true],
]

for (const [pattern, text, matches] of rows) {
  test(`${JSON.stringify(pattern)} ${matches ? 'matches' : 'does not match'} ${JSON.stringify(text)}`, () => {
    assert.equal(compileJavaRegex(pattern).matches(text), matches)
  })
}

test('$ stands before a last line end, but not between its two characters', () => {
  const found = (text: string) => compileJavaRegex('$').replacement('|')(text)
  assert.equal(found('a\r\n'), 'a|\r\n')
  assert.equal(found('a\nb'), 'a\nb|')
  assert.equal(compileJavaRegex('(?m)^').find(''), false)
})

test('a replacement takes as many digits as make a group, names in braces and escapes', () => {
  const replace = (pattern: string, replacement: string, text: string) =>
    compileJavaRegex(pattern).replacement(replacement)(text)
  assert.equal(replace('(a)', '$12', 'a'), 'a2')
  assert.equal(replace('(?<n>a)b', '[$\u007bn}]', 'xabab'), 'x[a]ab')
  assert.equal(replace('(a)|b', '<$1>', 'b'), '<>')
  assert.equal(replace('a', '\\$1\\\\', 'a'), '$1\\')
})

const replacementErrors: [string, string, string][] = [
  ['$2', 'java.lang.IndexOutOfBoundsException', 'No group 2'],
  ['$', 'java.lang.IllegalArgumentException', 'Illegal group reference: group index is missing'],
  ['$a', 'java.lang.IllegalArgumentException', 'Illegal group reference'],
  ['\\', 'java.lang.IllegalArgumentException', 'character to be escaped is missing'],
  ['$\u007bx}', 'java.lang.IllegalArgumentException', 'No group with name {x}'],
  ['$\u007b1}', 'java.lang.IllegalArgumentException', 'capturing group name {1} starts with digit character'],
  ['$\u007bx', 'java.lang.IllegalArgumentException', "named capturing group is missing trailing '}'"],
]

for (const [replacement, name, message] of replacementErrors) {
  test(`the replacement ${replacement} fails when it is used: ${message}`, () => {
    const replace = compileJavaRegex('(a)').replacement(replacement)
    assert.equal(replace('b'), 'b')
    assert.throws(() => replace('a'), { name, message })
  })
}

const syntaxErrors: [string, string][] = [
  ['(', 'Unclosed group near index 1\n('],
  ['[', 'Unclosed character class near index 0\n[\n^'],
  ['a)', "Unmatched closing ')' near index 0\na)\n^"],
  ['*', "Dangling meta character '*' near index 0\n*\n^"],
  ['a{2,1}', 'Illegal repetition range near index 5\na{2,1}\n     ^'],
  ['\\y', 'Illegal/unsupported escape sequence near index 1\n\\y\n ^'],
  ['[z-a]', 'Illegal character range near index 3\n[z-a]\n   ^'],
  ['\\p{Foo}', 'Unknown character property name {Foo} near index 6\n\\p{Foo}\n      ^'],
]

for (const [pattern, message] of syntaxErrors) {
  test(`${pattern} is refused in Java's words`, () => {
    assert.throws(
      () => compileJavaRegex(pattern),
      (error: JavaRegexError) => {
        return error instanceof JavaRegexError && error.kind === 'syntax' && error.message === message
      },
    )
  })
}

for (const pattern of [
  '(?:(a)|b)*\\1',
  '\\G',
  '(?u)a',
  '\\b{g}',
  '(?<=a+)b',
  'a{2}{3}',
  '(?i)\\p{Lu}',
  '\\p{InGreek}',
]) {
  test(`${pattern} could match differently and is refused, naming the pattern`, () => {
    assert.throws(
      () => compileJavaRegex(pattern),
      (error: JavaRegexError) => error.kind === 'unsupported' && error.message.endsWith(pattern),
    )
  })
}

test('a group whose text Java keeps from an earlier round of a loop cannot be put into a replacement', () => {
  const regex = compileJavaRegex('(?:(a)|b)*')
  assert.equal(regex.matches('ab'), true)
  assert.throws(() => regex.replacement('$1'), { kind: 'unsupported' })
})
