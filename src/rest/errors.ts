/** Which status an error becomes. */
import { JsonShapeError } from '../config/json-shape.ts'
import { ConfigParseError } from '../config/parse.ts'
import { ConfigError } from '../plugin/errors.ts'
import { PluginVersionError } from '../plugin/find-plugins.ts'
import { HerderError } from '../runtime/herder-error.ts'
import type { Answer } from './route.ts'

/** A request that cannot be answered as it is; `message` is for the user. */
export class RestError extends Error {
  override readonly name = 'RestError'
  readonly status: number
  constructor(status: number, message: string) {
    super(message)
    this.status = status
  }
}

export const badRequest = (message: string): RestError => new RestError(400, message)
export const notFound = (message: string): RestError => new RestError(404, message)

/** 500 for what nobody foresaw: then the message is the error's own, as on the JVM. */
export const errorAnswer = (error: unknown): Answer & { readonly body: ErrorBody } => {
  const message = error instanceof Error ? error.message : String(error)
  return errorBody(statusOf(error), message === '' ? 'Unexpected error' : message)
}

export interface ErrorBody {
  readonly error_code: number
  readonly message: string
}

export const errorBody = (status: number, message: string): Answer & { readonly body: ErrorBody } => ({
  status,
  body: { error_code: status, message },
})

const STATUS_TEXTS: Readonly<Record<number, string>> = {
  404: 'Not Found',
  405: 'Method Not Allowed',
  406: 'Not Acceptable',
  415: 'Unsupported Media Type',
}

/** What the server itself refuses, in the JVM's words: `HTTP 404 Not Found`. */
export const httpError = (status: 404 | 405 | 406 | 415): RestError =>
  new RestError(status, `HTTP ${status} ${STATUS_TEXTS[status]}`)

const BAD_REQUESTS = [ConfigError, ConfigParseError, PluginVersionError, JsonShapeError]

const statusOf = (error: unknown): number => {
  if (error instanceof RestError || error instanceof HerderError) return error.status
  if (BAD_REQUESTS.some((kind) => error instanceof kind)) return 400
  return 500
}
