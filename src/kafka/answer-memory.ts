/** Shorter answers are views on what the socket read. */
export const LONG_ANSWER_BYTES = 64 * 1024
/** Memory that waits to be used again. */
const MOST_FREE_BYTES = 16 * 1024 * 1024
/** A short answer in long memory would waste it. */
const MOST_TIMES_TOO_LONG = 4

/**
 * The memory that long answers are put together in. What is given back is used for the next ones: memory of fetch responses
 * that is left to the garbage collector lives too long to be collected cheaply.
 */
export class AnswerMemory {
  #free: Buffer[] = []
  #freeBytes = 0
  readonly #own = new WeakSet<ArrayBufferLike>()

  /** So many bytes, with anything in them. */
  take(bytes: number): Buffer {
    let best = -1
    for (let i = 0; i < this.#free.length; i++) {
      const { length } = this.#free[i]!
      if (length < bytes || length > bytes * MOST_TIMES_TOO_LONG) continue
      if (best < 0 || length < this.#free[best]!.length) best = i
    }
    if (best >= 0) {
      const [found] = this.#free.splice(best, 1)
      this.#freeBytes -= found!.length
      return found!.subarray(0, bytes)
    }
    const made = Buffer.allocUnsafeSlow(Math.ceil(bytes / LONG_ANSWER_BYTES) * LONG_ANSWER_BYTES)
    this.#own.add(made.buffer)
    return made.subarray(0, bytes)
  }

  /** `part`: any view on an answer that nobody looks at any more, in whatever part. */
  giveBack(part: Buffer): void {
    const { buffer } = part
    if (!this.#own.has(buffer) || this.#freeBytes + buffer.byteLength > MOST_FREE_BYTES) return
    this.#freeBytes += buffer.byteLength
    this.#free.push(Buffer.from(buffer))
  }

  /** Leaves what waits to be used again to the garbage collector. */
  clear(): void {
    this.#free = []
    this.#freeBytes = 0
  }
}
