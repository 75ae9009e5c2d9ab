/** One broker of node id 1 that answers what the test tells it to; ApiVersions and Metadata are answered by default. */
import { once } from 'node:events'
import { type AddressInfo, createServer, type Socket } from 'node:net'
import { createServer as createTlsServer, type TlsOptions } from 'node:tls'
import { encodeResponse } from '../../src/protocol/message.ts'
import { apiVersions } from '../../src/protocol/messages/api-versions.ts'
import { metadata } from '../../src/protocol/messages/metadata.ts'
import { Reader } from '../../src/protocol/reader.ts'

export interface SeenRequest {
  readonly apiKey: number
  readonly apiVersion: number
  readonly correlationId: number
  readonly clientId: string | null
  /** After the client id: with tagged fields if the version has them. */
  readonly rest: Buffer
  readonly socket: Socket
  /** Number of the connection it came on, from 0. */
  readonly connection: number
  /** Sends length, correlation id and these bytes. */
  answer(body: Buffer): void
}

export interface FakeBroker {
  readonly address: string
  readonly port: number
  readonly seen: SeenRequest[]
  readonly sockets: Socket[]
  stop(): Promise<void>
}

const RANGES = [
  { apiKey: 0, minVersion: 3, maxVersion: 9 },
  { apiKey: 1, minVersion: 4, maxVersion: 12 },
  { apiKey: metadata.key, minVersion: 0, maxVersion: 9 },
  { apiKey: 10, minVersion: 0, maxVersion: 2 },
  { apiKey: apiVersions.key, minVersion: 0, maxVersion: 4 },
  { apiKey: 17, minVersion: 0, maxVersion: 1 },
  { apiKey: 19, minVersion: 2, maxVersion: 7 },
  { apiKey: 36, minVersion: 0, maxVersion: 1 },
]

export const startFakeBroker = async (
  onRequest: (request: SeenRequest) => void = () => {},
  listenOn = 0,
  tls?: TlsOptions,
): Promise<FakeBroker> => {
  const seen: SeenRequest[] = []
  const sockets: Socket[] = []
  const serve = (socket: Socket): void => {
    const connection = sockets.push(socket) - 1
    let buffered = Buffer.alloc(0)
    socket.on('error', () => {})
    socket.on('data', (data) => {
      buffered = Buffer.concat([buffered, data])
      while (buffered.length >= 4 && buffered.length >= 4 + buffered.readInt32BE(0)) {
        const size = buffered.readInt32BE(0)
        take(buffered.subarray(4, 4 + size), socket, connection)
        buffered = buffered.subarray(4 + size)
      }
    })
  }
  const server = tls === undefined ? createServer(serve) : createTlsServer(tls, serve)
  const take = (frame: Buffer, socket: Socket, connection: number): void => {
    const reader = new Reader(frame)
    const header = {
      apiKey: reader.int16(),
      apiVersion: reader.int16(),
      correlationId: reader.int32(),
      clientId: reader.string(),
    }
    const answer = (body: Buffer): void => {
      const head = Buffer.alloc(8)
      head.writeInt32BE(4 + body.length, 0)
      head.writeInt32BE(header.correlationId, 4)
      socket.write(Buffer.concat([head, body]))
    }
    const request = { ...header, rest: frame.subarray(reader.position), socket, connection, answer }
    seen.push(request)
    const { apiKey, apiVersion, correlationId } = request
    if (apiKey === apiVersions.key) {
      socket.write(
        encodeResponse(apiVersions, apiVersion, correlationId, { errorCode: 0, apiKeys: RANGES, throttleTimeMs: 0 }),
      )
    } else if (apiKey === metadata.key) {
      const { port } = server.address() as AddressInfo
      socket.write(
        encodeResponse(metadata, apiVersion, correlationId, {
          throttleTimeMs: 0,
          brokers: [{ nodeId: 1, host: '127.0.0.1', port, rack: null }],
          clusterId: 'fake',
          controllerId: 1,
          topics: [
            {
              errorCode: 0,
              name: 'there',
              isInternal: false,
              partitions: [1, 0].map((partitionIndex) => ({
                errorCode: 0,
                partitionIndex,
                leaderId: 1,
                leaderEpoch: 4,
                replicaNodes: [1],
                isrNodes: [1],
                offlineReplicas: [],
              })),
            },
            { errorCode: 3, name: 'missing', isInternal: false, partitions: [] },
          ],
        }),
      )
    } else onRequest(request)
  }
  server.listen(listenOn, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  return {
    address: `127.0.0.1:${port}`,
    port,
    seen,
    sockets,
    stop: async () => {
      for (const socket of sockets) socket.destroy()
      server.close()
      if (server.listening) await once(server, 'close')
    },
  }
}
