/** A catalog of the transforms and predicates that ship, for tests of chains. */
import { pluginCatalog } from '../../src/plugin/find-plugins.ts'
import type { PluginRow } from '../../src/plugin/plugin-row.ts'
import type { PredicateDefinition, TransformDefinition } from '../../src/plugin/transform.ts'
import { castKey, castValue } from '../../src/transforms/cast.ts'
import { dropHeaders } from '../../src/transforms/drop-headers.ts'
import { extractFieldKey, extractFieldValue } from '../../src/transforms/extract-field.ts'
import { filter } from '../../src/transforms/filter.ts'
import { flattenKey, flattenValue } from '../../src/transforms/flatten.ts'
import { headerFromKey, headerFromValue } from '../../src/transforms/header-from.ts'
import { hoistFieldKey, hoistFieldValue } from '../../src/transforms/hoist-field.ts'
import { insertFieldKey, insertFieldValue } from '../../src/transforms/insert-field.ts'
import { insertHeader } from '../../src/transforms/insert-header.ts'
import { maskFieldKey, maskFieldValue } from '../../src/transforms/mask-field.ts'
import { hasHeaderKey } from '../../src/transforms/predicates/has-header-key.ts'
import { recordIsTombstone } from '../../src/transforms/predicates/record-is-tombstone.ts'
import { topicNameMatches } from '../../src/transforms/predicates/topic-name-matches.ts'
import { regexRouter } from '../../src/transforms/regex-router.ts'
import { replaceFieldKey, replaceFieldValue } from '../../src/transforms/replace-field.ts'
import { setSchemaMetadataKey, setSchemaMetadataValue } from '../../src/transforms/set-schema-metadata.ts'
import { timestampConverterKey, timestampConverterValue } from '../../src/transforms/timestamp-converter.ts'
import { timestampRouter } from '../../src/transforms/timestamp-router.ts'
import { valueToKey } from '../../src/transforms/value-to-key.ts'

const transforms = [
  castKey,
  castValue,
  dropHeaders,
  extractFieldKey,
  extractFieldValue,
  filter,
  flattenKey,
  flattenValue,
  headerFromKey,
  headerFromValue,
  hoistFieldKey,
  hoistFieldValue,
  insertFieldKey,
  insertFieldValue,
  insertHeader,
  maskFieldKey,
  maskFieldValue,
  regexRouter,
  replaceFieldKey,
  replaceFieldValue,
  setSchemaMetadataKey,
  setSchemaMetadataValue,
  timestampConverterKey,
  timestampConverterValue,
  timestampRouter,
  valueToKey,
] as unknown as readonly TransformDefinition[]

const predicates = [hasHeaderKey, recordIsTombstone, topicNameMatches] as unknown as readonly PredicateDefinition[]

export const builtInTransformRows: readonly PluginRow[] = [
  ...transforms.map(
    (definition): PluginRow<'transformation'> => ({
      kind: 'transformation',
      className: definition.className,
      version: '4.3.1',
      load: async () => definition,
    }),
  ),
  ...predicates.map(
    (definition): PluginRow<'predicate'> => ({
      kind: 'predicate',
      className: definition.className,
      version: '4.3.1',
      load: async () => definition,
    }),
  ),
]

export const builtInTransforms = pluginCatalog(builtInTransformRows)
