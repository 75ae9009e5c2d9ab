/**
 * Plugins from outside: packages in the folders of `plugin.path` whose package.json lists them.
 *
 * ```json
 * { "name": "acme-connect", "version": "2.1.0", "connect-standalone": { "plugins": [
 *   { "kind": "source", "class": "com.acme.AcmeSourceConnector", "module": "./acme-source.js", "export": "acmeSource" }
 * ] } }
 * ```
 */
import { readdir, readFile } from 'node:fs/promises'
import { basename, join, resolve, sep } from 'node:path'
import { pathToFileURL } from 'node:url'
import { ConfigError } from './errors.ts'
import { PLUGIN_KINDS, type PluginExports, type PluginKind, type PluginRow } from './plugin-row.ts'

export interface ScannedPlugins {
  readonly rows: readonly PluginRow[]
  /** Folders that are not there or hold nothing of ours, and entries that cannot be used; a sentence each. */
  readonly warnings: readonly string[]
}

/** Looks at each folder itself, at the folders in it, and at those in its `node_modules`. Loads nothing. */
export const scanPluginPath = async (folders: readonly string[]): Promise<ScannedPlugins> => {
  const rows: PluginRow[] = []
  const warnings: string[] = []
  for (const folder of folders) {
    const packages = await findPackages(folder)
    if (packages === undefined) {
      warnings.push(`plugin.path: folder ${folder} cannot be read`)
      continue
    }
    const found = packages.flatMap((found) => readEntries(found, warnings))
    if (packages.length === 0) {
      warnings.push(
        `plugin.path: no plugins in ${folder}: JVM plugins (.jar) cannot be loaded, only packages with a "connect-standalone" entry in their package.json`,
      )
    }
    rows.push(...found)
  }
  return { rows, warnings }
}

interface PluginPackage {
  readonly folder: string
  readonly manifest: Readonly<Record<string, unknown>>
}

/** Undefined: the folder cannot be listed. */
const findPackages = async (folder: string): Promise<readonly PluginPackage[] | undefined> => {
  const children = await subfolders(folder)
  if (children === undefined) return undefined
  const installed = (await subfolders(join(folder, 'node_modules'))) ?? []
  const scoped = await Promise.all(
    [...children, ...installed].filter((path) => basename(path).startsWith('@')).map((scope) => subfolders(scope)),
  )
  const candidates = [resolve(folder), ...children, ...installed, ...scoped.flatMap((names) => names ?? [])]
  const packages = await Promise.all(candidates.map(readPackage))
  return packages.filter((found) => found !== undefined)
}

const subfolders = async (folder: string): Promise<readonly string[] | undefined> => {
  try {
    const entries = await readdir(folder, { withFileTypes: true })
    return entries
      .filter((entry) => entry.isDirectory() || entry.isSymbolicLink())
      .map((entry) => resolve(folder, entry.name))
      .sort()
  } catch {
    return undefined
  }
}

/** Undefined unless there is a package.json that speaks of us. */
const readPackage = async (folder: string): Promise<PluginPackage | undefined> => {
  try {
    const manifest: unknown = JSON.parse(await readFile(join(folder, 'package.json'), 'utf8'))
    return isRecord(manifest) && Object.hasOwn(manifest, 'connect-standalone') ? { folder, manifest } : undefined
  } catch {
    return undefined
  }
}

const readEntries = ({ folder, manifest }: PluginPackage, warnings: string[]): readonly PluginRow[] => {
  const file = join(folder, 'package.json')
  const section = manifest['connect-standalone']
  const plugins = isRecord(section) ? section['plugins'] : undefined
  if (!Array.isArray(plugins)) {
    warnings.push(`${file}: "connect-standalone" must be an object with a list "plugins"`)
    return []
  }
  const version = typeof manifest['version'] === 'string' ? manifest['version'] : 'undefined'
  return plugins.flatMap((entry: unknown, index) => {
    const row = readEntry(entry, folder, version)
    if (typeof row !== 'string') return [row]
    warnings.push(`${file}: plugin ${index + 1} is left out: ${row}`)
    return []
  })
}

/** A row, or what is wrong with the entry. */
const readEntry = (entry: unknown, folder: string, version: string): PluginRow | string => {
  if (!isRecord(entry)) return 'it must be an object'
  for (const field of ['kind', 'class', 'module', 'export']) {
    if (typeof entry[field] !== 'string' || entry[field] === '') return `"${field}" must be a text`
  }
  const { kind, class: className, module, export: exported } = entry as Record<string, string>
  if (!PLUGIN_KINDS.includes(kind as PluginKind)) {
    return `kind "${kind}" is none of ${PLUGIN_KINDS.join(', ')}`
  }
  const file = resolve(folder, module!)
  if (!file.startsWith(resolve(folder) + sep)) return `module "${module}" lies outside of the package`
  return {
    kind,
    className,
    version,
    location: folder,
    load: () => loadPlugin(file, exported!, kind as PluginKind, className!),
  } as PluginRow
}

/** What the definition itself says it is; kinds without a definition of their own are taken as they come. */
const DEFINITION_KINDS: Readonly<Partial<Record<PluginKind, string>>> = {
  source: 'source',
  sink: 'sink',
  transformation: 'transform',
  predicate: 'predicate',
  converter: 'converter',
  header_converter: 'converter',
}

const loadPlugin = async <K extends PluginKind>(
  file: string,
  exported: string,
  kind: K,
  className: string,
): Promise<PluginExports[K]> => {
  let module: Record<string, unknown>
  try {
    module = (await import(pathToFileURL(file).href)) as Record<string, unknown>
  } catch (error) {
    throw new ConfigError(`Plugin ${className} cannot be loaded from ${file}: ${messageOf(error)}`, { cause: error })
  }
  const found = Object.hasOwn(module, exported) ? module[exported] : undefined
  const wanted = DEFINITION_KINDS[kind]
  if (!isRecord(found) && typeof found !== 'function') {
    throw new ConfigError(
      `Plugin ${className}: ${file} has no export "${exported}"; it exports ${Object.keys(module).join(', ') || 'nothing'}`,
    )
  }
  if (wanted !== undefined && (!isRecord(found) || found['kind'] !== wanted || !isRecord(found['config']))) {
    throw new ConfigError(
      `Plugin ${className}: export "${exported}" of ${file} is no ${kind}: expected an object with kind "${wanted}" and a config`,
    )
  }
  return found as PluginExports[K]
}

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error))

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
