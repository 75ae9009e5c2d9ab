import { ConfigError, ConnectError, DataError, RetriableError } from '../../plugin/errors.ts'
import { readableError } from '../readable-error.ts'

/** An error on its way between two threads: what instanceof, logs and traces need of it. */
export interface ErrorMessage {
  readonly kind: 'retriable' | 'config' | 'data' | 'connect' | 'other'
  readonly name: string
  readonly message: string
  readonly stack: string | undefined
  readonly cause: ErrorMessage | undefined
  /** `code` and `retriable`, where it has them. */
  readonly more: Readonly<Record<string, string | number | boolean>>
}

const MOST_CAUSES = 20

/** Never throws. */
export const errorMessage = (thrown: unknown, depth = 0): ErrorMessage => {
  const error = readableError(thrown)
  const { name, message, stack, cause } = error
  const more: Record<string, string | number | boolean> = {}
  for (const key of ['code', 'retriable']) {
    const value = (error as unknown as Readonly<Record<string, unknown>>)[key]
    if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean') more[key] = value
  }
  const hasCause = cause !== undefined && cause !== null && depth < MOST_CAUSES
  return {
    kind: kindOf(error),
    name,
    message,
    stack,
    cause: hasCause ? errorMessage(cause, depth + 1) : undefined,
    more,
  }
}

const kindOf = (error: Error): ErrorMessage['kind'] => {
  if (error instanceof RetriableError) return 'retriable'
  if (error instanceof ConfigError) return 'config'
  if (error instanceof DataError) return 'data'
  return error instanceof ConnectError ? 'connect' : 'other'
}

const CLASSES = { retriable: RetriableError, config: ConfigError, data: DataError, connect: ConnectError, other: Error }

/** The same error for this thread. */
export const errorOf = ({ kind, name, message, stack, cause, more }: ErrorMessage): Error => {
  const error = new CLASSES[kind](message, cause === undefined ? undefined : { cause: errorOf(cause) })
  if (error.name !== name) Object.defineProperty(error, 'name', { value: name, configurable: true, writable: true })
  if (stack !== undefined) error.stack = stack
  return Object.assign(error, more)
}
