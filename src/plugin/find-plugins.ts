/** Which plugins there are, and which of them a name in a config means. Nothing is loaded until it is asked for. */
import { compareVersions, type VersionRange } from '../config/version-range.ts'
import { ConfigError } from './errors.ts'
import { aliasesOf, simpleName } from './plugin-names.ts'
import { type ConnectorRow, PLUGIN_KINDS, type PluginKind, type PluginRow } from './plugin-row.ts'

/** The row for REST's `/connector-plugins`. */
export interface ListedPlugin {
  readonly class: string
  readonly type: PluginKind
  readonly version: string
}

export interface PluginCatalog {
  /** Sinks, sources, transformations, predicates, converters, header converters; each kind sorted by class name. */
  list(kinds: readonly PluginKind[]): readonly ListedPlugin[]
  /** The newest (or newest that fits) plugin of a kind by class name or alias. */
  find<K extends PluginKind>(kind: K, name: string, range?: VersionRange | null): PluginRow<K> | undefined
  /** A plugin of any kind. */
  findAny(name: string): PluginRow | undefined
  /** @throws ConfigError naming the connectors there are; {@link PluginVersionError} when only the version is missing */
  connector(name: string, range?: VersionRange | null): ConnectorRow
  /** Installed versions of a class, oldest first. */
  versions(kind: PluginKind, className: string): readonly string[]
  /** Class names of a kind, sorted, each once. */
  classNames(kind: PluginKind): readonly string[]
}

/** The plugin exists, but in no version that was asked for. */
export class PluginVersionError extends Error {
  override readonly name = 'ConfigException'
  readonly availableVersions: readonly string[]
  constructor(className: string, range: VersionRange, availableVersions: readonly string[]) {
    super(
      `Plugin ${className} not found that matches the version range ${range}, available versions: [${availableVersions.join(', ')}]`,
    )
    this.availableVersions = availableVersions
  }
}

/** @param rows of two rows with the same kind, class and version the first counts */
export const pluginCatalog = (rows: readonly PluginRow[]): PluginCatalog => {
  const sorted = distinct(rows).sort(
    (left, right) =>
      PLUGIN_KINDS.indexOf(left.kind) - PLUGIN_KINDS.indexOf(right.kind) ||
      compareText(left.className, right.className) ||
      compareVersions(left.version, right.version),
  )
  const classOf = classFinder(sorted)

  const versionsOf = (kind: PluginKind, className: string) =>
    sorted.filter((row) => row.kind === kind && row.className === className)

  const newest = <K extends PluginKind>(kind: K, className: string, range: VersionRange | null) =>
    versionsOf(kind, className).findLast((row) => range === null || range.includes(row.version)) as
      | PluginRow<K>
      | undefined

  const find = <K extends PluginKind>(kind: K, name: string, range: VersionRange | null = null) =>
    newest(kind, name, range) ?? newest(kind, classOf(name) ?? name, range)

  const connector = (name: string, range: VersionRange | null = null): ConnectorRow => {
    const row = find('sink', name) ?? find('source', name) ?? connectorByName(sorted, name)
    const fitting = newest(row.kind, row.className, range)
    if (fitting !== undefined) return fitting
    const available = versionsOf(row.kind, row.className).map((each) => each.version)
    throw new PluginVersionError(row.className, range!, available)
  }

  return {
    list: (kinds) =>
      sorted
        .filter((row) => kinds.includes(row.kind))
        .map((row) => ({ class: row.className, type: row.kind, version: row.version })),
    find,
    findAny: (name) => {
      const className = sorted.some((row) => row.className === name) ? name : classOf(name)
      return sorted.findLast((row) => row.className === className)
    },
    connector,
    versions: (kind, className) => versionsOf(kind, className).map((row) => row.version),
    classNames: (kind) => [...new Set(sorted.filter((row) => row.kind === kind).map((row) => row.className))],
  }
}

/** An alias that could mean two classes means neither, unless one of them calls itself so. */
const classFinder = (rows: readonly PluginRow[]): ((alias: string) => string | undefined) => {
  const classes = new Map<string, Set<string>>()
  const ownNames = new Map(rows.flatMap((row) => (row.aliases ?? []).map((alias) => [alias, row.className] as const)))
  for (const row of rows) {
    for (const alias of aliasesOf(row)) {
      const meant = classes.get(alias) ?? new Set()
      classes.set(alias, meant.add(row.className))
    }
  }
  return (alias) => {
    const meant = classes.get(alias)
    return meant?.size === 1 ? [...meant][0] : ownNames.get(alias)
  }
}

/** Connectors are also looked up among themselves, whatever other plugins are called. */
const connectorByName = (rows: readonly PluginRow[], name: string): ConnectorRow => {
  const connectors = rows.filter((row): row is ConnectorRow => row.kind === 'sink' || row.kind === 'source')
  const matches = connectors.filter((row) => [name, `${name}Connector`].includes(simpleName(row.className)))
  const classes = new Set(matches.map((row) => row.className))
  if (matches[0] !== undefined && classes.size === 1) return matches[0]
  if (matches.length > 0) {
    throw new ConfigError(
      `More than one connector matches alias ${name}. Please use full package and class name instead. Classes found: ${describe(matches)}`,
    )
  }
  throw new ConfigError(
    `Failed to find any class that implements Connector and which name matches ${name}, available connectors are: ${describe(connectors)}`,
  )
}

/** In the words of the JVM, so that whoever reads these messages by program still can. */
const describe = (rows: readonly ConnectorRow[]): string =>
  rows
    .map(
      ({ kind, className, version, location = 'classpath' }) =>
        `PluginDesc{klass=class ${className}, name='${className}', version='${version}', encodedVersion=${version}, type=${kind}, typeName='${kind}', location='${location}'}`,
    )
    .join(', ')

const distinct = (rows: readonly PluginRow[]): PluginRow[] => {
  const seen = new Map<string, PluginRow>()
  for (const row of rows) {
    const identity = JSON.stringify([row.kind, row.className, row.version])
    if (!seen.has(identity)) seen.set(identity, row)
  }
  return [...seen.values()]
}

const compareText = (left: string, right: string): number => (left < right ? -1 : left > right ? 1 : 0)
