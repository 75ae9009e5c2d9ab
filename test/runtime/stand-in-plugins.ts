/** A table of plugins like that of a plain 4.3.1 worker; what tests need of them has settings, the rest has none. */
import type { ConfigDef } from '../../src/config/define.ts'
import { defineConfig } from '../../src/config/define.ts'
import { nonEmpty } from '../../src/config/validators.ts'
import { fileSink } from '../../src/connectors/file/file-sink.ts'
import { fileSource } from '../../src/connectors/file/file-source.ts'
import { jsonConverter } from '../../src/converters/json.ts'
import type { PluginKind, PluginRow } from '../../src/plugin/plugin-row.ts'

const TRANSFORMS = 'org.apache.kafka.connect.transforms.'
const KEY_AND_VALUE =
  'Cast ExtractField Flatten HeaderFrom HoistField InsertField MaskField ReplaceField SetSchemaMetadata TimestampConverter'
const SINGLE = 'DropHeaders Filter InsertHeader RegexRouter TimestampRouter ValueToKey'
const CONVERTERS = 'Boolean ByteArray Double Float Integer Long Short'

const hoistField = defineConfig({
  field: { type: 'string', importance: 'medium', doc: 'Name of the new field.' },
})

const topicNameMatches = defineConfig({
  pattern: { type: 'string', validator: nonEmpty, importance: 'medium', doc: 'Pattern.' },
})

const row = (kind: PluginKind, className: string, config: ConfigDef = {}): PluginRow =>
  ({
    kind,
    className,
    version: '4.3.1',
    load: async () => ({ kind: kind === 'transformation' ? 'transform' : kind, className, doc: '', config }),
  }) as unknown as PluginRow

const converters = [
  ...CONVERTERS.split(' ').map((name) => `org.apache.kafka.connect.converters.${name}Converter`),
  'org.apache.kafka.connect.storage.StringConverter',
]

export const standInRows: readonly PluginRow[] = [
  { kind: 'source', className: fileSource.className, version: '4.3.1', load: async () => fileSource as never },
  { kind: 'sink', className: fileSink.className, version: '4.3.1', load: async () => fileSink as never },
  ...KEY_AND_VALUE.split(' ').flatMap((name) =>
    ['$Key', '$Value'].map((side) =>
      row('transformation', TRANSFORMS + name + side, name === 'HoistField' ? hoistField : {}),
    ),
  ),
  ...SINGLE.split(' ').map((name) => row('transformation', TRANSFORMS + name)),
  row('predicate', `${TRANSFORMS}predicates.HasHeaderKey`),
  row('predicate', `${TRANSFORMS}predicates.RecordIsTombstone`),
  row('predicate', `${TRANSFORMS}predicates.TopicNameMatches`, topicNameMatches),
  ...(['converter', 'header_converter'] as const).flatMap((kind) => [
    ...converters.map((className) => row(kind, className)),
    { kind, className: jsonConverter.className, version: '4.3.1', load: async () => jsonConverter as never } as const,
  ]),
  row('header_converter', 'org.apache.kafka.connect.storage.SimpleHeaderConverter'),
]
