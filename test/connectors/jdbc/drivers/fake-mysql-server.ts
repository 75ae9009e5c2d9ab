/** Speaks just enough of MySQL's protocol for a connection of ours, and misbehaves where a test wants it to. */
import { createServer, type Socket } from 'node:net'

export interface FakeMysql {
  readonly port: number
  /** Connections that the client has not ended or cut yet. */
  open(): number
  close(): void
}

export interface FakeMysqlParts {
  /** Answers the statement that is run: whatever is to be written. Default: nothing, ever. */
  readonly result?: (socket: Socket) => void
  /** What follows the answer to a prepared statement, in one piece with it. */
  readonly afterColumns?: Buffer
  /** Whether a client is greeted. Default true. */
  readonly greets?: boolean
}

const packet = (sequence: number, ...parts: readonly Buffer[]): Buffer => {
  const body = Buffer.concat(parts)
  const head = Buffer.alloc(4)
  head.writeUIntLE(body.length, 0, 3)
  head[3] = sequence & 0xff
  return Buffer.concat([head, body])
}

const text = (value: string): Buffer => Buffer.concat([Buffer.of(value.length), Buffer.from(value)])

/** Protocol 4.1, secure connection, authentication plug-ins, transactions, database in the greeting. */
const CAPABILITIES = 0x00080000 | 0x8000 | 0x2000 | 0x200 | 0x9

const greeting = (): Buffer => {
  const high = Buffer.alloc(2)
  high.writeUInt16LE(CAPABILITIES >>> 16)
  const low = Buffer.alloc(2)
  low.writeUInt16LE(CAPABILITIES & 0xffff)
  return packet(
    0,
    ...[Buffer.of(10), Buffer.from('8.0.0\0'), Buffer.of(1, 0, 0, 0), Buffer.alloc(8, 1), Buffer.of(0), low],
    ...[Buffer.of(45, 2, 0), high, Buffer.of(21), Buffer.alloc(10), Buffer.alloc(12, 1), Buffer.of(0)],
    Buffer.from('mysql_native_password\0'),
  )
}

const ok = (sequence: number): Buffer => packet(sequence, Buffer.of(0, 0, 0, 2, 0, 0, 0))
const end = (sequence: number): Buffer => packet(sequence, Buffer.of(0xfe, 0, 0, 2, 0))
/** One column, a 32-bit integer named id. */
const column = (sequence: number): Buffer =>
  packet(sequence, ...['def', 'd', 't', 't', 'id', 'id'].map(text), Buffer.of(12, 63, 0, 11, 0, 0, 0, 3, 1, 0, 0, 0, 0))

/** The head of a result and its rows, the numbers from `from` to below `to`. */
export const rows = (to: number, from = 0): Buffer => {
  const parts = from > 0 ? [] : [packet(1, Buffer.of(1)), column(2), end(3)]
  for (let id = from; id < to; id++) {
    const row = Buffer.alloc(6)
    row.writeInt32LE(id, 2)
    parts.push(packet(4 + id, row))
  }
  return Buffer.concat(parts)
}

/** What MariaDB tells a connection that it ends. */
export const killed = (): Buffer => packet(0, Buffer.of(0xff, 0x87, 0x07), Buffer.from('#08S01Connection was killed'))

/** What stands behind so many rows. */
export const endOfRows = (count: number): Buffer => end(4 + count)

const CLOSE = 0x19
const QUERY = 0x03
const PREPARE = 0x16
const EXECUTE = 0x17

/** Listens on a free port of loopback. */
export const fakeMysql = async ({
  result,
  afterColumns = Buffer.alloc(0),
  greets = true,
}: FakeMysqlParts = {}): Promise<FakeMysql> => {
  const open = new Set<Socket>()
  const server = createServer((socket) => {
    open.add(socket)
    socket.on('close', () => open.delete(socket))
    socket.on('error', () => undefined)
    let greeted = false
    let seen: Buffer = Buffer.alloc(0)
    socket.on('data', (data) => {
      seen = Buffer.concat([seen, data])
      while (seen.length >= 4 && seen.length >= 4 + seen.readUIntLE(0, 3)) {
        const length = 4 + seen.readUIntLE(0, 3)
        const command = seen[4]
        seen = seen.subarray(length)
        if (!greeted) {
          greeted = true
          socket.write(ok(2))
        } else if (command === QUERY) socket.write(ok(1))
        else if (command === PREPARE) {
          const head = packet(1, Buffer.of(0, 1, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0))
          socket.write(Buffer.concat([head, column(2), end(3), afterColumns]))
        } else if (command === EXECUTE) result?.(socket)
        else if (command !== CLOSE) socket.end()
      }
    })
    if (greets) socket.write(greeting())
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    port: (server.address() as { port: number }).port,
    open: () => open.size,
    close: () => {
      server.close()
      for (const socket of open) socket.destroy()
    },
  }
}
