import assert from 'node:assert/strict'
import { test } from 'node:test'
import { parseWorkerSettings, workerConfig } from '../../src/config/worker-settings.ts'

const MINIMAL = {
  'bootstrap.servers': 'localhost:9092',
  'key.converter': 'org.apache.kafka.connect.json.JsonConverter',
  'value.converter': 'org.apache.kafka.connect.json.JsonConverter',
  'offset.storage.file.filename': '/tmp/connect.offsets',
}

const messages = (raw: Record<string, string>) => parseWorkerSettings(raw).problems.map(({ message }) => message)

test('the sample worker file of Apache Kafka is fine as it is', () => {
  const { settings, prefixes, problems, warnings } = parseWorkerSettings({
    ...MINIMAL,
    'key.converter.schemas.enable': 'true',
    'value.converter.schemas.enable': 'true',
    'offset.flush.interval.ms': '10000',
  })
  assert.deepEqual(problems, [])
  assert.deepEqual(warnings, [])
  assert.equal(settings['offset.flush.interval.ms'], 10_000)
  assert.equal(settings['offset.flush.timeout.ms'], 5000)
  assert.deepEqual(settings['bootstrap.servers'], ['localhost:9092'])
  assert.deepEqual(settings.listeners, ['http://:8083'])
  assert.equal(settings['admin.listeners'], null)
  assert.equal(settings['header.converter'], 'org.apache.kafka.connect.storage.SimpleHeaderConverter')
  assert.deepEqual(prefixes.keyConverter, { 'schemas.enable': 'true' })
})

test('an empty file lacks four settings', () => {
  assert.deepEqual(
    messages({}),
    ['bootstrap.servers', 'key.converter', 'value.converter', 'offset.storage.file.filename'].map(
      (key) => `Missing required configuration "${key}" which has no default value.`,
    ),
  )
})

const refused: readonly [string, string, string][] = [
  [
    'bootstrap.servers',
    '',
    "Configuration 'bootstrap.servers' must not be empty. Valid values include: any non-empty value",
  ],
  ['bootstrap.servers', 'a:1,,b:1', "Configuration 'bootstrap.servers' values must not be empty."],
  ['plugin.path', '', "Configuration 'plugin.path' must not be empty. Valid values include: any non-empty value"],
  [
    'plugin.discovery',
    'x',
    'Invalid value x for configuration plugin.discovery: String must be one of (case insensitive): ONLY_SCAN, SERVICE_LOAD, HYBRID_WARN, HYBRID_FAIL',
  ],
  ['metrics.num.samples', '0', 'Invalid value 0 for configuration metrics.num.samples: Value must be at least 1'],
  [
    'metrics.recording.level',
    'info',
    'Invalid value info for configuration metrics.recording.level: String must be one of: INFO, DEBUG',
  ],
  [
    'listeners',
    '',
    'Invalid value for listeners, at least one URL is expected, ex: http://localhost:8080,https://localhost:8443.',
  ],
  ['listeners', 'http://:1,,', 'Empty URL found when parsing listeners list.'],
  ['admin.listeners', 'http://:1,', 'Empty URL found when parsing admin.listeners list.'],
  ['admin.listeners', 'x://:1', 'Listener protocol must be either "http" or "https": x://:1'],
  [
    'offset.flush.interval.ms',
    '1s',
    'Invalid value 1s for configuration offset.flush.interval.ms: Not a number of type LONG',
  ],
  [
    'rest.advertised.port',
    '99999999999',
    'Invalid value 99999999999 for configuration rest.advertised.port: Not a number of type INT',
  ],
  [
    'ssl.client.auth',
    'maybe',
    'Invalid value maybe for configuration ssl.client.auth: String must be one of: required, requested, none',
  ],
  [
    'response.http.headers.config',
    'put X: y',
    "Invalid header config action: 'put'. Expected one of [set, add, setDate, addDate]",
  ],
  ['log.format', 'xml', 'Invalid value xml for configuration log.format: String must be one of: text, json'],
]
for (const [key, value, message] of refused) {
  test(`${key}=${value} is refused`, () => assert.deepEqual(messages({ ...MINIMAL, [key]: value }), [message]))
}

test('an empty admin.listeners switches the admin endpoints off, which is not the same as leaving it out', () => {
  assert.deepEqual(parseWorkerSettings({ ...MINIMAL, 'admin.listeners': '' }).settings['admin.listeners'], [])
})

test('what stands under a prefix is handed on without it', () => {
  const { prefixes, warnings } = parseWorkerSettings({
    ...MINIMAL,
    'producer.linger.ms': '5',
    'consumer.max.poll.records': '10',
    'admin.request.timeout.ms': '9',
    'config.providers': 'file, env',
    'config.providers.file.class': ' org.apache.kafka.common.config.provider.FileConfigProvider',
    'config.providers.file.param.allowed.paths': '/etc',
    'config.providers.file.other': 'x',
    'metrics.context.team': 'blue',
    'listeners.https.ssl.keystore.location': '/k',
    'admin.listeners': 'http://:1',
    'request.timeout.ms': '10',
    'sasl.mechanism': 'PLAIN',
    'security.protocol': 'SASL_SSL',
  })
  assert.deepEqual(prefixes.producer, { 'linger.ms': '5' })
  assert.deepEqual(prefixes.consumer, { 'max.poll.records': '10' })
  assert.deepEqual(prefixes.admin, {
    'bootstrap.servers': 'localhost:9092',
    'sasl.mechanism': 'PLAIN',
    'security.protocol': 'SASL_SSL',
    'request.timeout.ms': '9',
  })
  assert.deepEqual(prefixes.metricsContext, { team: 'blue' })
  assert.deepEqual(prefixes.configProviders, [
    {
      name: 'file',
      className: 'org.apache.kafka.common.config.provider.FileConfigProvider',
      params: { 'allowed.paths': '/etc' },
    },
    { name: 'env', className: null, params: {} },
  ])
  assert.deepEqual(warnings, ["config provider 'env' is not used: 'config.providers.env.class' is missing"])
})

test('keys that nobody reads are warned about, with the name that was probably meant', () => {
  const { problems, warnings } = parseWorkerSettings({
    ...MINIMAL,
    'offset.flush.intervall.ms': '1',
    'group.id': 'g',
    'internal.key.converter.schemas.enable': 'false',
    'some.vendor.thing': 's3cret',
    'bootstrap.servers': 'a:1,a:1',
  })
  assert.deepEqual(problems, [])
  assert.deepEqual(warnings, [
    'Configuration key "bootstrap.servers" contains duplicate values. Duplicates have been removed. The original value is: [a:1, a:1], the updated value is: [a:1]',
    "'offset.flush.intervall.ms' is not a setting of the worker; did you mean 'offset.flush.interval.ms'?",
    "'group.id' is a setting of distributed workers and has no effect in standalone mode",
    "'internal.key.converter.schemas.enable' was removed in Apache Kafka 3.0 and is ignored",
    "'some.vendor.thing' is not a setting of the worker",
  ])
})

test('every setting of the worker has a text and a group', () => {
  for (const [key, setting] of Object.entries(workerConfig)) {
    assert.ok(setting.doc.length > 10 && setting.group.length > 2, key)
  }
})
