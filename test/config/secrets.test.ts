import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Password } from '../../src/config/define.ts'
import { createSecretMasker, isSecretKey, maskSecretKeys } from '../../src/config/secrets.ts'

const masker = (...secrets: (string | Password | null | undefined)[]) => {
  const made = createSecretMasker()
  made.register(...secrets)
  return made
}

test('every occurrence of a registered value is replaced', () => {
  const { mask } = masker('s3cr3t', new Password('hunter22'), null, undefined)
  assert.equal(mask('s3cr3t, then hunter22 and s3cr3t'), '[hidden], then [hidden] and [hidden]')
  assert.equal(mask('jdbc:x?password=s3cr3t&user=me'), 'jdbc:x?password=[hidden]&user=me')
})

test('a text without a secret comes back as it is', () => {
  assert.equal(masker('s3cr3t').mask('nothing to hide'), 'nothing to hide')
  assert.equal(createSecretMasker().mask('nothing to hide'), 'nothing to hide')
})

test('secrets that overlap or contain each other leave nothing behind', () => {
  assert.equal(masker('abcd', 'cdef').mask('<abcdef>'), '<[hidden]>')
  assert.equal(masker('pass', 'password1').mask('<password1> <pass>'), '<[hidden]> <[hidden]>')
  assert.equal(masker('aaaa').mask('<aaaaaa>'), '<[hidden]>')
  assert.equal(masker('abcd', 'efgh').mask('abcdefgh'), '[hidden][hidden]')
})

test('values too short or too common to be replaced are left alone', () => {
  assert.equal(masker('abc', '', 'true', 'None').mask('abc is true, none'), 'abc is true, none')
  assert.equal(masker('abcd').mask('abcd'), '[hidden]')
})

test('a secret is recognised in JSON, in a URL and without the blanks around it', () => {
  const { mask } = masker('p"w\nd\\&1 ', 'two words')
  assert.equal(mask(JSON.stringify({ a: 'p"w\nd\\&1' })), '{"a":"[hidden]"}')
  assert.equal(mask(`http://x/?p=${encodeURIComponent('p"w\nd\\&1')}`), 'http://x/?p=[hidden]')
  assert.equal(mask('?p=two+words'), '?p=[hidden]')
})

test('characters with a meaning in patterns or replacements are only text', () => {
  assert.equal(masker('.*.*').mask('anything .*.*'), 'anything [hidden]')
  assert.equal(masker('$&$1').mask('a $&$1'), 'a [hidden]')
  assert.equal(masker('\ud800pass').mask('a \ud800pass'), 'a [hidden]')
})

test('well-known secret keys are recognised behind any prefix', () => {
  for (const key of [
    ...[
      'sasl.jaas.config',
      'producer.override.sasl.jaas.config',
      'connection.password',
      'password',
      'ssl.key.password',
    ],
    ...['listeners.https.ssl.keystore.key', 'consumer.ssl.keystore.password', 'schema.registry.basic.auth.user.info'],
  ]) {
    assert.ok(isSecretKey(key), key)
  }
  for (const key of ['topic', 'key.converter', 'ssl.keystore.location', 'password.file', 'xpassword.x', 'compass']) {
    assert.ok(!isSecretKey(key), key)
  }
})

test('a config for the log shows keys and hides secret values', () => {
  const shown = maskSecretKeys({ name: 'c', 'connection.password': 'x', 'ssl.key.password': null })
  assert.deepEqual({ ...shown }, { name: 'c', 'connection.password': '[hidden]', 'ssl.key.password': null })
})
