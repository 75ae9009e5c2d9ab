import { InvalidArgumentError } from 'commander'
import type { Logger } from '../plugin/logger.ts'
import type { ConnectorStatus } from '../runtime/connector-report.ts'
import type { Herder, HerderParts } from '../runtime/herder.ts'
import { EXIT } from './exit-codes.ts'

/** `any`: the first connector or task that has failed for good ends the worker; `all`: only when nothing is left that runs. */
export type ExitOnFailure = 'any' | 'all'

export const isExitOnFailure = (value: string): value is ExitOnFailure => value === 'any' || value === 'all'

/** The value of `--exit-on-failure`, which may be missing. @throws InvalidArgumentError */
export const exitOnFailureValue = (value: string): ExitOnFailure => {
  if (value === '') return 'any'
  if (isExitOnFailure(value)) return value
  throw new InvalidArgumentError('Accepted: any, all')
}

export interface FailureWatch {
  readonly onFailure: NonNullable<HerderParts['onFailure']>
  /** Looks at what is there: when it is all dead, the worker ends. To be called once every connector was created. */
  ready(herder: Pick<Herder, 'names' | 'status'>): void
  /** The exit code, once the worker shall end. */
  readonly ended: Promise<number>
}

/** @param mode undefined: the worker goes on whatever fails, as the JVM's */
export const watchFailures = (mode: ExitOnFailure | undefined, log: Pick<Logger, 'error'>): FailureWatch => {
  let end: (code: number) => void = () => undefined
  const ended = new Promise<number>((resolve) => {
    end = resolve
  })
  let herder: Pick<Herder, 'names' | 'status'> | undefined
  let over = false

  const stop = (reason: string): void => {
    if (over) return
    over = true
    log.error(`${reason}: the worker stops (--exit-on-failure=${mode})`)
    end(EXIT.failed)
  }

  const look = (): void => {
    if (mode === 'all' && herder !== undefined && isAllDead(herder)) stop('Every task has failed')
  }

  return {
    ended,
    onFailure(connector, task, _error, restartAt) {
      if (restartAt !== null) return
      if (mode === 'any')
        stop(task === null ? `Connector ${connector} has failed` : `Task ${connector}-${task} has failed`)
      look()
    },
    ready(given) {
      herder = given
      look()
    },
  }
}

/** A stopped connector has no tasks that could fail; a paused one is alive. */
const isAllDead = (herder: Pick<Herder, 'names' | 'status'>): boolean => {
  const states = herder.names().map((name) => herder.status(name))
  const meant = states.filter(({ connector }) => connector.state !== 'STOPPED')
  return meant.length > 0 && meant.every(isDead)
}

const isDead = ({ connector, tasks }: ConnectorStatus): boolean =>
  (tasks.length > 0 ? tasks : [connector]).every(
    ({ state, restarts }) => state === 'FAILED' && (restarts?.nextAt ?? null) === null,
  )
