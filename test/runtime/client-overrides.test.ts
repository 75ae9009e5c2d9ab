import assert from 'node:assert/strict'
import { test } from 'node:test'
import { checkOverrides, overridePolicy } from '../../src/runtime/client-overrides.ts'

const KEYS = ['sasl.mechanism', 'linger.ms', 'max.poll.records']
const CLASS = 'org.apache.kafka.connect.connector.policy.PrincipalConnectorClientConfigOverridePolicy'

const policies: readonly [string, readonly string[]][] = [
  ['All', KEYS],
  ['None', []],
  ['Principal', ['sasl.mechanism']],
  [CLASS, ['sasl.mechanism']],
  [' PrincipalConnectorClientConfigOverridePolicy ', ['sasl.mechanism']],
  ['Allowlist', ['linger.ms']],
]
for (const [name, allowed] of policies) {
  test(`policy ${name} allows ${allowed.join(', ') || 'nothing'}`, () => {
    const policy = overridePolicy(name, ['linger.ms'])
    assert.deepEqual(
      KEYS.filter((key) => policy?.allows(key)),
      allowed,
    )
  })
}

test('there is no policy of another name', () => {
  assert.equal(overridePolicy('Some', []), undefined)
})

test('a secret override does not show', () => {
  const raw = { 'producer.override.sasl.jaas.config': 'user s3cret' }
  const infos = checkOverrides('producer', raw, overridePolicy('None', [])!)
  assert.equal(infos[0]?.value.value, '[hidden]')
  assert.equal(infos[0]?.definition?.type, 'PASSWORD')
  assert.ok(!JSON.stringify(infos).includes('s3cret'))
})
