import type { Readable } from 'node:stream'
import { WireRows } from '../wire-rows.ts'

const DATA_ROW = 0x44
const READY_FOR_QUERY = 0x5a
/** A message's type and length. */
const HEAD = 5

type OnData = (chunk: Buffer) => void

/**
 * Takes the rows out of what a connection receives, as they are; every other message goes to those who listened before. Ends
 * by itself with the message that says that the server is ready for the next query.
 */
export const tapRows = (stream: Readable, onRows: (rows: WireRows, count: number) => void): void => {
  const listeners = stream.listeners('data') as OnData[]
  /** A message whose end has not come yet, and how many bytes there must be at least to go on. */
  let begun: Buffer[] = []
  let missing = 0

  const passOn = (bytes: Buffer): void => {
    for (const listener of listeners) listener.call(stream, bytes)
  }

  const end = (): void => {
    for (const listener of listeners) stream.on('data', listener)
    stream.removeListener('data', onData)
  }

  const onData = (chunk: Buffer): void => {
    missing -= chunk.length
    if (missing > 0) {
      begun.push(chunk)
      return
    }
    const bytes = begun.length === 0 ? chunk : Buffer.concat([...begun, chunk])
    let at = 0
    let rows = 0
    let rowsFrom = 0
    let next = HEAD
    for (; at + HEAD <= bytes.length; at = next) {
      next = at + 1 + bytes.readInt32BE(at + 1)
      if (next > bytes.length) break
      const type = bytes[at]
      if (type === DATA_ROW) {
        if (rows++ === 0) rowsFrom = at
      } else {
        if (rows > 0) onRows(new WireRows(bytes, rowsFrom, at), rows)
        rows = 0
        if (type === READY_FOR_QUERY) {
          end()
          passOn(bytes.subarray(at))
          return
        }
        passOn(bytes.subarray(at, next))
      }
    }
    if (rows > 0) onRows(new WireRows(bytes, rowsFrom, at), rows)
    begun = at === bytes.length ? [] : [bytes.subarray(at)]
    missing = Math.max(next, at + HEAD) - bytes.length
  }

  stream.on('data', onData)
  for (const listener of listeners) stream.removeListener('data', listener)
}
