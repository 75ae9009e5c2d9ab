import type { SchemaName } from './openapi-schemas.ts'

export type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'

/** What a handler gets to know of a request. */
export interface RestRequest {
  /** A path parameter, decoded. */
  param(name: string): string
  readonly query: URLSearchParams
  /** The body as text; undefined when there is none. */
  readonly body: string | undefined
  /** The address that the client used, such as `http://127.0.0.1:8083`. */
  readonly origin: string
}

export interface Answer {
  readonly status: number
  /** Written as JSON; undefined: no body. */
  readonly body?: unknown
  /** In place of a body, for a route of text. */
  readonly text?: string
  readonly location?: string
}

/** One endpoint. The OpenAPI document and the 405 and OPTIONS answers are made from the same table. */
export interface Route {
  readonly method: Method
  /** `/connectors/:connector/tasks/:task`; a parameter called `task` takes numbers only. */
  readonly path: string
  readonly summary: string
  readonly query?: Readonly<Record<string, string>>
  readonly body?: SchemaName
  /** Media type of a route that answers with text, whatever the client says it accepts. */
  readonly text?: string
  /** By status: what it means, and what the body looks like (undefined: no body). */
  readonly answers: Readonly<Record<number, readonly [meaning: string, schema?: SchemaName]>>
  handle(request: RestRequest): Promise<Answer> | Answer
}

export const ok = (body: unknown): Answer => ({ status: 200, body })
export const accepted = (body?: unknown): Answer => ({ status: 202, body })
export const noContent: Answer = { status: 204 }

/** Whether a query parameter is there and says `true`; `whenMissing` without it. */
export const flag = (query: URLSearchParams, name: string, whenMissing: boolean): boolean => {
  const value = query.get(name)
  return value === null ? whenMissing : value.toLowerCase() === 'true'
}
