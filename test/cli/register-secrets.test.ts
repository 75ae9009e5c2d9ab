import assert from 'node:assert/strict'
import { test } from 'node:test'
import { registerSecrets } from '../../src/cli/register-secrets.ts'
import { createSecretMasker } from '../../src/config/secrets.ts'

test('settings that are secret by their name are masked, behind any prefix; others are shown', () => {
  const masker = createSecretMasker()
  registerSecrets(masker, {
    'producer.ssl.key.password': 'first-secret',
    'consumer.override.sasl.jaas.config': 'second-secret',
    'database.password': null,
    topic: 'orders',
  })
  assert.equal(masker.mask('first-secret second-secret orders null'), '[hidden] [hidden] orders null')
})
