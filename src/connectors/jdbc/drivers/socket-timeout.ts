import type { Socket } from 'node:net'

/**
 * What the JVM's drivers call `socketTimeout`: a server that says nothing for so long, while an answer is waited for, counts as
 * gone. Silence while nothing is waited for, or while we do not read, is nobody's fault.
 */
export class SocketTimeout {
  readonly #socket: Socket
  readonly #ms: number
  #waiting = 0

  /** @param ms above 0 @param cut is to end the connection, and with it what is waited for */
  constructor(socket: Socket, ms: number, cut: (error: Error) => void) {
    this.#ms = ms
    this.#socket = socket
    socket.on('timeout', () => {
      if (this.#waiting > 0) cut(new Error(`Read timed out: no answer within ${ms} ms (socketTimeout)`))
      // It rings once; an answer may be waited for without anything being sent first
      else socket.setTimeout(ms)
    })
    socket.setTimeout(ms)
  }

  /** Waits for an answer of the server. */
  async waitFor<T>(answer: Promise<T>): Promise<T> {
    if (this.#waiting++ === 0) this.#socket.setTimeout(this.#ms)
    try {
      return await answer
    } finally {
      this.#waiting--
    }
  }
}
