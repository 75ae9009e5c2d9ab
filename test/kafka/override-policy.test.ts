import assert from 'node:assert/strict'
import { test } from 'node:test'
import { overridePolicy } from '../../src/kafka/override-policy.ts'

const KEY = 'connector.client.config.override.policy'
const PACKAGE = 'org.apache.kafka.connect.connector.policy'
const KEYS = ['sasl.mechanism', 'linger.ms', 'max.poll.records']
const allowlist = { 'connector.client.config.override.allowlist': 'linger.ms, acks' }

const policies: readonly [string, readonly string[]][] = [
  ['All', KEYS],
  ['None', []],
  ['NoneConnectorClientConfigOverridePolicy', []],
  [`${PACKAGE}.NoneConnectorClientConfigOverridePolicy`, []],
  [' Principal ', ['sasl.mechanism']],
  [`${PACKAGE}.PrincipalConnectorClientConfigOverridePolicy`, ['sasl.mechanism']],
  ['Allowlist', ['linger.ms']],
]
for (const [name, allowed] of policies) {
  test(`policy ${name} allows ${allowed.join(', ') || 'nothing'}`, () => {
    const policy = overridePolicy({ [KEY]: name, ...allowlist })
    assert.deepEqual(
      KEYS.filter((key) => policy.allows(key)),
      allowed,
    )
  })
}

test('without a setting everything is allowed, and an allowlist that is not set allows nothing', () => {
  assert.equal(overridePolicy({}).allows('acks'), true)
  assert.equal(overridePolicy({ [KEY]: 'Allowlist' }).allows('acks'), false)
})

test('a policy that does not exist is told together with those that do', () => {
  assert.throws(
    () => overridePolicy({ [KEY]: 'Some' }),
    /^ConfigException: Invalid value Some for configuration connector\.client\.config\.override\.policy: there is no such override policy\. Known: All, None, Principal, Allowlist/,
  )
})
