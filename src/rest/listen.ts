/** The ports of the REST API: open before there is anything to say, closed after the last answer. */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import { createServer as createTlsServer, Server as TlsServer } from 'node:https'
import type { AddressInfo, Socket } from 'node:net'
import type { Duplex } from 'node:stream'
import type { TlsOptions } from 'node:tls'
import { type Listener, parseListener } from '../config/listeners.ts'
import { settledWithin } from '../runtime/wait.ts'
import { errorBody } from './errors.ts'
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
  const requests = watchRequests(server)
  await listen(server, listener).catch((error: unknown) => {
    throw new Error(`${setting}: ${text} cannot be opened: ${reasonOf(error, listener)}`, { cause: error })
  })
  server.on('clientError', refuse)
  server.on('error', () => undefined) // after this only single connections fail, and they tell themselves
  const { address, port } = server.address() as AddressInfo
  const host = listener.host === '' ? address : listener.host
  return {
    listener,
    address: { host: address, port },
    url: `${listener.scheme}://${host.includes(':') ? `[${host}]` : host}:${port}`,
    async close(ms) {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()))
      requests.dropUnasked()
      // Whoever has not sent all of a request by now keeps nobody waiting.
      if (await settledWithin(closed, Math.min(ms, UNSENT_MS))) return
      requests.dropUnsent()
      if (await settledWithin(closed, ms - UNSENT_MS)) return
      server.closeAllConnections()
      await closed
    },
  }
}

/**
 * Slow senders are cut off; a large body over a slow line still gets through. A request without a host is refused where the
 * others are.
 */
const LIMITS = { maxHeaderSize: 16_384, headersTimeout: 30_000, requestTimeout: 120_000, requireHostHeader: false }

const UNSENT_MS = 1000

/** Tells connections that wait for an answer from those that hold a closing server up for nothing. */
const watchRequests = (server: Server) => {
  const waiting = new Map<Socket, IncomingMessage | undefined>()
  server.on(server instanceof TlsServer ? 'secureConnection' : 'connection', (socket: Socket) => {
    waiting.set(socket, undefined)
    socket.once('close', () => waiting.delete(socket))
  })
  server.on('request', (request, response) => {
    const { socket } = request
    if (!waiting.has(socket)) return
    waiting.set(socket, request)
    response.once('close', () => {
      if (waiting.get(socket) === request) waiting.set(socket, undefined)
    })
  })
  const drop = (isInVain: (request: IncomingMessage | undefined) => boolean): void => {
    for (const [socket, request] of waiting) if (isInVain(request)) socket.destroySoon()
  }
  return {
    dropUnasked: () => drop((request) => request === undefined),
    dropUnsent: () => drop((request) => request?.complete !== true),
  }
}

/** What cannot be understood as a request at all. */
const refuse = (error: NodeJS.ErrnoException, socket: Duplex): void => {
  // An answer that is under way cannot be taken back.
  const { _httpMessage: current } = socket as { readonly _httpMessage?: ServerResponse }
  if (error.code === 'ECONNRESET' || !socket.writable || current?.headersSent) {
    socket.destroy()
    return
  }
  const [status, reason] = REFUSALS[error.code ?? ''] ?? [400, 'Bad Request']
  const body = JSON.stringify(errorBody(status, `HTTP ${status} ${reason}`).body)
  const head = `HTTP/1.1 ${status} ${reason}\r\nContent-Type: application/json\r\nContent-Length: ${body.length}\r\nConnection: close`
  socket.end(`${head}\r\n\r\n${body}`)
}

const REFUSALS: Readonly<Record<string, readonly [number, string]>> = {
  HPE_HEADER_OVERFLOW: [431, 'Request Header Fields Too Large'],
  HPE_CHUNK_EXTENSIONS_OVERFLOW: [413, 'Content Too Large'],
  ERR_HTTP_REQUEST_TIMEOUT: [408, 'Request Timeout'],
}

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
