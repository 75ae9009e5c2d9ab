import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { RawConfig } from '../../src/config/define.ts'
import { adminSettings } from '../../src/kafka/admin-settings.ts'
import { consumerSettings } from '../../src/kafka/consumer-settings.ts'
import { producerSettings } from '../../src/kafka/producer-settings.ts'
import { broker, problemOf } from './client-problem.ts'

test("the worker's endless time-outs are as long as a number can tell", () => {
  const { settings } = producerSettings({
    ...broker,
    'max.block.ms': '9223372036854775807',
    'delivery.timeout.ms': '2147483647',
  })
  assert.equal(settings.maxBlockMs, Number.MAX_SAFE_INTEGER)
  assert.equal(settings.deliveryTimeoutMs, 2_147_483_647)
})

// The right-hand side was recorded from the Java clients, 4.3.1.
const recorded: [parse: (raw: RawConfig) => unknown, raw: RawConfig, message: string][] = [
  [producerSettings, { acks: '2' }, 'Invalid value 2 for configuration acks: String must be one of: all, -1, 0, 1'],
  [
    producerSettings,
    { acks: '1', 'enable.idempotence': 'true' },
    'Must set acks to all in order to use the idempotent producer. Otherwise we cannot guarantee idempotence.',
  ],
  [
    producerSettings,
    { 'max.in.flight.requests.per.connection': '6', 'enable.idempotence': 'true' },
    'To use the idempotent producer, max.in.flight.requests.per.connection must be set to at most 5. Current value is 6.',
  ],
  [
    producerSettings,
    { retries: '0', 'enable.idempotence': 'true' },
    'Must set retries to non-zero when using the idempotent producer.',
  ],
  [
    producerSettings,
    { 'delivery.timeout.ms': '1000' },
    'delivery.timeout.ms should be equal to or larger than linger.ms + request.timeout.ms',
  ],
  [
    producerSettings,
    { 'bootstrap.servers': 'foo' },
    'Invalid url in bootstrap.servers: foo. Expected HOST:PORT, such as localhost:9092',
  ],
  [
    producerSettings,
    { 'bootstrap.servers': 'localhost:99999' },
    'Invalid port in bootstrap.servers: localhost:99999. Expected HOST:PORT, such as localhost:9092',
  ],
  [
    producerSettings,
    { 'bootstrap.servers': '' },
    "Configuration 'bootstrap.servers' must not be empty. Valid values include: any non-empty value",
  ],
  [
    producerSettings,
    { 'security.protocol': 'x' },
    'Invalid value x for configuration security.protocol: String must be one of (case insensitive): SASL_SSL, PLAINTEXT, SSL, SASL_PLAINTEXT',
  ],
  [
    producerSettings,
    { 'compression.gzip.level': '0' },
    'Invalid value 0 for configuration compression.gzip.level: Value must be between 1 and 9 or equal to -1',
  ],
  [
    producerSettings,
    { 'compression.lz4.level': '0' },
    'Invalid value 0 for configuration compression.lz4.level: Value must be at least 1',
  ],
  [producerSettings, { 'linger.ms': '-1' }, 'Invalid value -1 for configuration linger.ms: Value must be at least 0'],
  [
    producerSettings,
    { 'batch.size': 'abc' },
    'Invalid value abc for configuration batch.size: Not a number of type INT',
  ],
  [
    producerSettings,
    { 'transactional.id': '' },
    'Invalid value  for configuration transactional.id: String must be non-empty',
  ],
  [
    consumerSettings,
    { 'group.id': 'g', 'auto.offset.reset': 'abc' },
    "Invalid value abc for configuration auto.offset.reset: Invalid value `abc` for configuration auto.offset.reset. The value must be either 'earliest', 'latest', 'none' or of the format 'by_duration:<PnDTnHnMn.nS.>'.",
  ],
  [
    consumerSettings,
    { 'group.id': 'g', 'isolation.level': 'x' },
    'Invalid value x for configuration isolation.level: String must be one of: read_committed, read_uncommitted',
  ],
  [
    consumerSettings,
    { 'group.id': 'g', 'session.timeout.ms': '1000' },
    'Heartbeat must be set lower than the session timeout',
  ],
  [consumerSettings, { 'group.id': '' }, 'The configured group.id should not be an empty string or whitespace.'],
  [
    adminSettings,
    { 'default.api.timeout.ms': '1000' },
    'The specified value of default.api.timeout.ms must be no smaller than the value of request.timeout.ms.',
  ],
]

test('values that cannot be used are refused in the words of the Java clients', () => {
  for (const [parse, raw, message] of recorded) assert.equal(problemOf(parse, raw), message)
})

test('all problems are reported at once', () => {
  assert.equal(problemOf(producerSettings, { acks: '2', 'linger.ms': 'x' }).split('\n').length, 2)
})

test('what has no effect here is named once; tuning of the JVM is not worth a word', () => {
  const { warnings } = producerSettings({
    ...broker,
    'send.buffer.bytes': '1',
    'metric.reporters': 'x',
    'key.serializer': 'x',
    'transactional.id': 'tx',
    'interceptor.classes': 'org.example.Interceptor',
    'ssl.engine.factory.class': 'org.example.Factory',
    'partitioner.class': 'org.example.Partitioner',
    'my.own': '1',
    __proto__: '1',
  })
  assert.deepEqual([...warnings].sort(), [
    'The producer setting interceptor.classes is not supported here',
    'The producer setting my.own is not known and has no effect',
    'The producer setting partitioner.class is not supported here: the default partitioner is used',
    'The producer setting ssl.engine.factory.class is not supported here',
    'The producer setting transactional.id is not supported here',
  ])
  assert.deepEqual(adminSettings({ ...broker, 'key.converter': 'x' }).warnings, [])
})

test('a SASL connection is set up from its JAAS text, and the password is never shown', () => {
  const jaas =
    'org.apache.kafka.common.security.scram.ScramLoginModule required username="me" password="top;\\"secret";'
  const { settings } = producerSettings({
    ...broker,
    'security.protocol': 'sasl_plaintext',
    'sasl.mechanism': 'SCRAM-SHA-512',
    'sasl.jaas.config': jaas,
  })
  const { sasl } = settings.connection
  assert.ok(sasl?.mechanism === 'SCRAM-SHA-512')
  assert.equal(sasl.username, 'me')
  assert.equal(sasl.password.value, 'top;"secret')
  assert.doesNotMatch(JSON.stringify(settings), /secret/)
})

test('SASL settings that cannot be used are explained without their secrets', () => {
  const sasl = { 'security.protocol': 'SASL_SSL' }
  const plain = { ...sasl, 'sasl.mechanism': 'PLAIN' }
  const prefix = 'Invalid value [hidden] for configuration sasl.jaas.config: '
  const rows: [RawConfig, string][] = [
    [
      sasl,
      'Invalid value GSSAPI for configuration sasl.mechanism: this mechanism is not supported here (the default; Kerberos is not supported). Supported: PLAIN, SCRAM-SHA-256, SCRAM-SHA-512, OAUTHBEARER',
    ],
    [plain, 'sasl.jaas.config is not set, and sasl.mechanism PLAIN needs it'],
    [{ ...plain, 'sasl.jaas.config': 'foo' }, `${prefix}Login module control flag not specified in JAAS config`],
    [
      { ...plain, 'sasl.jaas.config': 'a.PlainLoginModule required username=a password=secret' },
      `${prefix}JAAS config entry not terminated by semi-colon`,
    ],
    [
      {
        ...plain,
        'sasl.jaas.config': 'org.apache.kafka.common.security.plain.PlainLoginModule required password=secret;',
      },
      `${prefix}org.apache.kafka.common.security.plain.PlainLoginModule needs the options username and password`,
    ],
    [
      { ...plain, 'sasl.jaas.config': 'com.sun.security.auth.module.Krb5LoginModule required;' },
      `${prefix}sasl.mechanism PLAIN goes with org.apache.kafka.common.security.plain.PlainLoginModule, not with com.sun.security.auth.module.Krb5LoginModule`,
    ],
  ]
  for (const [raw, message] of rows) assert.equal(problemOf(producerSettings, raw), message)
})
