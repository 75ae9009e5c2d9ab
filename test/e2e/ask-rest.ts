import type { OurWorker } from '../helpers/our-worker.ts'

export interface RestAnswer {
  readonly status: number
  // biome-ignore lint/suspicious/noExplicitAny: what an answer holds, each test says
  readonly json: any
}

/** Asks the worker's REST API: `POST /connectors`, with a body as JSON. */
export const askRest = async (worker: OurWorker, request: string, body?: unknown): Promise<RestAnswer> => {
  const [method = 'GET', path = '/'] = request.split(' ')
  const answer = await fetch(worker.restUrl() + path, {
    method,
    ...(body === undefined ? {} : { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } }),
    signal: AbortSignal.timeout(90_000),
  })
  const text = await answer.text()
  return { status: answer.status, json: text === '' ? undefined : JSON.parse(text) }
}
