/** The settings that `transforms` and `predicates` bring in, alias by alias. */
import type { ConfigDef, ConfigKey, RawConfig, Validator } from '../config/define.ts'
import { defineConfig } from '../config/define.ts'
import { checkValue, parseSetting } from '../config/parse.ts'
import { versionSpec } from '../config/validators.ts'
import type { PluginCatalog } from '../plugin/find-plugins.ts'
import { findVersioned, trimmedText } from './find-versioned.ts'

type AliasKind = 'transformation' | 'predicate'

const KINDS = {
  transformation: { list: 'transforms', group: 'Transforms', title: 'Transformation' },
  predicate: { list: 'predicates', group: 'Predicates', title: 'Predicate' },
} as const

/** Settings that every transform has on top of its own. */
const TRANSFORM_EXTRAS = defineConfig({
  predicate: {
    type: 'string',
    default: null,
    importance: 'medium',
    doc: 'Alias of the predicate that decides which records are transformed. All are when not set.',
  },
  negate: {
    type: 'boolean',
    default: false,
    importance: 'medium',
    doc: 'Whether to transform the records that the predicate does not hold for instead.',
  },
})

export interface AliasDefinitions {
  /** `transforms.ALIAS.type` and so on. */
  readonly definition: ConfigDef
  /** Versions that are not installed, as problems of the type and of the version key. */
  readonly versionErrors: readonly { readonly key: string; readonly message: string }[]
  /** Prefixes of aliases whose own settings are not known, because the plugin was not found. */
  readonly unknownPrefixes: readonly string[]
}

/** Loads the plugins that the aliases name. An alias whose plugin is not found has only a type and a version. */
export const aliasDefinitions = async (
  kind: AliasKind,
  raw: RawConfig,
  catalog: PluginCatalog,
): Promise<AliasDefinitions> => {
  const keys: [string, ConfigKey][] = []
  const versionErrors: { key: string; message: string }[] = []
  const unknownPrefixes: string[] = []
  for (const alias of aliasesIn(raw, KINDS[kind].list)) {
    const prefix = `${KINDS[kind].list}.${alias}.`
    const typeKey = `${prefix}type`
    const versionKey = `${prefix}plugin.version`
    const { row, version, versions, error } = findVersioned(
      catalog,
      kind,
      trimmedText(raw, typeKey),
      trimmedText(raw, versionKey),
    )
    if (error !== undefined) {
      versionErrors.push({ key: typeKey, message: error }, { key: versionKey, message: error })
    }
    const group = `${KINDS[kind].group}: ${alias}`
    keys.push([typeKey, typeSetting(kind, alias, group, catalog, raw)])
    keys.push([versionKey, versionSetting(kind, alias, group, version, versions)])
    if (row === undefined) {
      unknownPrefixes.push(prefix)
      continue
    }
    const own = (await row.load()).config
    keys.push(...embed(prefix, group, kind === 'transformation' ? { ...own, ...TRANSFORM_EXTRAS } : own))
  }
  return { definition: Object.fromEntries(keys), versionErrors, unknownPrefixes }
}

/** The aliases that a list names, each once. */
const aliasesIn = (raw: RawConfig, list: string): ReadonlySet<string> => {
  const parsed = parseSetting(list, { type: 'list', default: [], importance: 'low', doc: '' }, raw)
  return new Set(Array.isArray(parsed.value) ? (parsed.value as readonly string[]) : [])
}

const typeSetting = (
  kind: AliasKind,
  alias: string,
  group: string,
  catalog: PluginCatalog,
  raw: RawConfig,
): ConfigKey => {
  const { list, title } = KINDS[kind]
  const validator: Validator<string | null> = (_key, className) => {
    const negate = `${list}.${alias}.negate`
    const predicate = `${list}.${alias}.predicate`
    if (kind === 'transformation' && Object.hasOwn(raw, negate) && !Object.hasOwn(raw, predicate)) {
      return {
        wholeMessage: `Config '${negate}' was provided but there is no config '${predicate}' defining a predicate to be negated.`,
      }
    }
    if (className === null || catalog.classNames(kind).includes(className)) return null
    const inner = catalog.classNames(kind).filter((name) => name.startsWith(`${className}$`))
    return inner.length > 0
      ? `${title} is abstract and cannot be created. Did you mean ${inner.join(', ')}?`
      : `Not a ${title}`
  }
  return {
    type: 'class',
    validator,
    importance: 'high',
    doc: `Class of the ${title.toLowerCase()} '${alias}'.`,
    group,
    order: 0,
    width: 'long',
    displayName: `${title} type for ${alias}`,
    recommended: catalog.classNames(kind),
  }
}

const versionSetting = (
  kind: AliasKind,
  alias: string,
  group: string,
  version: string | null,
  versions: readonly string[],
): ConfigKey => ({
  type: 'string',
  default: version,
  validator: versionSpec,
  importance: 'high',
  doc: `Version, or range of versions, of the ${KINDS[kind].title.toLowerCase()} '${alias}'.`,
  group,
  order: 1,
  width: 'long',
  displayName: `${KINDS[kind].title} version for ${alias}`,
  recommended: versions,
})

/** A plugin's own settings below an alias: sorted, behind type and version, in one group. */
const embed = (prefix: string, group: string, definition: ConfigDef): readonly [string, ConfigKey][] =>
  Object.entries(definition)
    .sort(compareKeys([...new Set(Object.values(definition).map((key) => key.group))]))
    .map(([name, key], index) => [
      prefix + name,
      {
        ...key,
        validator: (_prefixed, value) => {
          // The plugin knows itself by the short name, and so do its messages.
          const message = checkValue(name, key, value)
          return message === null ? null : { wholeMessage: message }
        },
        group: key.group === undefined ? group : `${group}: ${key.group}`,
        order: index + 2,
        displayName: key.displayName ?? name,
      },
    ])

const IMPORTANCES = ['high', 'medium', 'low']

/** Without a group first, then by group, order, required before optional, importance, name. */
const compareKeys =
  (groups: readonly (string | undefined)[]) =>
  ([leftName, left]: [string, ConfigKey], [rightName, right]: [string, ConfigKey]): number =>
    rankOfGroup(groups, left) - rankOfGroup(groups, right) ||
    (left.order ?? -1) - (right.order ?? -1) ||
    Number(left.default !== undefined) - Number(right.default !== undefined) ||
    IMPORTANCES.indexOf(left.importance) - IMPORTANCES.indexOf(right.importance) ||
    (leftName < rightName ? -1 : 1)

const rankOfGroup = (groups: readonly (string | undefined)[], key: ConfigKey): number =>
  key.group === undefined ? -1 : groups.indexOf(key.group)
