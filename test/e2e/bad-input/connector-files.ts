// biome-ignore-all lint/suspicious/noTemplateCurlyInString: such are the variables of config providers
import { chmodSync, mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { type BadInput, SECRET, workerFile } from './bad-input.ts'

type Config = Readonly<Record<string, string | number | boolean | null | object>>

const SOURCE = { name: 'lines', 'connector.class': 'FileStreamSource', file: 'from.txt', topic: 'lines' }
const SINK = { name: 'copy', 'connector.class': 'FileStreamSink', file: 'to.txt', topics: 'lines' }

const row = (
  name: string,
  files: NonNullable<BadInput['files']>,
  says: BadInput['says'],
  worker: Readonly<Record<string, string>> = {},
): BadInput => ({
  name,
  files: { 'worker.properties': workerFile(worker), ...files },
  exit: 3,
  says,
})

const properties = (name: string, content: string | Buffer, says: BadInput['says'] = []): BadInput =>
  row(name, { 'connector.properties': content }, says)
const json = (name: string, content: string | Buffer, says: BadInput['says'] = []): BadInput =>
  row(name, { 'connector.json': content }, says)
const source = (name: string, config: Config, says: BadInput['says'] = [], worker = {}): BadInput =>
  row(name, { 'source.json': JSON.stringify({ ...SOURCE, ...config }, null, 1) }, says, worker)
const sink = (name: string, config: Config, says: BadInput['says'] = [], worker = {}): BadInput =>
  row(name, { 'sink.json': JSON.stringify({ ...SINK, ...config }, null, 1) }, says, worker)

export const connectorFiles: readonly BadInput[] = [
  {
    name: 'a connector file that is not there',
    files: { 'worker.properties': workerFile() },
    args: ['worker.properties', 'source.properties'],
    exit: 3,
    says: ["could not read connector configuration 'source.properties': no such file"],
  },
  {
    name: 'a folder as a connector file',
    files: { 'worker.properties': workerFile() },
    prepare: (folder) => mkdirSync(join(folder, 'conf')),
    args: ['worker.properties', 'conf'],
    exit: 3,
    says: ["could not read connector configuration 'conf': it is a directory"],
  },
  {
    ...properties('a connector file that may not be read', 'name=a\n', [
      "could not read connector configuration 'connector.properties': permission denied",
    ]),
    needsRights: true,
    prepare: (folder) => chmodSync(join(folder, 'connector.properties'), 0),
  },
  properties('an empty connector file', '', [
    "Connector configuration at 'connector.properties' is missing the mandatory 'name' configuration",
  ]),
  properties('a connector without a name', 'connector.class=FileStreamSource\ntopic=a\n', [
    "Connector configuration at 'connector.properties' is missing the mandatory 'name' configuration",
  ]),
  properties('a connector with an empty name', 'name=\nconnector.class=FileStreamSource\ntopic=a\n', [
    'connector.properties:1: Invalid value  for configuration name: String may not be empty',
  ]),
  properties('a connector without a class', `name=a\ntopic=a\ndatabase.password=${SECRET}\n`, [
    'connector.properties: Missing required configuration "connector.class" which has no default value.',
  ]),
  properties('a broken escape in a connector file', 'name=a\nfile=C:\\users\\me\nconnector.class=FileStreamSource\n', [
    'connector.properties:2: malformed \\uxxxx encoding: \\u takes exactly four hexadecimal digits; write a backslash as \\\\',
  ]),
  properties('the worker file once more, as a connector', workerFile(), [
    "Connector configuration at 'connector.properties' is missing the mandatory 'name' configuration",
  ]),
  json('broken JSON', '{\n  "name": "a",\n  "topic": "b"\n  "file": "c"\n}\n', [
    "connector.json: cannot be used as JSON: expected ',' or '}', found '\"' (line 4, column 3)",
    "Connector configuration at 'connector.json' is missing the mandatory 'name' configuration",
  ]),
  json('JSON that ends too early', '{"name": "a", "config": {"topic": "b"', [
    "connector.json: cannot be used as JSON: expected ',' or '}', but the text ends (line 1, column 38)",
    "Connector configuration at 'connector.json' is missing the mandatory 'name' configuration",
  ]),
  json('an empty JSON file', '', [
    'connector.json: cannot be used as JSON: expected a value, but the text ends (line 1, column 1)',
    "Connector configuration at 'connector.json' is missing the mandatory 'name' configuration",
  ]),
  json('a JSON list', '[{"name": "a"}]', [
    'connector.json: cannot be used as JSON: it holds a JSON array where an object is expected',
    "Connector configuration at 'connector.json' is missing the mandatory 'name' configuration",
  ]),
  json('a JSON object without a name', '{"connector.class": "FileStreamSource"}', [
    "Connector configuration at 'connector.json' is missing the mandatory 'name' configuration",
  ]),
  json('a create request without a name', '{"config": {"connector.class": "FileStreamSource"}}', [
    "Connector configuration at 'connector.json' is missing the mandatory 'name' configuration",
  ]),
  json('a nested value', '{"name": "a", "transforms": ["x", "y"]}', [
    'connector.json: cannot be used as JSON: \'transforms\' is an array (line 1, column 29): a value is a string, a number, true, false or null; write a list as one string, "a,b"',
    "Connector configuration at 'connector.json' is missing the mandatory 'name' configuration",
  ]),
  json('a nested value in a create request', '{"name": "a", "config": {"file": {"path": "x"}}}', [
    "connector.json: cannot be used as JSON: 'file' is an object (line 1, column 34): a value is a string, a number, true, false or null",
    "Connector configuration at 'connector.json' is missing the mandatory 'name' configuration",
  ]),
  json('two names', '{"name": "a", "config": {"name": "b", "connector.class": "FileStreamSource"}}', [
    "Connector name configuration in 'config' doesn't match the one specified in 'name' at 'connector.json'",
  ]),
  json(
    'a bad initial_state',
    '{"name": "a", "initial_state": "SLEEPING", "config": {"connector.class": "FileStreamSource", "topic": "t"}}',
    [
      'connector.json: cannot be used as JSON: initial_state (line 1, column 32) must be one of RUNNING, PAUSED, STOPPED, in any case',
      "Connector configuration at 'connector.json' is missing the mandatory 'name' configuration",
    ],
  ),
  json('bytes that are no text', Buffer.from('{"name": "\xff\xfe"}', 'latin1'), [
    'connector.json: cannot be used as JSON: the bytes are not valid UTF-8, UTF-16 or UTF-32',
    "Connector configuration at 'connector.json' is missing the mandatory 'name' configuration",
  ]),
  source('a connector class that there is not', { 'connector.class': 'com.acme.NoSuchConnector' }, [
    'source.json:3: connector.class: Failed to find any class that implements Connector and which name matches com.acme.NoSuchConnector. Available, besides those of plugin.path: io.aiven.connect.jdbc.JdbcSinkConnector, io.confluent.connect.jdbc.JdbcSinkConnector, io.debezium.connector.jdbc.JdbcSinkConnector, org.apache.kafka.connect.file.FileStreamSinkConnector, io.aiven.connect.jdbc.JdbcSourceConnector, io.confluent.connect.jdbc.JdbcSourceConnector, org.apache.kafka.connect.file.FileStreamSourceConnector',
  ]),
  source('a misspelt connector class', { 'connector.class': 'FileStreamSorce' }, [
    'source.json:3: connector.class: Failed to find any class that implements Connector and which name matches FileStreamSorce. Did you mean FileStreamSource?',
  ]),
  source('a class that is no connector', { 'connector.class': 'org.apache.kafka.connect.json.JsonConverter' }, [
    'source.json:3: connector.class: Failed to find any class that implements Connector and which name matches org.apache.kafka.connect.json.JsonConverter. Available, besides those of plugin.path: io.aiven.connect.jdbc.JdbcSinkConnector, io.confluent.connect.jdbc.JdbcSinkConnector, io.debezium.connector.jdbc.JdbcSinkConnector, org.apache.kafka.connect.file.FileStreamSinkConnector, io.aiven.connect.jdbc.JdbcSourceConnector, io.confluent.connect.jdbc.JdbcSourceConnector, org.apache.kafka.connect.file.FileStreamSourceConnector',
  ]),
  source('an empty connector class', { 'connector.class': '' }, [
    "source.json:3: connector.class: Failed to find any class that implements Connector and which name matches ''. Available, besides those of plugin.path: io.aiven.connect.jdbc.JdbcSinkConnector, io.confluent.connect.jdbc.JdbcSinkConnector, io.debezium.connector.jdbc.JdbcSinkConnector, org.apache.kafka.connect.file.FileStreamSinkConnector, io.aiven.connect.jdbc.JdbcSourceConnector, io.confluent.connect.jdbc.JdbcSourceConnector, org.apache.kafka.connect.file.FileStreamSourceConnector",
  ]),
  source('a version that is not installed', { 'connector.plugin.version': '99.0' }, [
    'source.json:3: connector.class: Plugin org.apache.kafka.connect.file.FileStreamSourceConnector not found that matches the version range [99.0,99.0], available versions: [4.3.1]',
  ]),
  source('a version of a connector that cannot be read', { 'connector.plugin.version': '[1.0' }, [
    'source.json:6: connector.plugin.version: Invalid version specification: [1.0',
  ]),
  source('a source without a topic, and more', { topic: '', 'tasks.max': 0, 'batch.size': 'many' }, [
    'source.json:6: Invalid value 0 for configuration tasks.max: Value must be at least 1',
    'source.json:5: Invalid value  for configuration topic: String must be non-empty',
    'source.json:7: Invalid value many for configuration batch.size: Not a number of type INT',
  ]),
  row('a source without the key topic', { 'source.properties': 'name=a\nconnector.class=FileStreamSource\nfile=x\n' }, [
    'source.properties: Missing required configuration "topic" which has no default value.',
  ]),
  source('tasks.max that is no number', { 'tasks.max': 'two' }, [
    'source.json:6: Invalid value two for configuration tasks.max: Not a number of type INT',
  ]),
  source('null values', { topic: null, 'errors.tolerance': null, nothing: null }, [
    'source.json:7: nothing: Null value can not be supplied as the configuration value.',
    'source.json:6: Invalid value null for configuration errors.tolerance: String must be one of: none, all',
  ]),
  source('a bad errors.tolerance', { 'errors.tolerance': 'some' }, [
    'source.json:6: Invalid value some for configuration errors.tolerance: String must be one of: none, all',
  ]),
  source('a bad config.action.reload', { 'config.action.reload': 'Restart' }, [
    'source.json:6: Invalid value Restart for configuration config.action.reload: String must be one of: none, restart',
  ]),
  source(
    'a converter of a connector that there is not',
    { 'value.converter': 'io.confluent.connect.avro.AvroConverter' },
    [
      'source.json:6: Invalid value io.confluent.connect.avro.AvroConverter for configuration value.converter: Class io.confluent.connect.avro.AvroConverter could not be found. Known, besides those of plugin.path: org.apache.kafka.connect.converters.BooleanConverter, org.apache.kafka.connect.converters.ByteArrayConverter, org.apache.kafka.connect.converters.DoubleConverter, org.apache.kafka.connect.converters.FloatConverter, org.apache.kafka.connect.converters.IntegerConverter, org.apache.kafka.connect.converters.LongConverter, org.apache.kafka.connect.converters.ShortConverter, org.apache.kafka.connect.json.JsonConverter, org.apache.kafka.connect.storage.StringConverter',
    ],
  ),
  source(
    'a bad setting of its converter',
    {
      'value.converter': 'JsonConverter',
      'value.converter.schemas.enable': 'maybe',
      'value.converter.decimal.format': 'HEX',
    },
    [
      'source.json:8: value.converter.decimal.format: Invalid value HEX for configuration decimal.format: String must be one of (case insensitive): NUMERIC, BASE64',
      'source.json:7: value.converter.schemas.enable: Invalid value maybe for configuration schemas.enable: Expected value to be either true or false',
    ],
  ),
  source('a transform without a type', { transforms: 'route' }, [
    'source.json: Missing required configuration "transforms.route.type" which has no default value.',
  ]),
  source(
    'a transform of a type that there is not',
    { transforms: 'route', 'transforms.route.type': 'com.acme.Route' },
    [
      'source.json:7: Invalid value com.acme.Route for configuration transforms.route.type: Class com.acme.Route could not be found. Known, besides those of plugin.path: org.apache.kafka.connect.transforms.Cast$Key, org.apache.kafka.connect.transforms.Cast$Value, org.apache.kafka.connect.transforms.DropHeaders, org.apache.kafka.connect.transforms.ExtractField$Key, org.apache.kafka.connect.transforms.ExtractField$Value, org.apache.kafka.connect.transforms.Filter, org.apache.kafka.connect.transforms.Flatten$Key, org.apache.kafka.connect.transforms.Flatten$Value, org.apache.kafka.connect.transforms.HeaderFrom$Key, org.apache.kafka.connect.transforms.HeaderFrom$Value, org.apache.kafka.connect.transforms.HoistField$Key, org.apache.kafka.connect.transforms.HoistField$Value, org.apache.kafka.connect.transforms.InsertField$Key, org.apache.kafka.connect.transforms.InsertField$Value, org.apache.kafka.connect.transforms.InsertHeader, org.apache.kafka.connect.transforms.MaskField$Key, org.apache.kafka.connect.transforms.MaskField$Value, org.apache.kafka.connect.transforms.RegexRouter, org.apache.kafka.connect.transforms.ReplaceField$Key, org.apache.kafka.connect.transforms.ReplaceField$Value, org.apache.kafka.connect.transforms.SetSchemaMetadata$Key, org.apache.kafka.connect.transforms.SetSchemaMetadata$Value, org.apache.kafka.connect.transforms.TimestampConverter$Key, org.apache.kafka.connect.transforms.TimestampConverter$Value, org.apache.kafka.connect.transforms.TimestampRouter, org.apache.kafka.connect.transforms.ValueToKey',
    ],
  ),
  source(
    'a transform without $Key or $Value',
    {
      transforms: 'hoist',
      'transforms.hoist.type': 'org.apache.kafka.connect.transforms.HoistField',
      'transforms.hoist.field': 'x',
    },
    [
      'source.json:7: Invalid value class org.apache.kafka.connect.transforms.HoistField for configuration transforms.hoist.type: Transformation is abstract and cannot be created. Did you mean org.apache.kafka.connect.transforms.HoistField$Key, org.apache.kafka.connect.transforms.HoistField$Value?',
    ],
  ),
  source(
    'a transform without what it requires',
    {
      transforms: 'route',
      'transforms.route.type': 'RegexRouter',
      'transforms.route.regex': 'a',
    },
    ['source.json: Missing required configuration "transforms.route.replacement" which has no default value.'],
  ),
  source(
    'a transform with a broken pattern',
    {
      transforms: 'route',
      'transforms.route.type': 'RegexRouter',
      'transforms.route.regex': '(',
      'transforms.route.replacement': 'x',
    },
    [
      'source.json:8: transforms.route.regex: Invalid value ( for configuration regex: Invalid regex: Unclosed group near index 1',
    ],
  ),
  source(
    'a transform named twice',
    {
      transforms: 'route,route',
      'transforms.route.type': 'RegexRouter',
      'transforms.route.regex': 'a',
      'transforms.route.replacement': 'x',
    },
    ['source.json:6: Invalid value [route, route] for configuration transforms: Duplicate alias provided.'],
  ),
  source(
    'negate without a predicate',
    {
      transforms: 'f',
      'transforms.f.type': 'org.apache.kafka.connect.transforms.Filter',
      'transforms.f.negate': true,
    },
    [
      "source.json:7: transforms.f.type: Config 'transforms.f.negate' was provided but there is no config 'transforms.f.predicate' defining a predicate to be negated.",
    ],
  ),
  source('a predicate of a type that there is not', { predicates: 'p', 'predicates.p.type': 'com.acme.P' }, [
    'source.json:7: Invalid value com.acme.P for configuration predicates.p.type: Class com.acme.P could not be found. Known, besides those of plugin.path: org.apache.kafka.connect.transforms.predicates.HasHeaderKey, org.apache.kafka.connect.transforms.predicates.RecordIsTombstone, org.apache.kafka.connect.transforms.predicates.TopicNameMatches',
  ]),
  source(
    'a predicate with a broken pattern',
    {
      predicates: 'p',
      'predicates.p.type': 'TopicNameMatches',
      'predicates.p.pattern': '[',
    },
    [
      'source.json:8: predicates.p.pattern: Invalid value [ for configuration pattern: Invalid regex: Unclosed character class near index 0',
    ],
  ),
  source('a bad value for a client setting', { 'producer.override.acks': 'most' }, [
    'source.json:6: Invalid value most for configuration producer.override.acks: String must be one of: all, -1, 0, 1',
  ]),
  source(
    'an override that the policy refuses',
    { 'producer.override.acks': '1' },
    [
      "source.json:6: producer.override.acks: The 'None' policy does not allow 'acks' to be overridden in the connector configuration.",
    ],
    {
      'connector.client.config.override.policy': 'None',
    },
  ),
  source(
    'a password that the policy refuses',
    { 'producer.override.sasl.jaas.config': SECRET },
    [
      "source.json:6: producer.override.sasl.jaas.config: The 'None' policy does not allow 'sasl.jaas.config' to be overridden in the connector configuration.",
    ],
    {
      'connector.client.config.override.policy': 'None',
    },
  ),
  source('topic creation without the default group', { 'topic.creation.default.partitions': 3 }, [
    'source.json: Missing required configuration "topic.creation.default.replication.factor" which has no default value.',
  ]),
  source(
    'topic creation with bad numbers',
    {
      'topic.creation.default.partitions': 0,
      'topic.creation.default.replication.factor': -2,
    },
    [
      "source.json:7: Invalid value -2 for configuration topic.creation.default.replication.factor: Replication factor must be positive and not larger than the number of brokers in the Kafka cluster, or -1 to use the broker's default",
      "source.json:6: Invalid value 0 for configuration topic.creation.default.partitions: Number of partitions must be positive, or -1 to use the broker's default",
    ],
  ),
  source(
    'topic creation with a broken pattern',
    {
      'topic.creation.groups': 'a',
      'topic.creation.default.partitions': 1,
      'topic.creation.default.replication.factor': 1,
      'topic.creation.a.include': '(',
    },
    [
      "source.json:9: Invalid value [(] for configuration topic.creation.a.include: Invalid regex '(': Unclosed group near index 1",
    ],
  ),
  sink('both topics and topics.regex', { 'topics.regex': 'a.*' }, [
    'sink.json:5: topics and topics.regex are mutually exclusive options, but both are set.',
  ]),
  sink('neither topics nor topics.regex', { topics: '' }, [
    'sink.json:5: Must configure one of topics or topics.regex',
  ]),
  sink('a broken topics.regex', { topics: '', 'topics.regex': 'a(' }, [
    'sink.json:6: Invalid value a( for configuration topics.regex: Invalid regex: Unclosed group near index 2',
  ]),
  sink('a blank topic', { topics: 'a,,b' }, ["sink.json:5: Configuration 'topics' values must not be empty."]),
  sink('a topic named twice', { topics: 'a,a' }, [
    "sink.json:5: Configuration 'topics' values must not be duplicated.",
  ]),
  sink(
    'a dead letter queue among the topics',
    {
      'errors.tolerance': 'all',
      'errors.deadletterqueue.topic.name': 'lines',
    },
    [
      "sink.json:5: The DLQ topic 'lines' may not be included in the list of topics ('topics=[lines]') consumed by the connector",
    ],
  ),
  sink(
    'a dead letter queue that the pattern matches',
    {
      topics: '',
      'topics.regex': 'li.*',
      'errors.deadletterqueue.topic.name': 'lines',
    },
    [
      "sink.json:6: The DLQ topic 'lines' may not be matched by the regex for the topics ('topics.regex=li.*') consumed by the connector",
    ],
  ),
  row('two connectors of one name', { 'a.json': JSON.stringify(SOURCE), 'b.json': JSON.stringify(SOURCE) }, [
    'Failed to create connector for b.json: Connector lines already exists',
  ]),
  row(
    'a second file that is broken: the first connector is stopped in order',
    { 'a.json': JSON.stringify(SOURCE), 'b.json': '{' },
    [
      'b.json: cannot be used as JSON: expected a key in double quotes, but the text ends (line 1, column 2)',
      "Connector configuration at 'b.json' is missing the mandatory 'name' configuration",
    ],
  ),
  row(
    'a secret file that a connector refers to and that is not there',
    { 'source.json': JSON.stringify({ ...SOURCE, topic: '${file:nowhere.properties:topic}' }) },
    ['source.json:1: topic: Could not read properties from file nowhere.properties: no such file'],
    {
      'config.providers': 'file',
      'config.providers.file.class': 'org.apache.kafka.common.config.provider.FileConfigProvider',
    },
  ),
]
