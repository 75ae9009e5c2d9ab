/** The transforms of one connector, in order, each with its predicate: built once from the raw config. */

import type { RawConfig } from '../config/define.ts'
import { ConfigError, ConnectError, jvmClassOf } from '../plugin/errors.ts'
import type { PluginCatalog } from '../plugin/find-plugins.ts'
import type { ConnectRecord } from '../plugin/record.ts'
import type { Predicate, Transform } from '../plugin/transform.ts'
import { type ConfiguredPlugin, parseAliases, parsePlugin } from './transform-settings.ts'

export interface TransformChain {
  /** The record as the transforms make it, null when one of them drops it. Throws what a transform throws. */
  apply<R extends ConnectRecord>(record: R): R | null
  /** JVM class of the transform that the last `apply` was in when it threw. */
  failedClass(): string
  /** Whether texts in values are only handed on by all of it: see {@link TransformDefinition.passesTexts}. */
  readonly passesTexts: boolean
  /** The transforms in their order, to be run one by one. */
  readonly stages: readonly TransformStage[]
}

/** A transform under the name that the config gives it, with its predicate. */
export interface TransformStage {
  readonly alias: string
  readonly className: string
  readonly transform: Transform
  readonly predicate: Predicate | null
  readonly negate: boolean
  readonly passesTexts: boolean
}

/**
 * Builds the chain that `transforms`, `transforms.*`, `predicates` and `predicates.*` describe.
 *
 * @returns null when there are no transforms
 * @throws ConfigError about the first bad key, ConnectError when settings do not go together (its cause says why)
 */
export const buildChain = async (raw: RawConfig, catalog: PluginCatalog): Promise<TransformChain | null> => {
  const aliases = parseAliases(raw, 'transforms')
  const predicateAliases = parseAliases(raw, 'predicates')
  const transforms: ConfiguredPlugin<'transformation'>[] = []
  const predicates = new Map<string, ConfiguredPlugin<'predicate'>>()
  const find = { raw, catalog }
  for (const alias of aliases) transforms.push(await parsePlugin(find, 'transformation', alias))
  for (const alias of predicateAliases) predicates.set(alias, await parsePlugin(find, 'predicate', alias))
  for (const each of [...transforms, ...predicates.values()]) each.check()
  if (transforms.length === 0) return null
  return chainOf(transforms.map((transform, index) => createStage(aliases[index]!, transform, predicates)))
}

const createStage = (
  stageAlias: string,
  { plugin, settings, extras }: ConfiguredPlugin<'transformation'>,
  predicates: ReadonlyMap<string, ConfiguredPlugin<'predicate'>>,
): TransformStage => {
  const { predicate: alias, negate } = extras()
  const predicatePasses = alias === null || predicates.get(alias)?.plugin.passesTexts === true
  return configured(() => ({
    alias: stageAlias,
    className: plugin.className,
    transform: plugin.create(settings()),
    predicate: alias === null ? null : createPredicate(alias, predicates),
    negate,
    passesTexts: plugin.passesTexts === true && predicatePasses,
  }))
}

const createPredicate = (alias: string, predicates: ReadonlyMap<string, ConfiguredPlugin<'predicate'>>): Predicate => {
  const found = predicates.get(alias)
  if (found !== undefined) return found.plugin.create(found.settings())
  // What the JVM says of a predicate that is not in the list of predicates.
  return configured(() => {
    throw new ConfigError(`Unknown configuration 'predicates.${alias}.plugin.version'`)
  })
}

/** What a plugin finds wrong with its settings as a whole is wrapped, as on the JVM. */
const configured = <T>(create: () => T): T => {
  try {
    return create()
  } catch (error) {
    throw new ConnectError(`${jvmClassOf(error)}: ${error instanceof Error ? error.message : error}`, { cause: error })
  }
}

const chainOf = (stages: readonly TransformStage[]): TransformChain => {
  const steps = stages.map(({ transform, predicate, negate }) => ({
    ...{ transform, predicate, negate },
    inPlace: transform.inPlace ?? null,
  }))
  let at = 0
  return {
    apply: <R extends ConnectRecord>(record: R): R | null => {
      let current = record
      // Whether `current` is a copy that nobody else has seen: then transforms need not copy it once more.
      let own = false
      for (at = 0; at < steps.length; at++) {
        const { transform, inPlace, predicate, negate } = steps[at]!
        if (predicate !== null) {
          own = false
          if (predicate(current) === negate) continue
        }
        if (inPlace !== null && !own) current = { ...current }
        own = inPlace !== null
        const next = inPlace === null ? transform(current) : inPlace(current)
        if (next === null) return null
        current = next
      }
      return current
    },
    passesTexts: stages.every(({ passesTexts }) => passesTexts),
    failedClass: () => stages[Math.min(at, stages.length - 1)]!.className,
    stages,
  }
}
