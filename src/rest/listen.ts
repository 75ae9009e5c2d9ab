/** The ports of the REST API: open before there is anything to say, closed after the last answer. */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import { createServer as createTlsServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import type { TlsOptions } from 'node:tls'
import { type Listener, parseListener } from '../config/listeners.ts'
import { settledWithin } from '../runtime/wait.ts'
import type { OpenListener } from './worker-id.ts'

export type Serve = (request: IncomingMessage, response: ServerResponse) => void

export interface OpenPort extends OpenListener {
  /** Such as `http://127.0.0.1:8083`. */
  readonly url: string
  /** Takes no more connections, lets running requests end for at most `ms`, then cuts them off. */
  close(ms: number): Promise<void>
}

/** A listener without a host: nobody outside asked for the API, so nobody outside gets it. */
const LOOPBACK = '127.0.0.1'

const MAX_CONNECTIONS = 1000

/** @throws Error naming the setting and the listener when the port is taken or the address is not this machine's */
export const openPort = async (
  setting: string,
  text: string,
  tls: () => TlsOptions,
  serve: Serve,
): Promise<OpenPort> => {
  const listener = parseListener(text)
  const server =
    listener.scheme === 'https' ? createTlsServer({ ...tls(), ...LIMITS }, serve) : createServer(LIMITS, serve)
  server.maxConnections = MAX_CONNECTIONS
  await listen(server, listener).catch((error: unknown) => {
    throw new Error(`${setting}: ${text} cannot be opened: ${reasonOf(error, listener)}`, { cause: error })
  })
  server.on('error', () => undefined) // after this only single connections fail, and they tell themselves
  const { address, port } = server.address() as AddressInfo
  const host = listener.host === '' ? address : listener.host
  return {
    listener,
    address: { host: address, port },
    url: `${listener.scheme}://${host.includes(':') ? `[${host}]` : host}:${port}`,
    async close(ms) {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()))
      server.closeIdleConnections()
      if (await settledWithin(closed, ms)) return
      server.closeAllConnections()
      await closed
    },
  }
}

/** Slow senders are cut off; a large body over a slow line still gets through. */
const LIMITS = { maxHeaderSize: 16_384, headersTimeout: 30_000, requestTimeout: 120_000 }

const listen = (server: Server, { host, port }: Listener): Promise<void> =>
  new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen({ port, host: host === '' ? LOOPBACK : host }, () => {
      server.removeListener('error', reject)
      resolve()
    })
  })

const reasonOf = (error: unknown, { port }: Listener): string => {
  switch ((error as { code?: unknown }).code) {
    case 'EADDRINUSE':
      return `port ${port} is in use; is another worker running?`
    case 'EADDRNOTAVAIL':
    case 'ENOTFOUND':
      return 'this machine has no such address'
    case 'EACCES':
      return `port ${port} is reserved for the system`
    default:
      return error instanceof Error ? error.message : String(error)
  }
}
