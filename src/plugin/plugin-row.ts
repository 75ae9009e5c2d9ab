import type { SinkDefinition, SourceDefinition } from './connector.ts'
import type { ConverterDefinition } from './converter.ts'
import type { PredicateDefinition, TransformDefinition } from './transform.ts'

/** What a plugin of each kind exports. Kinds are called as REST calls them. */
export interface PluginExports {
  source: SourceDefinition
  sink: SinkDefinition
  transformation: TransformDefinition
  predicate: PredicateDefinition
  converter: ConverterDefinition
  header_converter: ConverterDefinition
  configprovider: unknown
  connector_client_config_override_policy: unknown
  rest_extension: unknown
}

export type PluginKind = keyof PluginExports

/** A row of a table of plugins: all that listings need, and how to get the plugin itself. */
export type PluginRow<K extends PluginKind = PluginKind> = K extends PluginKind
  ? {
      readonly kind: K
      /** The JVM class that it stands for; `$` before inner classes. */
      readonly className: string
      readonly version: string
      /** Names of its own, besides those that follow from the class. */
      readonly aliases?: readonly string[]
      /** Where it was found, for people. Default: it came with the program. */
      readonly location?: string
      /** @throws ConfigError when the module cannot be loaded or exports something else */
      load(): Promise<PluginExports[K]>
    }
  : never

export type ConnectorRow = PluginRow<'source' | 'sink'>

/** In the order of listings. */
export const PLUGIN_KINDS: readonly PluginKind[] = [
  'sink',
  'source',
  'transformation',
  'predicate',
  'converter',
  'header_converter',
  'configprovider',
  'connector_client_config_override_policy',
  'rest_extension',
]
