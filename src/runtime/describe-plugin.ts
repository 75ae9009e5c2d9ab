import { type ConfigKeyInfo, describeConfig } from '../config/validate.ts'
import type { VersionRange } from '../config/version-range.ts'
import { type PluginCatalog, PluginVersionError } from '../plugin/find-plugins.ts'
import type { PluginRow } from '../plugin/plugin-row.ts'
import { shownConverterConfig } from './converter-config.ts'
import { frameworkDefinition } from './framework-definition.ts'

/**
 * The settings of a plugin, for `GET /connector-plugins/{plugin}/config`: its own, then, for connectors, the worker's.
 *
 * @returns undefined when there is no such plugin, or it is of a kind without settings
 * @throws PluginVersionError when it is there in other versions only
 */
export const describePlugin = async (
  catalog: PluginCatalog,
  name: string,
  range: VersionRange | null,
): Promise<readonly ConfigKeyInfo[] | undefined> => {
  const found = catalog.findAny(name)
  if (found === undefined) return undefined
  const row: PluginRow | undefined = catalog.find(found.kind, found.className, range)
  if (row === undefined) {
    throw new PluginVersionError(found.className, range!, catalog.versions(found.kind, found.className))
  }
  switch (row.kind) {
    case 'source':
    case 'sink':
      return describeConfig(withoutRedefinitions((await row.load()).config, frameworkDefinition(row, catalog)))
    case 'transformation':
    case 'predicate':
      return describeConfig((await row.load()).config)
    case 'converter':
    case 'header_converter':
      return describeConfig(shownConverterConfig(await row.load()))
    default:
      return undefined
  }
}

/** Both, the connector's own first; where it redefines a key of the worker, its word counts. */
const withoutRedefinitions = <D extends object, F extends object>(own: D, framework: F): D & F => ({
  ...own,
  ...framework,
  ...own,
})
