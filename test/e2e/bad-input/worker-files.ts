// biome-ignore-all lint/suspicious/noTemplateCurlyInString: such are the variables of config providers
import { chmodSync, mkdirSync, symlinkSync } from 'node:fs'
import { join } from 'node:path'
import { type BadInput, missing, nothingSet, SECRET, workerFile } from './bad-input.ts'
import { worker } from './worker-row.ts'

const text = (name: string, content: string | Buffer, says: BadInput['says'] = []): BadInput => ({
  name,
  files: { 'worker.properties': content },
  exit: 2,
  says,
})

export const workerFiles: readonly BadInput[] = [
  {
    name: 'a worker file that is not there',
    args: ['worker.properties'],
    exit: 2,
    says: ["could not read properties file 'worker.properties': no such file"],
  },
  {
    name: 'a folder as the worker file',
    prepare: (folder) => mkdirSync(join(folder, 'conf')),
    args: ['conf'],
    exit: 2,
    says: ["could not read properties file 'conf': it is a directory"],
  },
  {
    name: 'a file in the place of a folder',
    files: { 'worker.properties': '' },
    args: ['worker.properties/worker.properties'],
    exit: 2,
    says: [
      "could not read properties file 'worker.properties/worker.properties': a part of its path is not a directory",
    ],
  },
  {
    name: 'a worker file that is a link to itself',
    prepare: (folder) => symlinkSync('worker.properties', join(folder, 'worker.properties')),
    args: ['worker.properties'],
    exit: 2,
    says: ["could not read properties file 'worker.properties': too many symbolic links"],
  },
  {
    name: 'a worker file that may not be read',
    files: { 'worker.properties': workerFile() },
    needsRights: true,
    prepare: (folder) => chmodSync(join(folder, 'worker.properties'), 0),
    exit: 2,
    says: ["could not read properties file 'worker.properties': permission denied"],
  },
  text('an empty worker file', '', [...nothingSet('worker.properties: ')]),
  text('a worker file of comments only', '# bootstrap.servers=localhost:9092\n! key.converter=x\n', [
    ...nothingSet('worker.properties: '),
  ]),
  text(
    'a connector file in the place of the worker file',
    'name=a\nconnector.class=FileStreamSource\nfile=a.txt\ntopic=a\n',
    [
      "worker.properties: it has 'connector.class', so it seems to be a connector's file: the worker's file comes first",
      ...nothingSet('worker.properties: '),
    ],
  ),
  text('a JSON file as the worker file', '{\n  "bootstrap.servers": "localhost:9092"\n}\n', [
    "worker.properties: it seems to be JSON: the worker's file is a .properties file",
    ...nothingSet('worker.properties: '),
  ]),
  text('broken \\u escapes, all of them', 'a=\\u00e\nbootstrap.servers=localhost:9\nb=C:\\users\n', [
    'worker.properties:1: malformed \\uxxxx encoding: \\u takes exactly four hexadecimal digits; write a backslash as \\\\',
    'worker.properties:3: malformed \\uxxxx encoding: \\u takes exactly four hexadecimal digits; write a backslash as \\\\',
  ]),
  text('a byte order mark before an otherwise empty file', '\uFEFF', [...nothingSet('worker.properties: ')]),
  worker('one required key missing', { 'value.converter': null }, [missing('worker.properties: ', 'value.converter')]),
  worker('a required key without a value', { 'bootstrap.servers': '' }, [
    "worker.properties:1: Configuration 'bootstrap.servers' must not be empty. Valid values include: any non-empty value",
  ]),
  worker('bootstrap.servers without a port', { 'bootstrap.servers': 'localhost' }, [
    'worker.properties:1: Invalid url in bootstrap.servers: localhost. Expected HOST:PORT, such as localhost:9092',
  ]),
  worker('bootstrap.servers with a scheme', { 'bootstrap.servers': 'http://localhost' }, [
    'worker.properties:1: Invalid url in bootstrap.servers: http://localhost. Expected HOST:PORT, such as localhost:9092',
  ]),
  worker('bootstrap.servers with a port out of range', { 'bootstrap.servers': 'localhost:99999' }, [
    'worker.properties:1: Invalid port in bootstrap.servers: localhost:99999. Expected HOST:PORT, such as localhost:9092',
  ]),
  worker('a blank entry in bootstrap.servers', { 'bootstrap.servers': 'localhost:9092,,' }, [
    "worker.properties:1: Configuration 'bootstrap.servers' values must not be empty.",
  ]),
  worker(
    'wrong types, all at once',
    {
      'offset.flush.interval.ms': '10s',
      'topic.creation.enable': 'yes',
      'metrics.num.samples': '2.5',
      'rest.advertised.port': 'abc',
    },
    [
      'worker.properties:8: Invalid value 10s for configuration offset.flush.interval.ms: Not a number of type LONG',
      'worker.properties:9: Invalid value yes for configuration topic.creation.enable: Expected value to be either true or false',
      'worker.properties:10: Invalid value 2.5 for configuration metrics.num.samples: Not a number of type INT',
      'worker.properties:11: Invalid value abc for configuration rest.advertised.port: Not a number of type INT',
    ],
  ),
  worker(
    'numbers out of range',
    {
      'metrics.num.samples': '0',
      'metrics.sample.window.ms': '-1',
      'offset.flush.interval.ms': '99999999999999999999',
    },
    [
      'worker.properties:8: Invalid value 0 for configuration metrics.num.samples: Value must be at least 1',
      'worker.properties:9: Invalid value -1 for configuration metrics.sample.window.ms: Value must be at least 0',
      'worker.properties:10: Invalid value 99999999999999999999 for configuration offset.flush.interval.ms: Not a number of type LONG',
    ],
  ),
  worker(
    'values that are not among those accepted',
    {
      'metrics.recording.level': 'info',
      'client.dns.lookup': 'any',
      'plugin.discovery': 'none',
      'ssl.client.auth': 'maybe',
      'log.format': 'xml',
      'log.level': 'LOUD',
    },
    [
      'worker.properties:8: Invalid value info for configuration metrics.recording.level: String must be one of: INFO, DEBUG',
      'worker.properties:9: Invalid value any for configuration client.dns.lookup: String must be one of: use_all_dns_ips, resolve_canonical_bootstrap_servers_only',
      'worker.properties:10: Invalid value none for configuration plugin.discovery: String must be one of (case insensitive): ONLY_SCAN, SERVICE_LOAD, HYBRID_WARN, HYBRID_FAIL',
      'worker.properties:11: Invalid value maybe for configuration ssl.client.auth: String must be one of: required, requested, none',
      'worker.properties:12: Invalid value xml for configuration log.format: String must be one of: text, json',
      'worker.properties:13: Invalid value LOUD for configuration log.level: String must be one of (case insensitive): OFF, FATAL, ERROR, WARN, INFO, DEBUG, TRACE, ALL',
    ],
  ),
  worker('listeners without a scheme', { listeners: '127.0.0.1:8083' }, [
    "worker.properties:5: listeners: Listener doesn't have the right format or contains unsupported protocol: 127.0.0.1:8083. Expected http://HOST:PORT or https://HOST:PORT",
  ]),
  worker('listeners of another scheme', { listeners: 'ftp://localhost:8083' }, [
    'worker.properties:5: listeners: Listener protocol must be either "http" or "https": ftp://localhost:8083',
  ]),
  worker('listeners without a port', { listeners: 'http://localhost' }, [
    "worker.properties:5: listeners: Listener doesn't have the right format or contains unsupported protocol: http://localhost. Expected http://HOST:PORT or https://HOST:PORT",
  ]),
  worker('no listeners', { listeners: '' }, [
    'worker.properties:5: Invalid value for listeners, at least one URL is expected, ex: http://localhost:8080,https://localhost:8443.',
  ]),
  worker('admin.listeners that cannot be read', { 'admin.listeners': 'localhost' }, [
    "worker.properties:8: admin.listeners: Listener doesn't have the right format or contains unsupported protocol: localhost. Expected http://HOST:PORT or https://HOST:PORT",
  ]),
  worker('response headers that cannot be read', { 'response.http.headers.config': 'put X-Foo: bar' }, [
    "worker.properties:8: response.http.headers.config: Invalid header config action: 'put'. Expected one of [set, add, setDate, addDate]",
  ]),
  worker('a converter that there is not', { 'key.converter': 'com.acme.AvroConverter' }, [
    'worker.properties:2: Invalid value com.acme.AvroConverter for configuration key.converter: Class com.acme.AvroConverter could not be found. Known, besides those of plugin.path: org.apache.kafka.connect.converters.BooleanConverter, org.apache.kafka.connect.converters.ByteArrayConverter, org.apache.kafka.connect.converters.DoubleConverter, org.apache.kafka.connect.converters.FloatConverter, org.apache.kafka.connect.converters.IntegerConverter, org.apache.kafka.connect.converters.LongConverter, org.apache.kafka.connect.converters.ShortConverter, org.apache.kafka.connect.json.JsonConverter, org.apache.kafka.connect.storage.StringConverter',
  ]),
  worker('a misspelt converter', { 'value.converter': 'org.apache.kafka.connect.json.JsonConvertor' }, [
    'worker.properties:3: Invalid value org.apache.kafka.connect.json.JsonConvertor for configuration value.converter: Class org.apache.kafka.connect.json.JsonConvertor could not be found. Did you mean org.apache.kafka.connect.json.JsonConverter?',
  ]),
  worker(
    'a class that is no converter',
    {
      'value.converter': 'org.apache.kafka.connect.file.FileStreamSourceConnector',
    },
    [
      'worker.properties:3: Invalid value org.apache.kafka.connect.file.FileStreamSourceConnector for configuration value.converter: Class org.apache.kafka.connect.file.FileStreamSourceConnector is no converter',
    ],
  ),
  worker(
    'a bad setting of a converter',
    {
      'value.converter': 'org.apache.kafka.connect.json.JsonConverter',
      'value.converter.schemas.enable': 'maybe',
    },
    [
      'worker.properties:1: No broker could be reached at bootstrap.servers=localhost:9 within 3000 ms (client adminclient-1). Check that the addresses are right, that the brokers run and can be reached from this machine, and that security.protocol=PLAINTEXT is what their listener expects. Last error: Could not connect (broker localhost:9): Connection error: connect ECONNREFUSED 127.0.0.1:9',
    ],
  ),
  worker('a version of a converter that is not installed', { 'key.converter.plugin.version': '[9.0,10.0)' }, [
    'worker.properties:1: No broker could be reached at bootstrap.servers=localhost:9 within 3000 ms (client adminclient-1). Check that the addresses are right, that the brokers run and can be reached from this machine, and that security.protocol=PLAINTEXT is what their listener expects. Last error: Could not connect (broker localhost:9): Connection error: connect ECONNREFUSED 127.0.0.1:9',
  ]),
  worker('a version that cannot be read', { 'key.converter.plugin.version': '[1.0' }, [
    'worker.properties:8: Invalid value [1.0 for configuration key.converter.plugin.version: Invalid version specification: [1.0',
  ]),
  worker('an override policy that there is not', { 'connector.client.config.override.policy': 'Some' }, [
    'worker.properties:8: Invalid value Some for configuration connector.client.config.override.policy: there is no such override policy. Known: All, None, Principal, Allowlist (each also by its class name, such as org.apache.kafka.connect.connector.policy.NoneConnectorClientConfigOverridePolicy)',
  ]),
  worker('an empty plugin.path', { 'plugin.path': '' }, [
    "worker.properties:8: Configuration 'plugin.path' must not be empty. Valid values include: any non-empty value",
  ]),
  worker(
    'a config provider that there is not',
    {
      'config.providers': 'vault',
      'config.providers.vault.class': 'com.acme.VaultConfigProvider',
    },
    [
      'worker.properties:9: Invalid value com.acme.VaultConfigProvider for configuration config.providers.vault.class: no such config provider; accepted are FileConfigProvider, DirectoryConfigProvider, EnvVarConfigProvider',
    ],
  ),
  worker('a config provider without a class', { 'config.providers': 'file' }, [
    "worker.properties: config.providers.file.class is missing: config.providers names 'file', which needs a class (FileConfigProvider, DirectoryConfigProvider, EnvVarConfigProvider)",
  ]),
  worker(
    'a config provider whose allowed path is not there',
    {
      'config.providers': 'file',
      'config.providers.file.class': 'FileConfigProvider',
      'config.providers.file.param.allowed.paths': '/no/such/folder',
    },
    ['worker.properties:10: config.providers.file.param.allowed.paths: Path /no/such/folder does not exist'],
  ),
  worker(
    'a config provider with a broken pattern',
    {
      'config.providers': 'env',
      'config.providers.env.class': 'org.apache.kafka.common.config.provider.EnvVarConfigProvider',
      'config.providers.env.param.allowlist.pattern': '(',
    },
    [
      "worker.properties:10: config.providers.env.param.allowlist.pattern: '(' cannot be used as a regular expression: Invalid regular expression: /^(?:()$/: Unterminated group",
    ],
  ),
  worker(
    'a file of secrets that is not there',
    {
      'config.providers': 'file',
      'config.providers.file.class': 'org.apache.kafka.common.config.provider.FileConfigProvider',
      'sasl.jaas.config': '${file:secrets.properties:jaas}',
    },
    ['worker.properties:10: sasl.jaas.config: Could not read properties from file secrets.properties: no such file'],
  ),
  {
    ...worker(
      'a broken file of secrets',
      {
        'config.providers': 'file',
        'config.providers.file.class': 'org.apache.kafka.common.config.provider.FileConfigProvider',
        'sasl.jaas.config': '${file:secrets.properties:jaas}',
      },
      [
        'worker.properties:8: sasl.jaas.config: secrets.properties:1: malformed \\uxxxx encoding: \\u takes exactly four hexadecimal digits; write a backslash as \\\\',
      ],
    ),
    args: ['worker.properties'],
    files: {
      'worker.properties': workerFile({
        'config.providers': 'file',
        'config.providers.file.class': 'org.apache.kafka.common.config.provider.FileConfigProvider',
        'sasl.jaas.config': '${file:secrets.properties:jaas}',
      }),
      'secrets.properties': `jaas=\\u00${SECRET}\n`,
    },
  },
  {
    name: 'a secret from a file in a setting that does not take it',
    args: ['worker.properties'],
    files: {
      'worker.properties': workerFile({
        'config.providers': 'file',
        'config.providers.file.class': 'org.apache.kafka.common.config.provider.FileConfigProvider',
        'offset.flush.interval.ms': '${file:secrets.properties:interval}',
      }),
      'secrets.properties': `interval=${SECRET}\n`,
    },
    exit: 2,
    says: [
      'worker.properties:8: Invalid value [hidden] for configuration offset.flush.interval.ms: Not a number of type LONG',
    ],
  },
  {
    name: 'a folder as the offset file',
    files: { 'worker.properties': workerFile({ 'offset.storage.file.filename': 'offsets' }) },
    prepare: (folder) => mkdirSync(join(folder, 'offsets')),
    exit: 2,
    says: [
      'worker.properties:4: offset.storage.file.filename: Offset file FOLDER/offsets cannot be read: it is a folder',
    ],
  },
  {
    name: 'an offset file below a file',
    files: { 'worker.properties': workerFile({ 'offset.storage.file.filename': 'worker.properties/offsets' }) },
    exit: 2,
    says: [
      'worker.properties:4: offset.storage.file.filename: Offset file FOLDER/worker.properties/offsets cannot be read: a part of its path is not a folder',
    ],
  },
  {
    name: 'an offset file that may not be read',
    files: { 'worker.properties': workerFile(), 'connect.offsets': '' },
    args: ['worker.properties'],
    needsRights: true,
    prepare: (folder) => chmodSync(join(folder, 'connect.offsets'), 0),
    exit: 2,
    says: [
      'worker.properties:4: offset.storage.file.filename: Offset file FOLDER/connect.offsets cannot be read: permission denied',
    ],
  },
]
