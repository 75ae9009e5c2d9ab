import type { Connection } from './kafkajs-types.ts'

/** A request whose body the caller encoded. */
export interface RawRequest {
  readonly apiKey: number
  readonly apiVersion: number
  /** The request's fields, without length and header. Written as it is, in pieces if there are several; never copied. */
  readonly body: Buffer | readonly Uint8Array[]
  /** Whether this version has the header with tagged fields (request header v2). Default false. */
  readonly flexibleRequest?: boolean
  /** Whether the answer has the header with tagged fields (response header v1; ApiVersions never has). Default false. */
  readonly flexibleResponse?: boolean
  /** False for Produce with acks=0: settles, with an empty buffer, as soon as the request was written. Default true. */
  readonly expectResponse?: boolean
  /** Default: the client's request.timeout.ms. */
  readonly timeoutMs?: number
  /** Which of the broker's connections to use. Default: by the kind of request. */
  readonly lane?: Lane
}

/**
 * A broker answers one connection's requests one after the other, so what may wait long goes its own way: `fetch` for Fetch,
 * `group` for what concerns a consumer group (as in the Java client), `main` for everything else. `fetch-aside` passes a
 * fetch that waits long.
 */
export type Lane = 'main' | 'fetch' | 'group' | 'fetch-aside'

export const LANES: readonly Lane[] = ['main', 'fetch', 'group', 'fetch-aside']

export const laneOf = ({ apiKey, lane }: RawRequest): Lane => lane ?? LANE_OF_API.get(apiKey) ?? 'main'

// Fetch; OffsetCommit, OffsetFetch, JoinGroup, Heartbeat, LeaveGroup, SyncGroup
const LANE_OF_API: ReadonlyMap<number, Lane> = new Map<number, Lane>([
  [1, 'fetch'],
  [8, 'group'],
  [9, 'group'],
  [11, 'group'],
  [12, 'group'],
  [13, 'group'],
  [14, 'group'],
])

/**
 * Sends on a connection that is open and authenticated. Resolves with the answer's body (after correlation id and tags).
 * Rejects with kafkajs's errors.
 */
export const sendRaw = (connection: Connection, request: RawRequest, timeoutMs: number): Promise<Buffer> =>
  new Promise((resolve, reject) => {
    const { apiKey, apiVersion, body, flexibleResponse = false } = request
    const correlationId = connection.nextCorrelationId()
    const queue = connection.requestQueue
    try {
      queue.push({
        entry: {
          apiKey,
          apiName: 'Request',
          apiVersion,
          correlationId,
          resolve: ({ payload }) => {
            if (payload === null) resolve(Buffer.alloc(0))
            else resolve(flexibleResponse ? withoutTags(payload) : payload)
          },
          reject,
        },
        expectResponse: request.expectResponse ?? true,
        requestTimeout: timeoutMs,
        sendRequest: () => {
          const { socket } = connection
          if (socket === undefined || !connection.isConnected()) throw new Error('Connection closed')
          const pieces = Buffer.isBuffer(body) ? [body] : body
          let size = 0
          for (const piece of pieces) size += piece.length
          socket.cork() // length, header and body leave together
          socket.write(frameHeader(request, connection.clientId, correlationId, size))
          for (const piece of pieces) socket.write(piece)
          socket.uncork()
        },
      })
    } catch (error) {
      queue.inflight.delete(correlationId)
      reject(error)
    }
  })

/**
 * ```
 * length int32 | api_key int16 | api_version int16 | correlation_id int32 | client_id int16 length + bytes | [tags: 0x00]
 * ```
 */
const frameHeader = (request: RawRequest, clientId: string, correlationId: number, bodySize: number): Buffer => {
  const clientIdSize = Buffer.byteLength(clientId)
  const size = 14 + clientIdSize + (request.flexibleRequest ? 1 : 0)
  const header = Buffer.allocUnsafe(size)
  header.writeInt32BE(size - 4 + bodySize, 0)
  header.writeInt16BE(request.apiKey, 4)
  header.writeInt16BE(request.apiVersion, 6)
  header.writeInt32BE(correlationId, 8)
  header.writeInt16BE(clientIdSize, 12)
  header.write(clientId, 14)
  if (request.flexibleRequest) header[size - 1] = 0
  return header
}

/** Skips the tagged fields at the start: a count, then for each its tag, its size and that many bytes. */
const withoutTags = (payload: Buffer): Buffer => {
  let at = 0
  const unsigned = (): number => {
    let value = 0
    for (let shift = 0; ; shift += 7) {
      const byte = payload.readUInt8(at++)
      value += (byte & 0x7f) * 2 ** shift
      if (byte < 0x80) return value
    }
  }
  for (let left = unsigned(); left > 0; left--) {
    unsigned() // the tag
    const size = unsigned()
    at += size
  }
  return payload.subarray(at)
}
