import type { Socket } from 'node:net'
import { errorCode } from '../protocol/error-codes.ts'
import { readRequestHeader } from '../protocol/message.ts'
import { inVersions } from '../protocol/message-field.ts'
import { ProtocolError } from '../protocol/protocol-error.ts'
import { Reader } from '../protocol/reader.ts'
import { Writer } from '../protocol/writer.ts'
import { unsupportedApiVersions } from './apis/api-versions.ts'
import type { Broker } from './broker.ts'
import type { ConnectionContext } from './connection-context.ts'
import type { Answer } from './encode-answer.ts'
import { newFrames } from './frames.ts'
import type { Handlers } from './handler.ts'

/** While so many bytes wait for their turn, the socket is not read ... */
const pauseAbove = 8 * 1024 * 1024
/** ... but so often, a little: otherwise nobody would notice that the client has gone. */
const lookEveryMs = 250

const keys = { produce: 0, saslHandshake: 17, apiVersions: 18, saslAuthenticate: 36 } as const
const allowedBeforeLogin: ReadonlySet<number> = new Set([keys.saslHandshake, keys.apiVersions, keys.saslAuthenticate])

/**
 * Serves one client: requests one after the other, answers in their order. A malformed request ends this connection with a
 * line in the log; others do not notice.
 */
export const serveConnection = (socket: Socket, broker: Broker, handlers: Handlers): void => {
  const { maxProduceBytes, maxRequestBytes } = broker.limits
  const frames = newFrames((apiKey) => (apiKey === keys.produce ? maxProduceBytes : maxRequestBytes))
  const closed = new AbortController()
  const client = `${socket.remoteAddress ?? 'unknown'}:${socket.remotePort ?? 0}`
  const connection: ConnectionContext = {
    remoteHost: socket.remoteAddress ?? '',
    localHost: socket.localAddress ?? '127.0.0.1',
    signal: closed.signal,
    saslMechanism: undefined,
    isAuthenticated: broker.sasl === undefined,
  }
  let isBusy = false
  let isPaused = false
  let nextLook: NodeJS.Timeout | undefined

  const end = (problem: unknown): void => {
    if (!socket.destroyed) {
      const text = problem instanceof ProtocolError ? problem.message : String((problem as Error)?.stack ?? problem)
      broker.log(`Closing the connection of ${client}: ${text}`)
    }
    socket.destroy()
  }
  const send = (answer: Answer): void => {
    if (socket.destroyed) return
    if (answer.length === 1) {
      socket.write(answer[0]!)
      return
    }
    socket.cork()
    for (const part of answer) socket.write(part)
    socket.uncork()
  }
  const pump = (): void => {
    while (!isBusy && !socket.destroyed && !socket.writableNeedDrain) {
      const frame = frames.next()
      if (frame === undefined) break
      try {
        const answer = dispatch(frame)
        if (answer instanceof Promise) {
          isBusy = true
          answer.then((parts) => {
            isBusy = false
            send(parts)
            pump()
          }, end)
        } else send(answer)
      } catch (error) {
        end(error)
      }
    }
    const pause = frames.bytes > pauseAbove && (isBusy || socket.writableNeedDrain)
    if (pause === isPaused) return
    isPaused = pause
    clearTimeout(nextLook)
    if (pause) {
      socket.pause()
      nextLook = setTimeout(resume, lookEveryMs).unref()
    } else socket.resume()
  }
  const resume = (): void => {
    isPaused = false
    socket.resume()
  }
  const dispatch = (frame: Buffer): Answer | Promise<Answer> => {
    const reader = new Reader(frame)
    const header = readRequestHeader(reader)
    const { apiKey, apiVersion, correlationId } = header
    if (!connection.isAuthenticated && !allowedBeforeLogin.has(apiKey)) {
      throw new ProtocolError(`A request (api key ${apiKey}) before SASL authentication`)
    }
    const handler = handlers.get(apiKey)
    if (handler !== undefined && inVersions(handler.versions, apiVersion)) {
      return handler.answer(reader, header, { broker, connection })
    }
    if (apiKey === keys.apiVersions) return unsupportedApiVersions(correlationId, handlers)
    return unsupportedVersion(correlationId)
  }

  socket.setNoDelay(true)
  socket.on('data', (chunk: Buffer) => {
    try {
      frames.push(chunk)
    } catch (error) {
      end(error)
      return
    }
    pump()
  })
  socket.on('drain', pump)
  socket.on('error', () => socket.destroy()) // the client is gone: nothing that it has not seen itself
  socket.on('close', () => {
    clearTimeout(nextLook)
    closed.abort()
  })
}

/** The layout of an answer that we do not know: only its error. */
const unsupportedVersion = (correlationId: number): Answer => {
  const writer = new Writer(16)
  writer.int32(6)
  writer.int32(correlationId)
  writer.int16(errorCode('UNSUPPORTED_VERSION'))
  return [writer.written()]
}
