import { ProtocolError } from '../protocol/protocol-error.ts'

/** Cuts what comes in on a connection into messages (without their size). */
export interface Frames {
  /** @throws ProtocolError when a message says that it is larger than `limitOf` allows, or negative */
  push(chunk: Buffer): void
  /** The next message that is there in full. */
  next(): Buffer | undefined
  /** Bytes that wait, of complete messages and of the one that is coming in. */
  readonly bytes: number
}

const nothing = Buffer.alloc(0)

/** @param limitOf most bytes of a message, by its api key */
export const newFrames = (limitOf: (apiKey: number) => number): Frames => {
  const ready: Buffer[] = []
  let readyBytes = 0
  let rest: Buffer = nothing
  /** Parts of a message that is larger than a chunk: nothing is allocated for bytes that have only been announced. */
  let parts: Buffer[] = []
  let partBytes = 0
  let wanted = -1

  const begin = (): void => {
    while (rest.length >= 6) {
      const size = rest.readInt32BE(0)
      const limit = limitOf(rest.readInt16BE(4))
      if (size < 4 || size > limit) throw new ProtocolError(`A request of ${size} bytes (4 to ${limit} are accepted)`)
      if (rest.length - 4 < size) {
        wanted = size
        parts = [rest.subarray(4)]
        partBytes = rest.length - 4
        rest = nothing
        return
      }
      add(rest.subarray(4, 4 + size))
      rest = rest.subarray(4 + size)
    }
  }
  const add = (frame: Buffer): void => {
    ready.push(frame)
    readyBytes += frame.length
  }
  return {
    push: (chunk) => {
      if (wanted < 0) {
        rest = rest.length === 0 ? chunk : Buffer.concat([rest, chunk])
        begin()
        return
      }
      const missing = wanted - partBytes
      parts.push(missing < chunk.length ? chunk.subarray(0, missing) : chunk)
      partBytes += chunk.length
      if (partBytes < wanted) return
      add(Buffer.concat(parts, wanted))
      parts = []
      partBytes = 0
      wanted = -1
      rest = missing < chunk.length ? chunk.subarray(missing) : nothing
      begin()
    },
    next: () => {
      const frame = ready.shift()
      if (frame !== undefined) readyBytes -= frame.length
      return frame
    },
    get bytes() {
      return readyBytes + partBytes + rest.length
    },
  }
}
