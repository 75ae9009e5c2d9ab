/** What is wrong with the settings in a file that can be read. */
import { type BadInput, missing, SECRET } from './bad-input.ts'
import { row, sink, source } from './connector-row.ts'

/** Those that come with the program. */
const CONNECTORS = `Available, besides those of plugin.path: ${[
  'io.aiven.connect.jdbc.JdbcSinkConnector',
  'io.confluent.connect.jdbc.JdbcSinkConnector',
  'io.debezium.connector.jdbc.JdbcSinkConnector',
  'org.apache.kafka.connect.file.FileStreamSinkConnector',
  'io.aiven.connect.jdbc.JdbcSourceConnector',
  'io.confluent.connect.jdbc.JdbcSourceConnector',
  'org.apache.kafka.connect.file.FileStreamSourceConnector',
].join(', ')}`
export const connectorConfigs: readonly BadInput[] = [
  source('a connector class that there is not', { 'connector.class': 'com.acme.NoSuchConnector' }, [
    `source.json:3: connector.class: Failed to find any class that implements Connector and which name matches com.acme.NoSuchConnector. ${CONNECTORS}`,
  ]),
  source('a misspelt connector class', { 'connector.class': 'FileStreamSorce' }, [
    'source.json:3: connector.class: Failed to find any class that implements Connector and which name matches FileStreamSorce. Did you mean FileStreamSource?',
  ]),
  source('a class that is no connector', { 'connector.class': 'org.apache.kafka.connect.json.JsonConverter' }, [
    `source.json:3: connector.class: Failed to find any class that implements Connector and which name matches org.apache.kafka.connect.json.JsonConverter. ${CONNECTORS}`,
  ]),
  source('an empty connector class', { 'connector.class': '' }, [
    `source.json:3: connector.class: Failed to find any class that implements Connector and which name matches ''. ${CONNECTORS}`,
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
    missing('source.properties: ', 'topic'),
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
  source('a transform without a type', { transforms: 'route' }, [missing('source.json: ', 'transforms.route.type')]),
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
    [missing('source.json: ', 'transforms.route.replacement')],
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
    missing('source.json: ', 'topic.creation.default.replication.factor'),
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
]
