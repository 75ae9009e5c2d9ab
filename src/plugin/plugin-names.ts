/** The short names that a JVM class goes by in configs. */
import type { PluginKind, PluginRow } from './plugin-row.ts'

/** The words that are cut off. `TimestampConverter` is a transformation and keeps its word. */
const SUFFIXES: Readonly<Record<PluginKind, string>> = {
  source: 'Connector',
  sink: 'Connector',
  transformation: 'Transformation',
  predicate: 'Predicate',
  converter: 'Converter',
  header_converter: 'HeaderConverter',
  configprovider: 'ConfigProvider',
  connector_client_config_override_policy: 'ConnectorClientConfigOverridePolicy',
  rest_extension: 'ConnectRestExtension',
}

/** `org.x.HoistField$Value` -> `Value`. */
export const simpleName = (className: string): string => className.slice(afterLast(className, '$', '.'))

/** The simple name, that without its kind, `Outer$Inner` for inner classes, and names of the plugin's own. */
export const aliasesOf = (row: Pick<PluginRow, 'kind' | 'className' | 'aliases'>): readonly string[] => {
  return [
    ...new Set([
      simpleName(row.className),
      shortName(row),
      row.className.slice(afterLast(row.className, '.')),
      ...(row.aliases ?? []),
    ]),
  ]
}

/** The simple name without the word for its kind: `FileStreamSource`. */
export const shortName = ({ kind, className }: Pick<PluginRow, 'kind' | 'className'>): string => {
  const simple = simpleName(className)
  const end = simple.lastIndexOf(SUFFIXES[kind])
  return end > 0 ? simple.slice(0, end) : simple
}

const afterLast = (text: string, ...marks: readonly string[]): number =>
  Math.max(...marks.map((mark) => text.lastIndexOf(mark))) + 1
