import type { ConfigDef, RawConfig } from '../config/define.ts'
import { nearestName } from '../config/nearest-name.ts'
import { CONVERTER_ROLES } from './framework-definition.ts'

/** What is known about the keys of one connector. */
export interface KnownKeys {
  readonly connector: string
  readonly kind: 'source' | 'sink'
  /** The connector's own settings and those that the worker adds. */
  readonly definition: ConfigDef
  /** Settings, with prefix, of the converters that the connector names. */
  readonly converterKeys: readonly string[]
  readonly openPrefixes: readonly string[]
}

const OVERRIDES = ['producer.override.', 'consumer.override.', 'admin.override.']

/** Keys that nobody will read, a sentence each. Values are never shown. */
export const unknownKeyWarnings = (raw: RawConfig, known: KnownKeys): readonly string[] => {
  const names = [...Object.keys(known.definition), ...known.converterKeys]
  const nameSet = new Set(names)
  const open = [...OVERRIDES, ...known.openPrefixes, ...(known.kind === 'source' ? ['topic.creation.'] : [])]
  const warnings: string[] = []
  for (const key of Object.keys(raw)) {
    if (nameSet.has(key) || open.some((prefix) => key.startsWith(prefix))) continue
    const role = CONVERTER_ROLES.find((each) => key.startsWith(`${each}.converter.`))
    if (role !== undefined && !Object.hasOwn(raw, `${role}.converter`)) {
      warnings.push(
        `'${key}' has no effect without '${role}.converter': the worker's converter is used with the worker's settings`,
      )
      continue
    }
    const meant = nearestName(key, names)
    warnings.push(
      `'${key}' is not a setting of ${known.connector}${meant === undefined ? '' : `; did you mean '${meant}'?`}`,
    )
  }
  return warnings
}
