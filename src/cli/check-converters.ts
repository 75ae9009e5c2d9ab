import type { ConfigProblem, RawConfig } from '../config/define.ts'
import { invalidValue, parseConfig } from '../config/parse.ts'
import { withPrefix } from '../config/prefix.ts'
import type { WorkerSettings } from '../config/worker-settings.ts'
import type { PluginCatalog } from '../plugin/find-plugins.ts'

const ROLES = [
  ['key.converter', 'converter'],
  ['value.converter', 'converter'],
  ['header.converter', 'header_converter'],
] as const

/** Settings of the worker's converters that name something else. */
export const wrongConverters = (settings: WorkerSettings, catalog: PluginCatalog): readonly ConfigProblem[] =>
  ROLES.flatMap(([key, kind]) => {
    const value: string | null = settings[key]
    if (value === null || catalog.find(kind, value) !== undefined) return []
    const what = kind === 'converter' ? 'converter' : 'header converter'
    return [{ key, value, message: invalidValue(key, value, `Class ${value} is no ${what}`) }]
  })

/**
 * What is wrong below `key.converter.` and the like. Only tasks that use the converter fail by it, as on the JVM: a
 * connector may bring its own.
 */
export const converterProblems = async (
  settings: WorkerSettings,
  raw: RawConfig,
  catalog: PluginCatalog,
): Promise<readonly ConfigProblem[]> => {
  const problems: ConfigProblem[] = []
  for (const [key, kind] of ROLES) {
    const row = catalog.find(kind, settings[key])
    if (row === undefined) continue
    try {
      const { config } = await row.load()
      const parsed = parseConfig(config, withPrefix(raw, `${key}.`))
      problems.push(...parsed.problems.map((problem) => ({ ...problem, key: `${key}.${problem.key}` })))
    } catch (error) {
      problems.push({ key, value: null, message: error instanceof Error ? error.message : String(error) })
    }
  }
  return problems
}
