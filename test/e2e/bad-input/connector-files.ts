// biome-ignore-all lint/suspicious/noTemplateCurlyInString: such are the variables of config providers
import { chmodSync, mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { type BadInput, missing, SECRET, workerFile } from './bad-input.ts'
import { row, SOURCE } from './connector-row.ts'

const properties = (name: string, content: string | Buffer, says: BadInput['says'] = []): BadInput =>
  row(name, { 'connector.properties': content }, says)
const json = (name: string, content: string | Buffer, says: BadInput['says'] = []): BadInput =>
  row(name, { 'connector.json': content }, says)
const noName = (file: string): string =>
  `Connector configuration at '${file}' is missing the mandatory 'name' configuration`

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
    noName('connector.properties'),
    missing('connector.properties: ', 'connector.class'),
  ]),
  properties('a connector without a name', 'connector.class=FileStreamSource\ntopic=a\n', [
    noName('connector.properties'),
  ]),
  properties('a connector with an empty name', 'name=\nconnector.class=FileStreamSource\ntopic=a\n', [
    'connector.properties:1: Invalid value  for configuration name: String may not be empty',
  ]),
  properties('a connector without a class', `name=a\ntopic=a\ndatabase.password=${SECRET}\n`, [
    missing('connector.properties: ', 'connector.class'),
  ]),
  properties('a broken escape in a connector file', 'name=a\nfile=C:\\users\\me\nconnector.class=FileStreamSource\n', [
    'connector.properties:2: malformed \\uxxxx encoding: \\u takes exactly four hexadecimal digits; write a backslash as \\\\',
  ]),
  properties('the worker file once more, as a connector', workerFile(), [
    noName('connector.properties'),
    missing('connector.properties: ', 'connector.class'),
  ]),
  json('broken JSON', '{\n  "name": "a",\n  "topic": "b"\n  "file": "c"\n}\n', [
    "connector.json: cannot be used as JSON: expected ',' or '}', found '\"' (line 4, column 3)",
    noName('connector.json'),
  ]),
  json('JSON that ends too early', '{"name": "a", "config": {"topic": "b"', [
    "connector.json: cannot be used as JSON: expected ',' or '}', but the text ends (line 1, column 38)",
    noName('connector.json'),
  ]),
  json('an empty JSON file', '', [
    'connector.json: cannot be used as JSON: expected a value, but the text ends (line 1, column 1)',
    noName('connector.json'),
  ]),
  json('a JSON list', '[{"name": "a"}]', [
    'connector.json: cannot be used as JSON: it holds a JSON array where an object is expected',
    noName('connector.json'),
  ]),
  json('a JSON object without a name, in order otherwise', '{"connector.class": "FileStreamSource", "topic": "a"}', [
    noName('connector.json'),
  ]),
  json('a create request without a name, nor a topic', '{"config": {"connector.class": "FileStreamSource"}}', [
    noName('connector.json'),
    missing('connector.json: ', 'topic'),
  ]),
  properties(
    'a misspelt name, beside other mistakes',
    `# mine\nnam=a\nconnector.class=FileStreamSource\ntasks.max=many\ndatabase.password=${SECRET}\n`,
    [
      `${noName('connector.properties')}; did you mean 'name' instead of 'nam' (line 2)?`,
      'connector.properties:4: Invalid value many for configuration tasks.max: Not a number of type INT',
      missing('connector.properties: ', 'topic'),
    ],
  ),
  {
    ...properties(
      'a setting that is missing because it is misspelt',
      'name=a\nconnector.class=FileStreamSource\ntopc=b\n',
      [missing('connector.properties: ', 'topic')],
    ),
    warns: ["'topc' is not a setting of .*; did you mean 'topic'"],
  },
  {
    ...properties('a misspelt setting beside a missing name', 'connector.class=FileStreamSource\ntopc=b\n', [
      noName('connector.properties'),
      missing('connector.properties: ', 'topic'),
    ]),
    warns: ["'topc' is not a setting of .*; did you mean 'topic'"],
  },
  json(
    'a misspelt name in JSON, beside a class that there is not',
    '{\n "Name": "a",\n "connector.class": "FileStreamSorce"\n}',
    [
      `${noName('connector.json')}; did you mean 'name' instead of 'Name' (line 2)?`,
      'connector.json:3: connector.class: Failed to find any class that implements Connector and which name matches FileStreamSorce. Did you mean FileStreamSource?',
    ],
  ),
  json('a nested value', '{"name": "a", "transforms": ["x", "y"]}', [
    'connector.json: cannot be used as JSON: \'transforms\' is an array (line 1, column 29): a value is a string, a number, true, false or null; write a list as one string, "a,b"',
    noName('connector.json'),
  ]),
  json('a nested value in a create request', '{"name": "a", "config": {"file": {"path": "x"}}}', [
    "connector.json: cannot be used as JSON: 'file' is an object (line 1, column 34): a value is a string, a number, true, false or null",
    noName('connector.json'),
  ]),
  json('two names', '{"name": "a", "config": {"name": "b", "connector.class": "FileStreamSource"}}', [
    "Connector name configuration in 'config' doesn't match the one specified in 'name' at 'connector.json'",
  ]),
  json(
    'a bad initial_state',
    '{"name": "a", "initial_state": "SLEEPING", "config": {"connector.class": "FileStreamSource", "topic": "t"}}',
    [
      'connector.json: cannot be used as JSON: initial_state (line 1, column 32) must be one of RUNNING, PAUSED, STOPPED, in any case',
      noName('connector.json'),
    ],
  ),
  json('bytes that are no text', Buffer.from('{"name": "\xff\xfe"}', 'latin1'), [
    'connector.json: cannot be used as JSON: the bytes are not valid UTF-8, UTF-16 or UTF-32',
    noName('connector.json'),
  ]),
  row('two connectors of one name', { 'a.json': JSON.stringify(SOURCE), 'b.json': JSON.stringify(SOURCE) }, [
    'Failed to create connector for b.json: Connector lines already exists',
  ]),
  row(
    'a second file that is broken: the first connector is stopped in order',
    { 'a.json': JSON.stringify(SOURCE), 'b.json': '{' },
    [
      'b.json: cannot be used as JSON: expected a key in double quotes, but the text ends (line 1, column 2)',
      noName('b.json'),
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
