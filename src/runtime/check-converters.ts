import type { ConfigDef, RawConfig } from '../config/define.ts'
import { prefixedDefinition, withPrefix } from '../config/prefix.ts'
import { type CheckedValue, type ConfigInfo, checkConfig, configInfos, groupsOf } from '../config/validate.ts'
import { javaHashOrder } from '../data/java-hash-order.ts'
import type { PluginCatalog } from '../plugin/find-plugins.ts'
import { shownConverterConfig } from './converter-config.ts'
import { findVersioned, trimmedText } from './find-versioned.ts'
import { CONVERTER_ROLES, type ConverterRole, converterKind } from './framework-definition.ts'

/** The converters that the connector itself names, each against its own settings. */
export const checkConverters = async (
  raw: RawConfig,
  checked: ReadonlyMap<string, CheckedValue>,
  catalog: PluginCatalog,
): Promise<{ configs: readonly ConfigInfo[]; groups: readonly string[] }> => {
  const configs: ConfigInfo[] = []
  const groups: string[] = []
  for (const role of CONVERTER_ROLES) {
    const key = `${role}.converter`
    const value = checked.get(key)
    if (!Object.hasOwn(raw, key) || value === undefined || value.errors.length > 0) continue
    const found = findVersioned(
      catalog,
      converterKind(role),
      trimmedText(raw, key),
      trimmedText(raw, `${key}.plugin.version`),
    )
    if (found.row === undefined) continue
    const definition = inHashOrder(shownConverterConfig(await found.row.load()))
    const infos = converterInfos(role, definition, raw)
    configs.push(...infos)
    groups.push(...groupsOf(definition))
  }
  return { configs, groups }
}

/** The JVM shows a converter's settings, unlike a connector's, in the order of a hash table. */
const inHashOrder = (definition: ConfigDef): ConfigDef =>
  Object.fromEntries(javaHashOrder(Object.keys(definition)).map((key) => [key, definition[key]!]))

const converterInfos = (role: ConverterRole, definition: ConfigDef, raw: RawConfig): readonly ConfigInfo[] => {
  const prefix = `${role}.converter.`
  const own = { 'converter.type': role, ...withPrefix(raw, prefix) }
  const checked = new Map<string, CheckedValue>()
  for (const [key, value] of checkConfig(definition, own)) checked.set(prefix + key, { ...value, name: prefix + key })
  return configInfos('', prefixedDefinition(prefix, definition), checked, []).configs
}
