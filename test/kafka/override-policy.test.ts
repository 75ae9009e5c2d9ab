import assert from 'node:assert/strict'
import { test } from 'node:test'
import { overridePolicy, refusedOverrides } from '../../src/kafka/override-policy.ts'

const KEY = 'connector.client.config.override.policy'
const connector = {
  'producer.override.acks': '1',
  'producer.override.sasl.jaas.config': 'x password="secret";',
  'consumer.override.max.poll.records': '1',
}

const refused = (worker: Record<string, string>): string[] =>
  refusedOverrides(overridePolicy(worker), connector, 'producer.override.').map(({ key }) => key)

test('each policy allows what its name says, called by alias or by class', () => {
  assert.deepEqual(refused({}), [])
  assert.deepEqual(refused({ [KEY]: 'All' }), [])
  for (const name of [
    'None',
    'NoneConnectorClientConfigOverridePolicy',
    'org.apache.kafka.connect.connector.policy.NoneConnectorClientConfigOverridePolicy',
  ]) {
    assert.deepEqual(refused({ [KEY]: name }), ['producer.override.acks', 'producer.override.sasl.jaas.config'])
  }
  assert.deepEqual(refused({ [KEY]: 'Principal' }), ['producer.override.acks'])
  assert.deepEqual(refused({ [KEY]: 'Allowlist' }).length, 2)
  const allowlist = { [KEY]: 'Allowlist', 'connector.client.config.override.allowlist': 'linger.ms, acks' }
  assert.deepEqual(refused(allowlist), ['producer.override.sasl.jaas.config'])
})

test('a refusal names the policy and the key, and shows no secret', () => {
  const problems = refusedOverrides(overridePolicy({ [KEY]: 'None' }), connector, 'producer.override.')
  assert.deepEqual(problems[0], {
    key: 'producer.override.acks',
    value: '1',
    message: "The 'None' policy does not allow 'acks' to be overridden in the connector configuration.",
  })
  assert.equal(problems[1]?.value, '[hidden]')
})

test('a policy that does not exist is told together with those that do', () => {
  assert.throws(
    () => overridePolicy({ [KEY]: 'Some' }),
    /^ConfigException: Invalid value Some for configuration connector\.client\.config\.override\.policy: there is no such override policy\. Known: All, None, Principal, Allowlist/,
  )
})
