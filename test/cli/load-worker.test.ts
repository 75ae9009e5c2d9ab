import assert from 'node:assert/strict'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { onlyDevBroker } from '../../src/cli/dev-servers.ts'
import { loadWorker, onDevBroker } from '../../src/cli/load-worker.ts'
import { temporaryDir } from '../helpers/services-dir.ts'

const LEAST = `bootstrap.servers=localhost:9092
key.converter=StringConverter
value.converter=org.apache.kafka.connect.json.JsonConverter
offset.storage.file.filename=offsets
`

const load = (t: TestContext, more: string, least = LEAST) => {
  const file = join(temporaryDir(t), 'worker.properties')
  writeFileSync(file, least + more)
  return { file, loaded: loadWorker(file) }
}

test('a worker file becomes settings, with aliases replaced by class names', async (t) => {
  const { settings, raw, admin, warnings } = await load(t, 'offset.flush.interval.ms=10\n').loaded
  assert.equal(settings['key.converter'], 'org.apache.kafka.connect.storage.StringConverter')
  assert.equal(settings['offset.flush.interval.ms'], 10)
  assert.equal(raw['key.converter'], 'StringConverter')
  assert.deepEqual(admin.connection.bootstrapServers, ['localhost:9092'])
  assert.deepEqual(warnings, [])
})

test('variables are replaced, and what they stand for is masked from then on', async (t) => {
  const secrets = join(temporaryDir(t), 'secrets.properties')
  writeFileSync(secrets, 'user=carol-the-user\n')
  const { raw, masker, providers } = await load(
    t,
    `config.providers=file
config.providers.file.class=FileConfigProvider
metrics.context.user=\${file:${secrets}:user}
producer.sasl.jaas.config=jaas-of-producers
`,
  ).loaded
  assert.equal(raw['metrics.context.user'], 'carol-the-user')
  assert.equal(masker.mask('carol-the-user, jaas-of-producers, local'), '[hidden], [hidden], local')
  assert.deepEqual([...providers.keys()], ['file'])
})

test('all problems are told at once, in the order of the lines: of settings, classes, clients and the policy', async (t) => {
  const { file, loaded } = load(
    t,
    `producer.acks=most
connector.client.config.override.policy=Some
header.converter=FileStreamSource
offset.flush.interval.ms=soon
`,
  )
  await assert.rejects(loaded, (error: Error) => {
    assert.equal(error.name, 'ConfigFileError')
    assert.deepEqual(
      error.message.split('\n').map((line) => line.replaceAll(/ *Known.*/g, '')),
      [
        `${file}:5: producer.acks: Invalid value most for configuration acks: String must be one of: all, -1, 0, 1`,
        `${file}:6: Invalid value Some for configuration connector.client.config.override.policy: there is no such override policy.`,
        `${file}:7: Invalid value org.apache.kafka.connect.file.FileStreamSourceConnector for configuration header.converter: Class org.apache.kafka.connect.file.FileStreamSourceConnector is no header converter`,
        `${file}:8: Invalid value soon for configuration offset.flush.interval.ms: Not a number of type LONG`,
      ],
    )
    return true
  })
})

test('a later error names the file and the line of its setting, without secrets', async (t) => {
  const { file, loaded } = load(t, 'sasl.jaas.config=jaas-of-the-worker\n')
  const { problem } = await loaded
  assert.equal(
    problem('bootstrap.servers', 'nobody answers to jaas-of-the-worker').message,
    `${file}:1: bootstrap.servers: nobody answers to [hidden]`,
  )
  assert.equal(problem('listeners', 'the port is taken').message, `${file}: listeners: the port is taken`)
})

test('plug-ins of plugin.path are in the catalog', async (t) => {
  const folder = join(import.meta.dirname, '../e2e/package-plugin')
  const { catalog } = await load(t, `plugin.path=${folder}\n`).loaded
  assert.equal(catalog.connector('AcmeSource').className, 'com.acme.AcmeSourceConnector')
  assert.equal(catalog.connector('FileStreamSink').kind, 'sink')
})

test('with --dev the file needs no servers; where the broker came to listen is then known to all clients', async (t) => {
  const file = join(temporaryDir(t), 'worker.properties')
  writeFileSync(file, LEAST.replace(/^bootstrap.*\n/, 'producer.bootstrap.servers=embedded\n'))
  const loaded = await loadWorker(file, onlyDevBroker({ host: '127.0.0.1', port: 0 }))
  const { raw, settings, admin, problem } = onDevBroker(loaded, '127.0.0.1:40001')
  assert.equal(raw['bootstrap.servers'], '127.0.0.1:40001')
  assert.equal(raw['producer.bootstrap.servers'], '127.0.0.1:40001')
  assert.deepEqual(settings['bootstrap.servers'], ['127.0.0.1:40001'])
  assert.deepEqual(admin.connection.bootstrapServers, ['127.0.0.1:40001'])
  assert.equal(problem('listeners', 'wrong').message, `${file}: listeners: wrong`)
})

test('servers that --dev cannot use are told together with the other problems of the file', async (t) => {
  const file = join(temporaryDir(t), 'worker.properties')
  writeFileSync(file, `${LEAST}security.protocol=SSL\nlog.level=LOUD\n`.replace('localhost', 'kafka1'))
  await assert.rejects(loadWorker(file, onlyDevBroker(undefined)), (error: Error) => {
    const [servers = '', protocol = '', level = '', ...rest] = error.message.split('\n')
    assert.ok(servers.startsWith(`${file}:1: bootstrap.servers is kafka1:9092, but --dev starts`), servers)
    assert.equal(
      protocol,
      `${file}:5: security.protocol is SSL, but the broker of --dev only speaks PLAINTEXT: leave it out`,
    )
    assert.ok(level.startsWith(`${file}:6: Invalid value LOUD`), level)
    assert.deepEqual(rest, [])
    return true
  })
})
