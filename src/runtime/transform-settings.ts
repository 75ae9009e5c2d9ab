/** The settings of a connector's transforms and predicates, checked in the order in which the JVM finds fault with them. */
import type { ConfigDef, ConfigKey, RawConfig } from '../config/define.ts'
import { defineConfig } from '../config/define.ts'
import { equalsIgnoreCase } from '../config/java-text.ts'
import { checkValue, invalidValue, parseSetting } from '../config/parse.ts'
import { uniqueAliases } from '../config/validators.ts'
import { parseVersionSpec } from '../config/version-range.ts'
import { ConfigError } from '../plugin/errors.ts'
import { type PluginCatalog, PluginVersionError } from '../plugin/find-plugins.ts'
import type { PluginExports, PluginRow } from '../plugin/plugin-row.ts'

type AliasKind = 'transformation' | 'predicate'

const KINDS = {
  transformation: { list: 'transforms', title: 'Transformation' },
  predicate: { list: 'predicates', title: 'Predicate' },
} as const

const EXTRAS = defineConfig({
  predicate: { type: 'string', default: null, importance: 'medium', doc: '' },
  negate: { type: 'boolean', default: false, importance: 'medium', doc: '' },
})

/** A plugin that was found for an alias; its settings are read by `check` and handed out afterwards. */
export interface ConfiguredPlugin<K extends AliasKind> {
  readonly plugin: PluginExports[K]
  /** @throws ConfigError about the first bad key */
  check(): void
  /** Parsed settings; `check` has been called. */
  settings(): Parameters<PluginExports[K]['create']>[0]
  extras(): { readonly predicate: string | null; readonly negate: boolean }
}

interface Find {
  readonly raw: RawConfig
  readonly catalog: PluginCatalog
}

/** @throws ConfigError when an alias stands there twice */
export const parseAliases = (raw: RawConfig, list: 'transforms' | 'predicates'): readonly string[] => {
  const setting: ConfigKey = { type: 'list', default: [], validator: uniqueAliases, importance: 'low', doc: '' }
  return parseKey(raw, list, list, setting) as readonly string[]
}

/** Parsed value of a key. `name` is what a plugin calls it, and so do its own messages. */
const parseKey = (raw: RawConfig, key: string, name: string, setting: ConfigKey): unknown => {
  const parsed = parseSetting(key, setting, raw)
  const problem = parsed.problem ?? checkValue(name, setting, parsed.value)
  if (problem !== null) throw new ConfigError(problem)
  return parsed.value
}

/** Loads the plugin that an alias names. @throws ConfigError when there is none */
export const parsePlugin = async <K extends AliasKind>(
  { raw, catalog }: Find,
  kind: K,
  alias: string,
): Promise<ConfiguredPlugin<K>> => {
  const prefix = `${KINDS[kind].list}.${alias}.`
  const plugin = (await findPlugin(raw, catalog, kind, prefix).load()) as PluginExports[K]
  let settings: Record<string, unknown> = {}
  let extras: Record<string, unknown> = {}
  return {
    plugin,
    check: () => {
      if (kind === 'transformation') refuseLoneNegate(raw, prefix)
      // Read from the text as it stands, as the JVM does: "true " passes as a boolean but negates nothing.
      const negate = equalsIgnoreCase(raw[`${prefix}negate`] ?? '', 'true')
      settings = parseAll(raw, prefix, { ...EXTRAS, ...plugin.config })
      extras = { predicate: settings['predicate'], negate }
    },
    settings: () => settings as ReturnType<ConfiguredPlugin<K>['settings']>,
    extras: () => extras as ReturnType<ConfiguredPlugin<K>['extras']>,
  }
}

const parseAll = (raw: RawConfig, prefix: string, definition: ConfigDef): Record<string, unknown> =>
  Object.fromEntries(
    Object.entries(definition)
      .sort(inOrder)
      .map(([name, setting]) => [name, parseKey(raw, prefix + name, name, setting)]),
  )

const IMPORTANCES = ['high', 'medium', 'low']

/** The order in which the JVM reads the keys of a plugin: required ones, then by importance, then by name. */
const inOrder = ([nameA, a]: [string, ConfigKey], [nameB, b]: [string, ConfigKey]): number => {
  const required = Number(b.default === undefined) - Number(a.default === undefined)
  const importance = IMPORTANCES.indexOf(a.importance) - IMPORTANCES.indexOf(b.importance)
  return required || importance || (nameA < nameB ? -1 : 1)
}

const refuseLoneNegate = (raw: RawConfig, prefix: string): void => {
  if (Object.hasOwn(raw, `${prefix}negate`) && !Object.hasOwn(raw, `${prefix}predicate`)) {
    throw new ConfigError(
      `Config '${prefix}negate' was provided but there is no config '${prefix}predicate' defining a predicate to be negated.`,
    )
  }
}

const findPlugin = <K extends AliasKind>(
  raw: RawConfig,
  catalog: PluginCatalog,
  kind: K,
  prefix: string,
): PluginRow<K> => {
  const key = `${prefix}type`
  const text = Object.hasOwn(raw, key) ? (raw[key] ?? null) : null
  const { title } = KINDS[kind]
  if (text === null) throw new ConfigError(invalidValue(key, null, `Not a ${title}`))
  const name = text.trim()
  const row = catalog.find(kind, name)
  if (row === undefined) throw new ConfigError(notFound(catalog, kind, key, text, name))
  if (name !== text) {
    // The JVM finds the class by the trimmed name and its settings by the text as it stands.
    throw new ConfigError(invalidValue(key, text, `Error getting config definition from ${title}: ${text}`))
  }
  return fittingVersion(raw, catalog, kind, prefix, row)
}

const fittingVersion = <K extends AliasKind>(
  raw: RawConfig,
  catalog: PluginCatalog,
  kind: K,
  prefix: string,
  row: PluginRow<K>,
): PluginRow<K> => {
  const key = `${prefix}plugin.version`
  const spec = Object.hasOwn(raw, key) ? (raw[key]?.trim() ?? null) : null
  const range = spec === null ? null : parseVersionSpec(spec)
  if (range === null) return row
  const fitting = catalog.find(kind, row.className, range)
  if (fitting !== undefined) return fitting
  throw new PluginVersionError(row.className, range, catalog.versions(kind, row.className))
}

const notFound = (catalog: PluginCatalog, kind: AliasKind, key: string, text: string, name: string): string => {
  const inner = catalog.classNames(kind).filter((className) => className.startsWith(`${name}$`))
  if (inner.length > 0) {
    return `This class is abstract and cannot be created. Did you mean ${inner.join(', ')}?`
  }
  // Classes of Java itself are there on every JVM.
  const other = catalog.findAny(name)?.className ?? (/^java\.[a-z]+\.[A-Z]\w*$/.test(name) ? name : undefined)
  return other === undefined
    ? invalidValue(key, text, `Class ${text} could not be found.`)
    : `Class class ${other} does not implement the ${KINDS[kind].title} interface`
}
