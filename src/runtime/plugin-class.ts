import type { ClassResolver } from '../config/parse.ts'
import type { PluginCatalog } from '../plugin/find-plugins.ts'

/** Which plugins a class setting of the worker's means; those of connectors are left as they are written. */
export const pluginClassResolver =
  (catalog: PluginCatalog): ClassResolver =>
  (key, name) => {
    const kind = kindOfClassKey(key)
    if (kind === undefined) return name
    const found = catalog.find(kind, name) ?? catalog.findAny(name)
    if (found !== undefined) return found.className
    // The class around `$Key` and `$Value` is there too, only nobody can use it.
    const inner = catalog.classNames(kind).find((className) => outerNames(className).includes(name))
    return inner === undefined ? undefined : inner.slice(0, inner.indexOf('$'))
  }

const kindOfClassKey = (key: string) => {
  if (key === 'key.converter' || key === 'value.converter') return 'converter'
  if (key === 'header.converter') return 'header_converter'
  if (key.startsWith('transforms.') && key.endsWith('.type')) return 'transformation'
  return key.startsWith('predicates.') && key.endsWith('.type') ? 'predicate' : undefined
}

const outerNames = (className: string): readonly string[] => {
  if (!className.includes('$')) return []
  const outer = className.slice(0, className.indexOf('$'))
  return [outer, outer.slice(outer.lastIndexOf('.') + 1)]
}
