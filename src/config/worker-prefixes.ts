import type { RawConfig } from './define.ts'
import { withPrefix } from './prefix.ts'
import { isClientKey } from './worker-warnings.ts'

/** What stands under the prefixes of the worker's file, without them. */
export interface WorkerPrefixes {
  /** For producers of tasks and dead letter queues. */
  readonly producer: RawConfig
  readonly consumer: RawConfig
  /** For admin clients: client settings that have none of these three prefixes, and those below `admin.` on top. */
  readonly admin: RawConfig
  readonly keyConverter: RawConfig
  readonly valueConverter: RawConfig
  readonly headerConverter: RawConfig
  /** Class and parameters of each name in `config.providers`; class null when it is missing. */
  readonly configProviders: readonly {
    readonly name: string
    readonly className: string | null
    readonly params: RawConfig
  }[]
  readonly metricsContext: RawConfig
}

/** @param providers the names in `config.providers` */
export const readPrefixes = (raw: RawConfig, providers: readonly string[]): WorkerPrefixes => ({
  producer: withPrefix(raw, 'producer.'),
  consumer: withPrefix(raw, 'consumer.'),
  admin: { ...only(raw, isClientKey), ...only(withPrefix(raw, 'admin.'), (key) => !/^listeners($|\.)/.test(key)) },
  keyConverter: withPrefix(raw, 'key.converter.'),
  valueConverter: withPrefix(raw, 'value.converter.'),
  headerConverter: withPrefix(raw, 'header.converter.'),
  configProviders: providers.map((name) => {
    const own = withPrefix(raw, `config.providers.${name}.`)
    const className = Object.hasOwn(own, 'class') ? (own['class'] ?? null) : null
    return { name, className: className?.trim() ?? null, params: withPrefix(own, 'param.') }
  }),
  metricsContext: withPrefix(raw, 'metrics.context.'),
})

const only = (raw: RawConfig, wanted: (key: string) => boolean): RawConfig =>
  Object.fromEntries(Object.entries(raw).filter(([key]) => wanted(key)))

/** Not a problem to the JVM either: variables of such a provider stay as they are written. */
export const missingProviderClasses = ({ configProviders }: WorkerPrefixes): readonly string[] =>
  configProviders
    .filter(({ className }) => className === null || className === '')
    .map(({ name }) => `config provider '${name}' is not used: 'config.providers.${name}.class' is missing`)
