/** What the program needs of a task that runs in a thread of its own, whatever its kind. */
import type { RawConfig } from '../../config/define.ts'
import { ConnectError } from '../../plugin/errors.ts'
import type { LogFields, Logger, LogLevel } from '../../plugin/logger.ts'
import type { ErrorCounts } from '../tolerance.ts'
import { type ErrorMessage, errorOf } from './error-message.ts'
import { createPeer, type Handlers, type Peer } from './peer.ts'

/** How the thread is to run a task: what it is started with. */
export interface ThreadTaskData {
  readonly kind: 'source' | 'sink'
  readonly className: string
  readonly version: string
  readonly connector: string
  readonly index: number
  /** Both with variables replaced. */
  readonly connectorConfig: RawConfig
  readonly taskConfig: RawConfig
  /** The worker's file, variables replaced. */
  readonly worker: RawConfig
  /** Whether it may report records. */
  readonly reports: boolean
}

/** A thread, as `node:worker_threads` has them; made in `cli/`, which knows what to start. */
export interface TaskThread {
  postMessage(message: unknown, transfer?: readonly never[]): void
  on(event: 'message', listener: (message: never) => void): unknown
  on(event: 'error', listener: (error: unknown) => void): unknown
  on(event: 'exit', listener: (code: number) => void): unknown
  terminate(): Promise<number>
}

export interface ThreadLimits {
  /** Megabytes that its heap may grow to. */
  readonly memoryMb: number
}

export type StartTaskThread = (data: ThreadTaskData, limits: ThreadLimits) => TaskThread

export interface LogMessage {
  readonly level: LogLevel
  readonly message: string
  readonly error: ErrorMessage | undefined
  readonly fields: LogFields | undefined
}

export interface ThreadParts {
  readonly start: StartTaskThread
  readonly data: ThreadTaskData
  readonly limits: ThreadLimits
  readonly handlers: Handlers
  readonly signal: AbortSignal
  /** Aborted when the task did not stop in time: the thread is ended whatever it does. */
  readonly cancelled: AbortSignal
  /** The thread ended by itself. */
  readonly onLost: (error: Error) => void
  readonly log: Logger
}

export interface ThreadHandle extends Pick<Peer, 'call' | 'tell'> {
  /** Ends the thread, whatever it does. */
  close(): Promise<void>
}

export const openThread = (parts: ThreadParts): ThreadHandle => {
  const { data, signal, cancelled, log } = parts
  const thread = parts.start(data, parts.limits)
  const name = `${data.connector}-${data.index}`
  let closed = false
  const handlers: Handlers = {
    ...parts.handlers,
    log({ level, message, error, fields }: LogMessage) {
      log[level](message, error === undefined ? fields : { ...fields, error: errorOf(error) })
    },
  }
  const peer = createPeer(thread as never, handlers, (error) =>
    log.error(`The thread of task ${name} said what cannot be understood`, { error }),
  )
  const lost = (error: Error): void => {
    peer.end(error)
    if (!closed) parts.onLost(error)
  }
  thread.on('error', (error) => lost(new ConnectError(`The thread of task ${name} failed`, { cause: error })))
  thread.on('exit', (code) => lost(new ConnectError(`The thread of task ${name} has ended, with code ${code}`)))
  const abort = (): void => peer.tell('abort')
  const cancel = (): void => void close()
  signal.addEventListener('abort', abort, { once: true })
  cancelled.addEventListener('abort', cancel, { once: true })

  const close = async (): Promise<void> => {
    if (closed) return
    closed = true
    signal.removeEventListener('abort', abort)
    cancelled.removeEventListener('abort', cancel)
    await thread.terminate()
    peer.end(new ConnectError(`The thread of task ${name} was ended`))
  }
  return { call: peer.call, tell: peer.tell, close }
}

/** Failed attempts and retries are counted where they happen. */
export interface RetryCounts {
  readonly failures: number
  readonly retries: number
}

export const addRetries = (counts: ErrorCounts, { failures, retries }: RetryCounts): void => {
  counts.failures += failures
  counts.retries += retries
}
