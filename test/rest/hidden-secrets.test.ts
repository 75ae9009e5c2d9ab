import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createSecretMasker } from '../../src/config/secrets.ts'
import { shownConfig, withStoredSecrets } from '../../src/rest/hidden-secrets.ts'

const masker = createSecretMasker()
masker.register('hunter22', 'postgres')
const { mask } = masker

const STORED = {
  name: 'postgres',
  'connector.class': 'X',
  topics: 'postgres-topic',
  'connection.password': 'postgres',
  'connection.url': 'jdbc:postgresql://db/shop?password=hunter22',
  'plugin.own.login': 'hunter22',
  'mongo.uri': 'mongodb://me:secret@db/shop',
  'ssl.key.password': `\${file:/run/secrets:key}`,
  empty: '',
}

test('what is secret by its name or by a plug-in is hidden, names and variables are not', () => {
  assert.deepEqual(
    { ...shownConfig(STORED, mask) },
    {
      ...STORED,
      'connection.password': '[hidden]',
      'connection.url': 'jdbc:postgresql://db/shop?password=[hidden]',
      'plugin.own.login': '[hidden]',
      'mongo.uri': 'mongodb://[hidden]@db/shop',
    },
  )
})

test('a config that comes back as it was shown keeps its secrets, and new ones count', () => {
  const shown = shownConfig(STORED, mask)
  assert.deepEqual({ ...withStoredSecrets(shown, STORED, mask) }, STORED)
  const changed = { ...shown, topics: 'other', 'connection.password': 'new secret' }
  assert.deepEqual(
    { ...withStoredSecrets(changed, STORED, mask) },
    { ...STORED, topics: 'other', 'connection.password': 'new secret' },
  )
})

test('without a stored config nothing is put in, and hostile keys are keys', () => {
  const given = { 'connection.password': '[hidden]' }
  assert.equal(withStoredSecrets(given, undefined, mask), given)
  assert.deepEqual({ ...withStoredSecrets({ toString: '[hidden]' }, STORED, mask) }, { toString: '[hidden]' })
})
