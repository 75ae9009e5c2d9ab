import assert from 'node:assert/strict'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { loadWorker } from '../../src/cli/load-worker.ts'
import { connectorValidator } from '../../src/cli/validator.ts'
import { temporaryDir } from '../helpers/services-dir.ts'

const validatorOf = async (t: TestContext, more = '') => {
  const file = join(temporaryDir(t), 'worker.properties')
  writeFileSync(
    file,
    `bootstrap.servers=localhost:9092\nkey.converter=StringConverter\nvalue.converter=JsonConverter\noffset.storage.file.filename=o\n${more}`,
  )
  return connectorValidator(await loadWorker(file), async (raw) => raw)
}

const SOURCE = { name: 'a', 'connector.class': 'FileStreamSource', file: 'x', topic: 't' }

test("the worker's converters are the defaults of a connector's", async (t) => {
  const validation = await (await validatorOf(t))(SOURCE)
  assert.deepEqual(validation.messages, [])
  const byDefault = (key: string) =>
    validation.configInfos.configs.find(({ value }) => value.name === key)?.definition?.default_value
  assert.equal(byDefault('key.converter'), 'org.apache.kafka.connect.storage.StringConverter')
  assert.equal(byDefault('value.converter'), 'org.apache.kafka.connect.json.JsonConverter')
  assert.equal(byDefault('header.converter'), 'org.apache.kafka.connect.storage.SimpleHeaderConverter')
})

test("overrides are judged by the worker's policy", async (t) => {
  const config = { ...SOURCE, 'producer.override.acks': '1' }
  assert.deepEqual((await (await validatorOf(t))(config)).messages, [])
  const none = await validatorOf(t, 'connector.client.config.override.policy=None\n')
  assert.deepEqual((await none(config)).messages, [
    "The 'None' policy does not allow 'acks' to be overridden in the connector configuration.",
  ])
  const policy = 'connector.client.config.override.policy=Allowlist\nconnector.client.config.override.allowlist=acks\n'
  assert.deepEqual((await (await validatorOf(t, policy))(config)).messages, [])
})
