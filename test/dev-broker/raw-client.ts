import { connect, type Socket } from 'node:net'
import {
  type Api,
  decodeResponse,
  encodeRequest,
  type RequestInput,
  type ResponseOf,
} from '../../src/protocol/message.ts'
import { within } from '../helpers/processes.ts'

/** A connection that sends what a test says, through our own tables and nothing else. */
export interface RawClient {
  readonly socket: Socket
  call<A extends Api>(api: A, version: number, body: Body<A>): Promise<ResponseOf<A>>
  /** Sends bytes (with their size) as they are. @returns the answer without its size */
  send(bytes: Buffer): Promise<Buffer>
  /** Resolves when the other side has closed the connection. */
  readonly closed: Promise<void>
  close(): void
}

/** throttleTimeMs and the like are not asked for. */
export type Body<A> = RequestInput<A>

const answerMs = 60_000

export const rawClient = async (bootstrap: string, clientId = 'raw'): Promise<RawClient> => {
  const at = bootstrap.lastIndexOf(':')
  const socket = connect(Number(bootstrap.slice(at + 1)), bootstrap.slice(0, at))
  socket.setNoDelay(true)
  const waiting: { resolve: (bytes: Buffer) => void; reject: (error: Error) => void }[] = []
  let received = Buffer.alloc(0)
  socket.on('data', (chunk: Buffer) => {
    received = Buffer.concat([received, chunk])
    while (received.length >= 4 && received.length >= 4 + received.readInt32BE(0)) {
      const end = 4 + received.readInt32BE(0)
      waiting.shift()?.resolve(received.subarray(4, end))
      received = received.subarray(end)
    }
  })
  const closed = new Promise<void>((resolve) => {
    socket.once('close', () => {
      for (const { reject } of waiting) reject(new Error('The broker closed the connection'))
      resolve()
    })
  })
  await new Promise<void>((resolve, reject) => {
    socket.once('connect', resolve)
    socket.once('error', reject)
  })
  socket.on('error', () => undefined) // what waits is told by the close
  const send = (bytes: Buffer): Promise<Buffer> =>
    within(
      new Promise<Buffer>((resolve, reject) => {
        if (socket.destroyed) return reject(new Error('The connection is closed'))
        waiting.push({ resolve, reject })
        socket.write(bytes)
      }),
      answerMs,
      'an answer',
    )
  let correlationId = 0
  return {
    socket,
    closed,
    send,
    call: async (api, version, body) => {
      const id = ++correlationId
      const answer = decodeResponse(
        api,
        version,
        await send(encodeRequest(api, version, { correlationId: id, clientId }, body)),
      )
      if (answer.correlationId !== id) throw new Error(`The answer to ${answer.correlationId} came for ${id}`)
      return answer.body
    },
    close: () => socket.destroy(),
  }
}
