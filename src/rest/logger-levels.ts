/** Log levels that can be changed while the worker runs, under the names that scripts for the JVM worker know. */

export interface LoggerState {
  readonly name: string
  /** OFF, FATAL, ERROR, WARN, INFO, DEBUG, TRACE or ALL. */
  readonly level: string
  /** Milliseconds since the epoch; null: as it was at the start. */
  readonly lastModified: number | null
}

export interface LoggerLevels {
  /** Sorted by name. */
  list(): readonly LoggerState[]
  get(name: string): LoggerState | undefined
  /** Sets this logger, known or not, and all whose names begin with its name. @returns names of those that changed, sorted */
  set(name: string, level: string): readonly string[]
}

/** What the log itself has to offer. */
export interface LevelBackend {
  /** Names of the loggers there are; `root` needs not be among them. */
  names(): readonly string[]
  /** The level in effect; of an unknown name that of `root`. */
  level(name: string): string
  setLevel(name: string, level: string): void
}

const ROOT = 'root'

/** So many names that nobody writes under are remembered. */
const MAX_SET = 1000

/** Our loggers by the JVM's names for who writes there. */
const JVM_NAMES: Readonly<Record<string, string>> = {
  worker: 'org.apache.kafka.connect.runtime.Worker',
  rest: 'org.apache.kafka.connect.runtime.rest.RestServer',
  kafka: 'org.apache.kafka.clients.NetworkClient',
}

export const createLoggerLevels = (backend: LevelBackend, now: () => number = Date.now): LoggerLevels => {
  const modified = new Map<string, number>()
  /** Names that somebody set although nobody writes there (yet): a connector's, before it is created. */
  const set = new Set<string>()

  const own = new Map(Object.entries(JVM_NAMES).map(([name, jvm]) => [jvm, name]))
  const ownName = (name: string): string => own.get(name) ?? name
  const shownName = (name: string): string => (Object.hasOwn(JVM_NAMES, name) ? JVM_NAMES[name]! : name)

  const names = (): string[] =>
    [...new Set([ROOT, ...Object.values(JVM_NAMES), ...backend.names().map(shownName), ...set])].sort()

  const state = (name: string): LoggerState => ({
    name,
    level: backend.level(ownName(name)).toUpperCase(),
    lastModified: modified.get(name) ?? null,
  })

  return {
    list: () => names().map(state),
    get(name) {
      const wanted = shownName(name)
      return names().includes(wanted) ? state(wanted) : undefined
    },
    set(given, level) {
      const name = shownName(given)
      const known = names()
      if (!known.includes(name)) {
        if (set.size >= MAX_SET) set.delete([...set][0] ?? '')
        set.add(name)
        known.push(name)
      }
      const affected = name === ROOT ? known : known.filter((each) => each.startsWith(name))
      const changed = affected.filter((each) => state(each).level !== level).sort()
      // The root last: until then its level is what those without one of their own have.
      for (const each of changed.filter((other) => other !== ROOT)) backend.setLevel(ownName(each), level)
      if (changed.includes(ROOT)) backend.setLevel(ROOT, level)
      for (const each of changed) modified.set(each, now())
      return changed
    },
  }
}
