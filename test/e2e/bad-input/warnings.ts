// biome-ignore-all lint/suspicious/noTemplateCurlyInString: such are the variables of config providers
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { type BadInput, workerFile as fileOf } from './bad-input.ts'

/** Something that is worth a word, and no reason not to start. */
export interface Warned extends Pick<BadInput, 'name' | 'prepare'> {
  readonly files: Readonly<Record<string, string>>
  /** Lines of the log, without their time; each is there once. FOLDER stands for the folder, TIME for any time. */
  readonly warns: readonly string[]
}

const workerFile = (settings: Readonly<Record<string, string>> = {}): string =>
  fileOf({ 'offset.storage.file.filename': 'FOLDER/connect.offsets', ...settings })

const SOURCE = 'name=lines\nconnector.class=FileStreamSource\nfile=FOLDER/from.txt\ntopic=lines\n'

const worker = (name: string, settings: Readonly<Record<string, string>>, warns: readonly string[]): Warned => ({
  name,
  files: { 'worker.properties': workerFile(settings) },
  warns,
})

const source = (name: string, more: string, warns: readonly string[]): Warned => ({
  name,
  files: { 'worker.properties': workerFile(), 'from.txt': 'a\n', 'source.properties': SOURCE + more },
  warns,
})

export const warnings: readonly Warned[] = [
  worker('misspelt keys of the worker', { 'offset.flush.intervall.ms': '1', 'rest.advertised.host': 'a' }, [
    "'offset.flush.intervall.ms' is not a setting of the worker; did you mean 'offset.flush.interval.ms'?",
    "'rest.advertised.host' is not a setting of the worker",
  ]),
  worker('a key of no meaning', { 'my.own.note': 'x' }, ["'my.own.note' is not a setting of the worker"]),
  worker('keys of distributed workers and of old versions', { 'group.id': 'connect', 'internal.key.converter': 'x' }, [
    "'group.id' is a setting of distributed workers and has no effect in standalone mode",
    "'internal.key.converter' was removed in Apache Kafka 3.0 and is ignored",
  ]),
  worker(
    'client settings that have no effect, however many clients there are',
    { 'producer.transactional.id': 'x', 'producer.no.such.key': '1' },
    [
      'The producer setting no.such.key is not known and has no effect',
      'The producer setting transactional.id is not supported here',
    ],
  ),
  worker(
    'a bad setting of a converter that nobody may use',
    { 'value.converter': 'JsonConverter', 'value.converter.schemas.enable': 'maybe' },
    [
      'FOLDER/worker.properties:6: value.converter.schemas.enable: Invalid value maybe for configuration schemas.enable: Expected value to be either true or false (tasks that use this converter will fail)',
    ],
  ),
  worker('a plugin.path that is not there', { 'plugin.path': '/no/such/folder' }, [
    'plugin.path: folder /no/such/folder cannot be read',
  ]),
  worker('a variable of a provider that there is not', { 'metrics.context.a': '${vault:a:b}' }, [
    "metrics.context.a: ${vault:a:b} is left as written: config.providers has no 'vault'",
  ]),
  {
    name: 'a key that is set twice',
    files: { 'worker.properties': `${workerFile()}listeners=http://127.0.0.1:0\n` },
    warns: ["FOLDER/worker.properties:6: 'listeners' was already set in line 5; the later one counts"],
  },
  {
    name: 'a damaged offset file',
    files: { 'worker.properties': workerFile(), 'connect.offsets': 'no Java map at all' },
    warns: [
      'Offset file FOLDER/connect.offsets is damaged: it does not begin as a Java serialisation stream. It was set aside as FOLDER/connect.offsets.damaged-TIME. No good copy was found: connectors start without offsets.',
    ],
  },
  {
    name: 'a byte order mark',
    files: { 'worker.properties': `\uFEFF${workerFile()}` },
    warns: [],
  },
  {
    name: 'a file that is not UTF-8',
    files: { 'worker.properties': workerFile() },
    prepare: (folder) =>
      writeFileSync(join(folder, 'worker.properties'), Buffer.from('# gr\xfcn\n', 'latin1'), { flag: 'a' }),
    warns: ['FOLDER/worker.properties: is not valid UTF-8, so it is read as ISO-8859-1'],
  },
  source('misspelt keys of a connector', 'tasks.maxx=1\nbach.size=5\n', [
    "[lines|worker] 'tasks.maxx' is not a setting of org.apache.kafka.connect.file.FileStreamSourceConnector; did you mean 'tasks.max'?",
    "[lines|worker] 'bach.size' is not a setting of org.apache.kafka.connect.file.FileStreamSourceConnector; did you mean 'batch.size'?",
  ]),
  source("a converter's setting without the converter", 'value.converter.schemas.enable=false\n', [
    "[lines|worker] 'value.converter.schemas.enable' has no effect without 'value.converter': the worker's converter is used with the worker's settings",
  ]),
  source('client settings of a connector that have no effect', 'producer.override.interceptor.classes=a.B\n', [
    'The producer setting interceptor.classes is not supported here',
  ]),
]
