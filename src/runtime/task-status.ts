/** What REST, metrics and the progress line tell of connectors and tasks. */
export type State = 'UNASSIGNED' | 'RUNNING' | 'PAUSED' | 'STOPPED' | 'FAILED' | 'RESTARTING'

export interface Status {
  readonly state: State
  /** Set while FAILED, and kept while RESTARTING after a failure, as the JVM does. */
  readonly trace?: string
  /** Plugin version; null when the plugin could not be loaded. */
  readonly version: string | null
  /** Milliseconds since the epoch. */
  readonly since: number
}

export type StatusListener = (connector: string, task: number | null, status: Status) => void

export interface StatusBoard {
  connector(name: string): Status | undefined
  task(name: string, task: number): Status | undefined
  tasks(name: string): ReadonlyMap<number, Status>
  setConnector(name: string, state: State, version: string | null, trace?: string): void
  setTask(name: string, task: number, state: State, version: string | null, trace?: string): void
  removeConnector(name: string): void
  removeTasks(name: string): void
}

export const createStatusBoard = (listener?: StatusListener): StatusBoard => {
  const connectors = new Map<string, Status>()
  const tasks = new Map<string, Map<number, Status>>()
  const make = (state: State, version: string | null, trace?: string): Status => ({
    state,
    version,
    since: Date.now(),
    ...(trace === undefined ? {} : { trace }),
  })
  return {
    connector: (name) => connectors.get(name),
    task: (name, task) => tasks.get(name)?.get(task),
    tasks: (name) => tasks.get(name) ?? new Map(),
    setConnector(name, state, version, trace) {
      const status = make(state, version, trace)
      connectors.set(name, status)
      listener?.(name, null, status)
    },
    setTask(name, task, state, version, trace) {
      const status = make(state, version, trace)
      const own = tasks.get(name) ?? new Map<number, Status>()
      own.set(task, status)
      tasks.set(name, own)
      listener?.(name, task, status)
    },
    removeConnector(name) {
      connectors.delete(name)
      tasks.delete(name)
    },
    removeTasks(name) {
      tasks.delete(name)
    },
  }
}
