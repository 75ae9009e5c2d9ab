import assert from 'node:assert/strict'
import { test } from 'node:test'
import { overridePolicy } from '../../src/kafka/override-policy.ts'
import { checkOverrides } from '../../src/runtime/client-overrides.ts'

const nothing = overridePolicy({ 'connector.client.config.override.policy': 'None' })

test('a refused override is reported under its own key, in the words of the JVM', () => {
  const [info] = checkOverrides('producer', { 'producer.override.acks': '1' }, nothing)
  assert.equal(info?.value.name, 'producer.override.acks')
  assert.deepEqual(info?.value.errors, [
    "The 'None' policy does not allow 'acks' to be overridden in the connector configuration.",
  ])
})

test('a secret override does not show', () => {
  const raw = { 'producer.override.sasl.jaas.config': 'user s3cret' }
  const infos = checkOverrides('producer', raw, nothing)
  assert.equal(infos[0]?.value.value, '[hidden]')
  assert.equal(infos[0]?.definition?.type, 'PASSWORD')
  assert.ok(!JSON.stringify(infos).includes('s3cret'))
})
