import { nearestName } from '../config/nearest-name.ts'
import type { PluginCatalog } from '../plugin/find-plugins.ts'
import type { PluginKind } from '../plugin/plugin-row.ts'

const kindOf = (key: string): PluginKind | undefined => {
  if (/^(?:key|value)\.converter$/.test(key)) return 'converter'
  if (key === 'header.converter') return 'header_converter'
  if (/^transforms\..+\.type$/.test(key)) return 'transformation'
  return /^predicates\..+\.type$/.test(key) ? 'predicate' : undefined
}

/** A problem with a class that was not found, with the class that may be meant, or those that there are. */
export const withClassHint = <P extends { readonly key: string; readonly message: string }>(
  problem: P,
  value: string | null | undefined,
  catalog: PluginCatalog,
): P => {
  const kind = kindOf(problem.key)
  if (kind === undefined || !problem.message.endsWith('could not be found.')) return problem
  const known = catalog.classNames(kind)
  const meant = nearestName(value ?? '', known)
  const hint =
    meant === undefined ? `Known, besides those of plugin.path: ${known.join(', ')}` : `Did you mean ${meant}?`
  return { ...problem, message: `${problem.message} ${hint}` }
}
