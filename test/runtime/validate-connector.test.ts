import assert from 'node:assert/strict'
import { test } from 'node:test'
import { defineConfig, type RawConfig } from '../../src/config/define.ts'
import { overridePolicy } from '../../src/kafka/override-policy.ts'
import { defineSource } from '../../src/plugin/connector.ts'
import { pluginCatalog } from '../../src/plugin/find-plugins.ts'
import { type ValidationParts, validateConnector } from '../../src/runtime/validate-connector.ts'
import { standInRows } from './stand-in-plugins.ts'

const chatty = defineSource({
  kind: 'source',
  className: 'com.acme.ChattySourceConnector',
  taskClassName: 'com.acme.ChattySourceTask',
  version: '2.0',
  doc: 'A connector whose settings have to fit together.',
  config: defineConfig({
    low: { type: 'int', default: 0, importance: 'low', doc: 'Low.' },
    high: { type: 'int', default: 9, importance: 'low', doc: 'High.' },
    'api.password': { type: 'password', default: null, importance: 'low', doc: 'Secret.' },
  }),
  openPrefixes: ['driver.'],
  validate: (settings) =>
    settings.low > settings.high
      ? [
          { key: 'low', value: null, message: 'low is above high' },
          { key: 'ghost', value: null, message: 'ghost is needed' },
        ]
      : [],
  openTask: () => assert.fail('validation opens no task'),
})

const parts: ValidationParts = {
  catalog: pluginCatalog([
    ...standInRows,
    { kind: 'source', className: chatty.className, version: '2.0', load: async () => chatty as never },
  ]),
  workerConverters: {
    key: { className: 'JsonConverter', version: null },
    value: { className: 'JsonConverter', version: null },
    header: { className: 'SimpleHeaderConverter', version: null },
  },
  overridePolicy: overridePolicy({}),
  resolve: (raw) => raw,
}

const SOURCE = { name: 'c', 'connector.class': 'FileStreamSource', topic: 't' }
const SINK = { name: 'c', 'connector.class': 'FileStreamSink' }
const CHATTY = { name: 'c', 'connector.class': 'ChattySource' }

const errors = async (raw: RawConfig, more: Partial<ValidationParts> = {}) => {
  const { configInfos } = await validateConnector(raw, { ...parts, ...more })
  return configInfos.configs.flatMap(({ value }) => value.errors.map((text) => `${value.name}: ${text}`))
}

const NEGATE =
  "Config 'transforms.t1.negate' was provided but there is no config 'transforms.t1.predicate' defining a predicate to be negated."
const HOIST = 'org.apache.kafka.connect.transforms.HoistField'

const rows: readonly [string, RawConfig, readonly string[]][] = [
  [
    'an alias that is there twice',
    { ...SOURCE, transforms: 't1, t1', 'transforms.t1.type': 'Filter' },
    ['transforms: Invalid value [t1, t1] for configuration transforms: Duplicate alias provided.'],
  ],
  [
    'a transform that does not exist',
    { ...SOURCE, transforms: 't1', 'transforms.t1.type': 'NoSuch' },
    ['transforms.t1.type: Invalid value NoSuch for configuration transforms.t1.type: Class NoSuch could not be found.'],
  ],
  [
    'a transform without $Key or $Value',
    { ...SOURCE, transforms: 't1', 'transforms.t1.type': HOIST },
    [
      `transforms.t1.type: Invalid value class ${HOIST} for configuration transforms.t1.type: Transformation is abstract and cannot be created. Did you mean ${HOIST}$Key, ${HOIST}$Value?`,
    ],
  ],
  [
    'a predicate where a transform is wanted',
    { ...SOURCE, transforms: 't1', 'transforms.t1.type': 'HasHeaderKey' },
    [
      'transforms.t1.type: Invalid value class org.apache.kafka.connect.transforms.predicates.HasHeaderKey for configuration transforms.t1.type: Not a Transformation',
    ],
  ],
  [
    'negate without a predicate',
    { ...SOURCE, transforms: 't1', 'transforms.t1.type': 'Filter', 'transforms.t1.negate': 'true' },
    [`transforms.t1.type: ${NEGATE}`],
  ],
  [
    "a predicate's own setting, in its own short name",
    { ...SOURCE, predicates: 'p', 'predicates.p.type': 'TopicNameMatches', 'predicates.p.pattern': '' },
    ['predicates.p.pattern: Invalid value  for configuration pattern: String must be non-empty'],
  ],
  [
    'a transform in a version that is not there',
    { ...SOURCE, transforms: 't1', 'transforms.t1.type': 'Filter', 'transforms.t1.plugin.version': '9' },
    ['type', 'plugin.version'].map(
      (key) =>
        `transforms.t1.${key}: Plugin org.apache.kafka.connect.transforms.Filter not found that matches the version range [9,9], available versions: [4.3.1]`,
    ),
  ],
  [
    'a dead letter queue among the topics',
    { ...SINK, topics: 'a,b', 'errors.deadletterqueue.topic.name': ' a ' },
    ["topics: The DLQ topic 'a' may not be included in the list of topics ('topics=[a, b]') consumed by the connector"],
  ],
  [
    'a dead letter queue that the pattern matches',
    { ...SINK, 'topics.regex': 'a.*', 'errors.deadletterqueue.topic.name': 'abc' },
    [
      "topics.regex: The DLQ topic 'abc' may not be matched by the regex for the topics ('topics.regex=a.*') consumed by the connector",
    ],
  ],
  [
    'a topic that is there twice',
    { ...SINK, topics: 'a,a' },
    ["topics: Configuration 'topics' values must not be duplicated."],
  ],
  [
    'a converter of its own with a bad setting',
    { ...SOURCE, 'value.converter': 'Json', 'value.converter.decimal.format': 'ROMAN' },
    [
      'value.converter.decimal.format: Invalid value ROMAN for configuration decimal.format: String must be one of (case insensitive): NUMERIC, BASE64',
    ],
  ],
  [
    'a header converter as value converter',
    { ...SOURCE, 'value.converter': 'SimpleHeaderConverter' },
    [
      'value.converter: Invalid value class org.apache.kafka.connect.storage.SimpleHeaderConverter for configuration value.converter: Not a Converter',
    ],
  ],
  [
    'a null',
    { ...SOURCE, 'some.thing': null, 'tasks.max': null },
    [
      'some.thing: Null value can not be supplied as the configuration value.',
      'tasks.max: Invalid value null for configuration tasks.max: Value must be non-null',
      'tasks.max: Null value can not be supplied as the configuration value.',
    ],
  ],
  [
    "settings that the connector's own check refuses",
    { ...CHATTY, low: '10' },
    ['ghost: ghost is needed', 'low: low is above high'],
  ],
  [
    'what is not of the right type, before the own check',
    { ...CHATTY, low: 'x' },
    ['low: Invalid value x for configuration low: Not a number of type INT'],
  ],
  [
    'an override that does not parse',
    { ...SINK, topics: 't', 'consumer.override.max.poll.records': 'abc' },
    [
      'consumer.override.max.poll.records: Invalid value abc for configuration consumer.override.max.poll.records: Not a number of type INT',
    ],
  ],
  [
    'an override of a client that a source does not have: nothing',
    { ...SOURCE, 'consumer.override.max.poll.records': 'abc' },
    [],
  ],
]

for (const [what, raw, expected] of rows) {
  test(`validation reports ${what}`, async () => assert.deepEqual(await errors(raw), expected))
}

test('overrides are refused by the policy, for the clients that the connector has', async () => {
  const overrides = { 'producer.override.linger.ms': '1', 'admin.override.retries': '1', 'consumer.override.x': '1' }
  const none = { overridePolicy: overridePolicy({ 'connector.client.config.override.policy': 'None' }) }
  const refusal = (key: string) =>
    `The 'None' policy does not allow '${key}' to be overridden in the connector configuration.`
  const linger = `producer.override.linger.ms: ${refusal('linger.ms')}`
  assert.deepEqual(await errors({ ...SOURCE, ...overrides }, none), [linger])
  const creates = { ...SOURCE, ...overrides, 'topic.creation.default.partitions': '1' }
  assert.deepEqual(await errors(creates, none), [linger, `admin.override.retries: ${refusal('retries')}`])
  assert.deepEqual(await errors({ ...SINK, topics: 't', ...overrides }, none), [`consumer.override.x: ${refusal('x')}`])
})

test('the answer of a converter that the connector names carries its prefix, without the worker it is left alone', async () => {
  const own = await validateConnector(
    { ...SOURCE, 'value.converter': 'Json', 'value.converter.schemas.enable': 'no' },
    parts,
  )
  const shown = own.configInfos.configs.filter(({ value }) => value.name.startsWith('value.converter.'))
  // After the plug-in's version in the order of the JVM's hash table
  assert.deepEqual(
    shown.map(({ value, definition }) => [value.name.replace('value.converter.', ''), value.value, definition?.type]),
    [
      ['plugin.version', '4.3.1', 'STRING'],
      ['decimal.format', 'BASE64', 'STRING'],
      ['converter.type', 'value', 'STRING'],
      ['schemas.cache.size', '1000', 'INT'],
      ['replace.null.with.default', 'true', 'BOOLEAN'],
      ['schemas.enable', null, 'BOOLEAN'],
      ['schema.content', null, 'STRING'],
    ],
  )
  const inherited = await validateConnector({ ...SOURCE, 'value.converter.schemas.enable': 'no' }, parts)
  assert.equal(inherited.errorCount, 0)
  assert.deepEqual(inherited.warnings, [
    "'value.converter.schemas.enable' has no effect without 'value.converter': the worker's converter is used with the worker's settings",
  ])
})

test('a connector in a version that is not there says so on two keys, and nothing else is checked', async () => {
  const result = await validateConnector({ ...SOURCE, topic: '', 'connector.plugin.version': '9.9' }, parts)
  const message =
    'Plugin org.apache.kafka.connect.file.FileStreamSourceConnector not found that matches the version range [9.9,9.9], available versions: [4.3.1]'
  assert.deepEqual(result.messages, [message, message])
  assert.equal(result.connector, undefined)
  const version = result.configInfos.configs.find(({ value }) => value.name === 'connector.plugin.version')
  assert.deepEqual(version?.value.recommended_values, ['4.3.1'])
})

test('without a connector class the config is shown, but no secret in it', async () => {
  await assert.rejects(validateConnector({ name: 'x', 'db.password': 's3cret', foo: 'bar' }, parts), {
    message: 'Connector config {name=x, db.password=[hidden], foo=bar} contains no connector type',
  })
})

test('passwords are hidden in the answer', async () => {
  const { configInfos } = await validateConnector({ ...CHATTY, 'api.password': 's3cret' }, parts)
  const password = configInfos.configs.find(({ value }) => value.name === 'api.password')
  assert.equal(password?.value.value, '[hidden]')
  assert.ok(!JSON.stringify(configInfos).includes('s3cret'))
})

test('variables are replaced before anything is checked', async () => {
  const resolve = (raw: RawConfig) => ({ ...raw, topic: 'resolved' })
  const result = await validateConnector({ ...SOURCE, topic: '' }, { ...parts, resolve })
  assert.equal(result.errorCount, 0)
  assert.equal(result.resolved['topic'], 'resolved')
})

test('settings that nobody reads are warned about, with the name that was probably meant', async () => {
  const { errorCount, warnings } = await validateConnector(
    {
      ...CHATTY,
      'task.max': '1',
      'driver.anything': 'x',
      'producer.override.linger.ms': '1',
      'topic.creation.default.partitions': '1',
      transforms: 'h',
      'transforms.h.type': `${HOIST}$Value`,
      'transforms.h.field': 'f',
      'transforms.h.feild': 'f',
      'transforms.other.type': 'Filter',
    },
    parts,
  )
  assert.equal(errorCount, 0)
  assert.deepEqual(warnings, [
    "'task.max' is not a setting of com.acme.ChattySourceConnector; did you mean 'tasks.max'?",
    "'transforms.h.feild' is not a setting of com.acme.ChattySourceConnector; did you mean 'transforms.h.field'?",
    "'transforms.other.type' is not a setting of com.acme.ChattySourceConnector",
  ])
})

test('hostile keys are keys like any other', async () => {
  const raw = JSON.parse(
    '{"name":"c","connector.class":"FileStreamSource","topic":"t","__proto__":"x","constructor":null}',
  )
  const { messages, warnings } = await validateConnector(raw, parts)
  assert.deepEqual(messages, ['Null value can not be supplied as the configuration value.'])
  assert.equal(warnings.length, 2)
})
