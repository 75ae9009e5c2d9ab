import type { RawConfig } from '../../config/define.ts'
import type { ConnectorDefinition } from '../../plugin/connector.ts'
import type { PluginCatalog } from '../../plugin/find-plugins.ts'
import type { PluginKind } from '../../plugin/plugin-row.ts'
import type { TaskConverters } from '../task-converters.ts'
import { parseAliases } from '../transform-settings.ts'

export interface PluginName {
  readonly className: string
  readonly version: string
}

/** Which plugins a task is made of, for metrics. */
export interface TaskPlugins {
  readonly connector: PluginName
  readonly task: PluginName
  readonly key: PluginName
  readonly value: PluginName
  readonly header: PluginName
  /** By alias. */
  readonly transforms: ReadonlyMap<string, PluginName>
  readonly predicates: ReadonlyMap<string, PluginName>
}

/** @param raw the connector's config, valid already */
export const taskPlugins = (
  { className, taskClassName, version }: ConnectorDefinition,
  { classNames }: TaskConverters,
  raw: RawConfig,
  catalog: PluginCatalog,
): TaskPlugins => {
  const named = (kind: PluginKind, name: string): PluginName => {
    const row = catalog.find(kind, name)
    return { className: row?.className ?? name, version: row?.version ?? 'undefined' }
  }
  const aliased = (kind: 'transformation' | 'predicate', list: 'transforms' | 'predicates') =>
    new Map(parseAliases(raw, list).map((alias) => [alias, named(kind, raw[`${list}.${alias}.type`]?.trim() ?? '')]))
  return {
    connector: { className, version },
    task: { className: taskClassName, version },
    key: named('converter', classNames.key),
    value: named('converter', classNames.value),
    header: named('header_converter', classNames.header),
    transforms: aliased('transformation', 'transforms'),
    predicates: aliased('predicate', 'predicates'),
  }
}
