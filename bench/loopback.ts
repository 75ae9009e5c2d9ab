import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import { Worker } from 'node:worker_threads'

/** Takes all bytes and answers with nothing, on a thread of its own. */
const SWALLOWER = `
const { parentPort } = require('node:worker_threads')
const server = require('node:net').createServer((socket) => socket.resume())
server.listen(0, '127.0.0.1', () => parentPort.postMessage(server.address().port))
`

export interface Loopback {
  /** Resolves when the operating system has all of it. */
  write(pieces: readonly Uint8Array[]): Promise<void>
  close(): Promise<void>
}

/** A TCP connection to a reader that does nothing: the limit of what any client can send here. */
export const openLoopback = async (): Promise<Loopback> => {
  const reader = new Worker(SWALLOWER, { eval: true })
  const [port] = (await once(reader, 'message')) as [number]
  const socket: Socket = connect(port, '127.0.0.1')
  await once(socket, 'connect')
  return {
    write: (pieces) =>
      new Promise((resolve, reject) => {
        socket.cork()
        for (const [index, piece] of pieces.entries()) {
          socket.write(piece, (error) => {
            if (error) reject(error)
            else if (index === pieces.length - 1) resolve()
          })
        }
        socket.uncork()
      }),
    async close() {
      socket.destroy()
      await reader.terminate()
    },
  }
}
