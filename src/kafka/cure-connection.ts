import type { AnswerMemory } from './answer-memory.ts'
import { assembleAnswers } from './assemble-answers.ts'
import { cureRequestQueue } from './cure-request-queue.ts'
import type { Connection } from './kafkajs-types.ts'
import { AUTHENTICATE_SYMBOL } from './kafkajs-types.ts'

/**
 * Makes one kafkajs connection safe to lose and to open again while requests go on:
 * - nothing of an old socket (half an answer, a late end) reaches the connection that replaced it;
 * - closing fails what is still waiting at once, instead of waiting for it;
 * - two callers never open two sockets for one connection;
 * - a renewed SASL log-in waits for the answers under way, which kafkajs would take for the log-in's own.
 */
export const cureConnection = (connection: Connection, closedError: () => Error, memory: AnswerMemory): void => {
  cureRequestQueue(connection.requestQueue)
  // kafkajs also counts "disconnecting" as connected, and then writes to a socket that has ended.
  connection.isConnected = () => connection.connectionStatus === 'connected'
  const forgetAnswer = assembleAnswers(connection, memory)
  reopenCleanly(connection, closedError, forgetAnswer)
  noticeSilentClose(connection)
  authenticateBetweenRequests(connection)
}

const LENGTH_PREFIX_BYTES = 4

const reopenCleanly = (connection: Connection, closedError: () => Error, forgetAnswer: () => void): void => {
  const connect = connection.connect.bind(connection)
  const disconnect = connection.disconnect.bind(connection)
  let opening: Promise<boolean> | undefined
  let closing: Promise<boolean> | undefined

  const open = async (): Promise<boolean> => {
    await closing
    if (connection.isConnected()) return true
    forgetAnswer()
    connection.chunks = []
    connection.bytesBuffered = 0
    connection.bytesNeeded = LENGTH_PREFIX_BYTES
    connection.authHandlers = null
    try {
      return await connect()
    } catch (error) {
      detach(connection.socket)
      connection.socket?.destroy()
      throw error
    }
  }
  const close = async (): Promise<boolean> => {
    const { socket } = connection
    connection.rejectRequests(closedError())
    if (opening !== undefined) {
      // An attempt under way ends through kafkajs's own error listener, which also stops its timer.
      socket?.destroy(closedError())
    } else {
      // At once: requests in its queue are not copies, and may change when they are sent again elsewhere.
      detach(socket)
      socket?.destroy()
      connection.socket = undefined
    }
    await disconnect()
    return true
  }
  connection.connect = () => {
    opening ??= open().finally(() => {
      opening = undefined
    })
    return opening
  }
  connection.disconnect = () => {
    closing ??= close().finally(() => {
      closing = undefined
    })
    return closing
  }
}

const detach = (socket: Connection['socket']): void => {
  for (const event of ['data', 'end', 'error', 'timeout']) socket?.removeAllListeners(event)
  socket?.on('error', () => {}) // whatever still happens to it is of no interest
  socket?.resume()
}

/** kafkajs hears only of an orderly end and of errors. */
const noticeSilentClose = (connection: Connection): void => {
  const create = connection.socketFactory
  connection.socketFactory = (options) => {
    const socket = create(options)
    socket.once('close', () => {
      if (connection.socket === socket && connection.isConnected()) void connection.disconnect()
    })
    return socket
  }
}

const authenticateBetweenRequests = (connection: Connection): void => {
  const symbol = Object.getOwnPropertySymbols(connection).find(({ description }) => description === AUTHENTICATE_SYMBOL)
  if (symbol === undefined) return // without it kafkajs works as it comes; a test notices
  const methods = connection as unknown as Record<symbol, () => Promise<void>>
  const authenticate = methods[symbol] as () => Promise<void>
  let running: Promise<void> | undefined
  const run = async (): Promise<void> => {
    if (connection.authenticatedAt !== null) await connection.requestQueue.waitForPendingRequests()
    await authenticate()
  }
  methods[symbol] = () => {
    running ??= run().finally(() => {
      running = undefined
    })
    return running
  }
}
