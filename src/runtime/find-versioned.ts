import type { RawConfig } from '../config/define.ts'
import { javaTrim } from '../config/java-text.ts'
import { parseVersionSpec, type VersionRange } from '../config/version-range.ts'
import { type PluginCatalog, PluginVersionError } from '../plugin/find-plugins.ts'
import type { PluginKind, PluginRow } from '../plugin/plugin-row.ts'

export interface FoundPlugin<K extends PluginKind> {
  /** Undefined: no such plugin, or not in a version that fits. */
  readonly row: PluginRow<K> | undefined
  /** The newest installed version, null when there is no such plugin. */
  readonly version: string | null
  readonly versions: readonly string[]
  /** Why the plugin cannot be used although it is there. */
  readonly error: string | undefined
}

/** A plugin by name and version requirement, with what REST tells about its versions. */
export const findVersioned = <K extends PluginKind>(
  catalog: PluginCatalog,
  kind: K,
  name: string | null,
  spec: string | null,
): FoundPlugin<K> => {
  const installed: PluginRow | undefined = name === null ? undefined : catalog.find(kind, name)
  if (installed === undefined) return { row: undefined, version: null, versions: [], error: undefined }
  const { className, version } = installed
  const versions = catalog.versions(kind, className)
  const range = rangeOf(spec)
  const row = catalog.find(kind, className, range)
  const error = row || !range ? undefined : new PluginVersionError(className, range, versions).message
  return { row, version, versions, error }
}

/** The text of a key as definitions read it, null when it is not there. */
export const trimmedText = (raw: RawConfig, key: string): string | null => {
  const text = Object.hasOwn(raw, key) ? raw[key] : null
  return typeof text === 'string' ? javaTrim(text) : null
}

/** An unreadable specification is a problem of its own key. */
const rangeOf = (spec: string | null): VersionRange | null => {
  try {
    return parseVersionSpec(spec)
  } catch {
    return null
  }
}
