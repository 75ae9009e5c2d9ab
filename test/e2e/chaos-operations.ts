/** What somebody with too many buttons does to connectors, in an order that a seed gives; every step is noted. */
import { setTimeout as delay } from 'node:timers/promises'
import type { OurWorker, Settings } from '../helpers/our-worker.ts'
import { askRest } from './ask-rest.ts'

export type Random = (below: number) => number

export interface Chaos {
  /** Everything that was done: when, what, the answer and how long it took. */
  readonly log: readonly string[]
  /** Milliseconds that the slowest answer took. */
  readonly slowestMs: number
  readonly operations: number
  /** Answers that nobody should get: what was asked, and the answer. */
  readonly refused: readonly string[]
  note(text: string): void
  /** Does something to some connector. */
  step(): Promise<void>
  /** Steps, each after a pause of up to `pauseMs`, until the time is over. */
  stepsFor(ms: number, pauseMs: number): Promise<void>
  /** Lets every connector go on. */
  resumeAll(): Promise<void>
}

interface Target {
  readonly name: string
  readonly settings: Settings
  /** Config changes to choose from. */
  readonly changes: readonly Readonly<Record<string, string>>[]
}

const STATES = ['RUNNING', 'PAUSED', 'STOPPED']
const RESTARTS = ['', '?includeTasks=true', '?onlyFailed=true', '?includeTasks=true&onlyFailed=true']

export const chaosOn = (worker: OurWorker, targets: readonly Target[], random: Random): Chaos => {
  const began = performance.now()
  const log: string[] = []
  const refused: string[] = []
  let [operations, slowestMs] = [0, 0]
  const pick = <T>(from: readonly T[]): T => from[random(from.length)]!
  const note = (text: string): void => void log.push(`${((performance.now() - began) / 1000).toFixed(2)} s  ${text}`)

  const ask = async (request: string, accepted: readonly number[], body?: unknown): Promise<void> => {
    const asked = performance.now()
    operations++
    const { status, json } = await askRest(worker, request, body)
    const took = performance.now() - asked
    slowestMs = Math.max(slowestMs, took)
    const shown = `${request}${body === undefined ? '' : ` ${JSON.stringify(body)}`} -> ${status} (${took.toFixed(0)} ms)`
    note(shown)
    if (!accepted.includes(status)) refused.push(`${shown} ${JSON.stringify(json)}`)
  }

  const config = ({ name, settings, changes }: Target) => ({
    ...Object.fromEntries(Object.entries(settings).map(([key, value]) => [key, String(value)])),
    ...pick(changes),
    name,
  })

  const createAgain = async (target: Target): Promise<void> => {
    await ask(`DELETE /connectors/${target.name}`, [204])
    await ask('POST /connectors', [201], {
      name: target.name,
      config: config(target),
      initial_state: pick(STATES),
    })
  }

  // Those that let a connector go on stand there more often, so that there is always some work under way.
  const steps: readonly ((target: Target, path: string) => Promise<void>)[] = [
    (_, path) => ask(`PUT ${path}/pause`, [202]),
    (_, path) => ask(`PUT ${path}/resume`, [202]),
    (_, path) => ask(`PUT ${path}/resume`, [202]),
    (_, path) => ask(`PUT ${path}/resume`, [202]),
    (_, path) => ask(`PUT ${path}/stop`, [204]),
    (_, path) => ask(`POST ${path}/restart${pick(RESTARTS)}`, [202, 204]),
    (_, path) => ask(`POST ${path}/restart${pick(RESTARTS)}`, [202, 204]),
    // The task may be gone: its connector is stopped, or was given fewer tasks.
    (_, path) => ask(`POST ${path}/tasks/${random(2)}/restart`, [204, 404]),
    (target, path) => ask(`PUT ${path}/config`, [200], config(target)),
    ({ changes }, path) => ask(`PATCH ${path}/config`, [200], pick(changes)),
    createAgain,
  ]

  const step = async (): Promise<void> => {
    const target = pick(targets)
    await pick(steps)(target, `/connectors/${target.name}`)
  }

  return {
    log,
    refused,
    note,
    step,
    get operations() {
      return operations
    },
    get slowestMs() {
      return slowestMs
    },
    async stepsFor(ms, pauseMs) {
      for (const end = performance.now() + ms; performance.now() < end; ) {
        await delay(random(pauseMs))
        await step()
      }
    },
    async resumeAll() {
      for (const { name } of targets) await ask(`PUT /connectors/${name}/resume`, [202])
    },
  }
}
