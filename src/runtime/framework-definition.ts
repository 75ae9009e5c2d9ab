/** The settings that the worker itself adds to those of a connector, with the defaults of this worker filled in. */
import { connectorConfig } from '../config/connector-settings.ts'
import type { ConfigDef, ConfigKey, RawConfig } from '../config/define.ts'
import { sinkConnectorConfig } from '../config/sink-connector-settings.ts'
import { sourceConnectorConfig } from '../config/source-connector-settings.ts'
import type { PluginCatalog } from '../plugin/find-plugins.ts'
import type { ConnectorRow } from '../plugin/plugin-row.ts'
import { findVersioned, trimmedText } from './find-versioned.ts'

/** The worker's converters, which connectors use unless they name one. */
export interface WorkerConverters {
  readonly key: WorkerConverter
  readonly value: WorkerConverter
  readonly header: WorkerConverter
}

export interface WorkerConverter {
  readonly className: string
  readonly version: string | null
}

export const CONVERTER_ROLES = ['key', 'value', 'header'] as const
export type ConverterRole = (typeof CONVERTER_ROLES)[number]

export const converterKind = (role: ConverterRole): 'converter' | 'header_converter' =>
  role === 'header' ? 'header_converter' : 'converter'

/** Common, source or sink settings, as `GET /connector-plugins/{plugin}/config` shows them. */
export const frameworkDefinition = (row: ConnectorRow | undefined, catalog: PluginCatalog): ConfigDef => {
  const definition = definitionFor(row?.kind)
  if (row === undefined) return definition
  const versions = catalog.versions(row.kind, row.className)
  return {
    ...definition,
    'connector.plugin.version': {
      ...connectorConfig['connector.plugin.version'],
      default: versions.at(-1) ?? null,
      recommended: versions,
    },
  }
}

const definitionFor = (kind: 'source' | 'sink' | undefined): ConfigDef => {
  if (kind === undefined) return connectorConfig
  return kind === 'source' ? sourceConnectorConfig : sinkConnectorConfig
}

export interface ConverterDefinitions {
  readonly definition: ConfigDef
  /** Version keys that are not shown, because the converter's class was not found. */
  readonly hidden: readonly string[]
  readonly versionErrors: readonly { readonly key: string; readonly message: string }[]
}

/** The converter settings of a connector, the worker's converters being the defaults. */
export const converterDefinitions = (
  raw: RawConfig,
  worker: WorkerConverters,
  catalog: PluginCatalog,
): ConverterDefinitions => {
  const keys: [string, ConfigKey][] = []
  const hidden: string[] = []
  const versionErrors: { key: string; message: string }[] = []
  for (const role of CONVERTER_ROLES) {
    const classKey = `${role}.converter` as const
    const versionKey = `${role}.converter.plugin.version` as const
    const kind = converterKind(role)
    const fallback = catalog.find(kind, worker[role].className)?.className ?? worker[role].className
    const chosen = Object.hasOwn(raw, classKey) ? trimmedText(raw, classKey) : fallback
    const found = findVersioned(catalog, kind, chosen, trimmedText(raw, versionKey))
    if (found.error !== undefined) {
      versionErrors.push({ key: classKey, message: found.error }, { key: versionKey, message: found.error })
    }
    if (found.version === null) hidden.push(versionKey)
    const classNames = catalog.classNames(kind)
    keys.push([
      classKey,
      {
        ...connectorConfig[classKey],
        default: fallback,
        recommended: classNames,
        validator: (_key, className: string | null) =>
          className === null || classNames.includes(className)
            ? null
            : `Not a ${role === 'header' ? 'HeaderConverter' : 'Converter'}`,
      },
    ])
    const ofWorker = chosen === fallback ? worker[role].version : null
    keys.push([
      versionKey,
      { ...connectorConfig[versionKey], default: ofWorker ?? found.version, recommended: found.versions },
    ])
  }
  return { definition: Object.fromEntries(keys), hidden, versionErrors }
}
