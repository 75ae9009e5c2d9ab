/** The REST API of a worker that runs on the same worker file, for commands that work on both sides. */
import { type Listener, parseListener } from '../config/listeners.ts'
import { EXIT, ExitError } from './exit-codes.ts'

export interface WorkerAnswer {
  readonly status: number
  /** As it came. */
  readonly text: string
}

export interface RunningWorker {
  /** Without user and password. */
  readonly url: string
  ask(method: 'GET' | 'PATCH' | 'DELETE' | 'PUT', path: string, body?: string): Promise<WorkerAnswer>
}

const PROBE_MS = 3000
/** As long as the worker itself gives a request. */
const REQUEST_MS = 90_000

/**
 * Looks for a worker at these addresses, in this order.
 * @returns undefined when nobody answers; @throws ExitError when somebody does who wants a user, or whose certificate is not trusted
 */
export const findRunningWorker = async (addresses: readonly string[]): Promise<RunningWorker | undefined> => {
  for (const address of new Set(addresses)) {
    const worker = workerAt(address)
    const answer = await worker.probe()
    if (answer !== undefined) return worker
  }
  return undefined
}

/** Where a worker with these `listeners` can be reached from this machine; those on any free port are unknown. */
export const addressesOf = (listeners: readonly string[]): readonly string[] =>
  listeners
    .map(parseListener)
    .filter(({ port }) => port !== 0)
    .map((listener) => `${listener.scheme}://${hostOf(listener)}:${listener.port}`)

const hostOf = ({ host }: Listener): string => {
  if (host === '' || host === '0.0.0.0' || host === '::') return '127.0.0.1'
  return host.includes(':') ? `[${host}]` : host
}

const workerAt = (address: string): RunningWorker & { probe(): Promise<true | undefined> } => {
  const { url, authorization } = parseAddress(address)
  const send = async (method: string, path: string, body: string | undefined, ms: number): Promise<WorkerAnswer> => {
    const answer = await fetch(url + path, {
      method,
      headers: {
        accept: 'application/json',
        ...(authorization === undefined ? {} : { authorization }),
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      },
      ...(body === undefined ? {} : { body }),
      signal: AbortSignal.timeout(ms),
    })
    return { status: answer.status, text: await answer.text() }
  }
  return {
    url,
    ask: (method, path, body) => send(method, path, body, REQUEST_MS),
    async probe() {
      let answer: WorkerAnswer
      try {
        answer = await send('GET', '/', undefined, PROBE_MS)
      } catch (error) {
        const code = codeOf(error)
        if (!/CERT|SSL|TLS|SELF_SIGNED|UNABLE_TO/.test(code)) return undefined
        const hint = 'name the certificate of its authority in NODE_EXTRA_CA_CERTS, or use --offline'
        throw new ExitError(EXIT.usage, `The worker at ${url} has a certificate that is not trusted (${code}): ${hint}`)
      }
      if (answer.status === 401) {
        throw new ExitError(
          EXIT.usage,
          `The worker at ${url} wants a user: give --rest ${url.replace('://', '://USER:PASSWORD@')}`,
        )
      }
      return /"kafka_cluster_id"/.test(answer.text) ? true : undefined
    },
  }
}

const parseAddress = (address: string): { readonly url: string; readonly authorization: string | undefined } => {
  let parsed: URL
  try {
    parsed = new URL(address)
  } catch {
    throw new ExitError(EXIT.usage, `${address} is not an address such as http://127.0.0.1:8083`)
  }
  const { username, password, protocol, host } = parsed
  const user = `${decodeURIComponent(username)}:${decodeURIComponent(password)}`
  return {
    url: `${protocol}//${host}`,
    authorization: username === '' ? undefined : `Basic ${Buffer.from(user).toString('base64')}`,
  }
}

const codeOf = (error: unknown): string => {
  const cause = error instanceof Error ? error.cause : undefined
  return cause instanceof Error && 'code' in cause ? String(cause.code) : ''
}
