import { DEFAULT_WINDOWS, type SampleWindows } from './metrics/sampled.ts'
import { Startups } from './metrics/startups.ts'

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

/** How much of a task's life, since it was last started, it was in these states: 0 to 1. */
export interface LifeShares {
  readonly running: number
  readonly paused: number
}

export interface StatusBoard {
  connector(name: string): Status | undefined
  task(name: string, task: number): Status | undefined
  tasks(name: string): ReadonlyMap<number, Status>
  lifeShares(name: string, task: number): LifeShares
  /** How often connectors and tasks were started: told by whoever starts them. */
  readonly startups: { readonly connectors: Startups; readonly tasks: Startups }
  setConnector(name: string, state: State, version: string | null, trace?: string): void
  setTask(name: string, task: number, state: State, version: string | null, trace?: string): void
  removeConnector(name: string): void
  removeTasks(name: string): void
}

interface Life {
  /** By performance.now(). */
  readonly began: number
  changed: number
  state: State
  running: number
  paused: number
}

export const createStatusBoard = (listener?: StatusListener, windows: SampleWindows = DEFAULT_WINDOWS): StatusBoard => {
  const connectors = new Map<string, Status>()
  const tasks = new Map<string, Map<number, Status>>()
  const lives = new Map<string, Map<number, Life>>()
  const make = (state: State, version: string | null, trace?: string): Status => ({
    state,
    version,
    since: Date.now(),
    ...(trace === undefined ? {} : { trace }),
  })
  return {
    startups: { connectors: new Startups(windows), tasks: new Startups(windows) },
    connector: (name) => connectors.get(name),
    task: (name, task) => tasks.get(name)?.get(task),
    tasks: (name) => tasks.get(name) ?? new Map(),
    lifeShares(name, task) {
      const life = lives.get(name)?.get(task)
      if (life === undefined) return { running: 0, paused: 0 }
      const now = performance.now()
      const { running, paused } = lived(life, now)
      const all = now - life.began
      return all <= 0 ? { running: 0, paused: 0 } : { running: running / all, paused: paused / all }
    },
    setConnector(name, state, version, trace) {
      const status = make(state, version, trace)
      connectors.set(name, status)
      listener?.(name, null, status)
    },
    setTask(name, task, state, version, trace) {
      const status = make(state, version, trace)
      inner(tasks, name).set(task, status)
      const own = inner(lives, name)
      own.set(task, nextLife(own.get(task), state))
      listener?.(name, task, status)
    },
    removeConnector(name) {
      connectors.delete(name)
      tasks.delete(name)
      lives.delete(name)
    },
    removeTasks(name) {
      tasks.delete(name)
      lives.delete(name)
    },
  }
}

const inner = <T>(outer: Map<string, Map<number, T>>, name: string): Map<number, T> => {
  let found = outer.get(name)
  if (found === undefined) {
    found = new Map()
    outer.set(name, found)
  }
  return found
}

const ALIVE: readonly State[] = ['RUNNING', 'PAUSED']

/** A life begins when a task that was not alive is so; in FAILED it goes on, as time in which it did nothing. */
const nextLife = (life: Life | undefined, state: State): Life => {
  const now = performance.now()
  const begins = life === undefined || (ALIVE.includes(state) && !ALIVE.includes(life.state))
  if (begins) return { began: now, changed: now, state, running: 0, paused: 0 }
  return { ...life, ...lived(life, now), changed: now, state }
}

const lived = ({ state, changed, running, paused }: Life, now: number) => ({
  running: running + (state === 'RUNNING' ? now - changed : 0),
  paused: paused + (state === 'PAUSED' ? now - changed : 0),
})
