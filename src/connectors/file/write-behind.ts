import type { LineTarget } from './line-target.ts'

/** Room for the bytes of one write. Two of these are used in turns while there is something to write. */
const BUFFER_BYTES = 512 * 1024
/** UTF-8 has at most three bytes for a UTF-16 unit. */
const MOST_BYTES_EACH = 3
const NOTHING: Buffer = Buffer.alloc(0)

/**
 * Writes text in the background: while the operating system takes one piece, the next one is put together from all that
 * was added meanwhile. So small batches make few writes, and nobody waits for them but {@link settled}.
 */
export class WriteBehind {
  readonly #target: LineTarget
  #filling = NOTHING
  #spare = NOTHING
  #used = 0
  #writing: Promise<void> | undefined
  #failure: { readonly error: unknown } | undefined

  constructor(target: LineTarget) {
    this.#target = target
  }

  /**
   * Adds text. @returns a promise only when there is no room: it resolves when the text is added
   * @throws what an earlier write failed with
   */
  add(text: string): Promise<void> | undefined {
    this.#throwFailure()
    if (this.#filling.length === 0) this.#filling = Buffer.allocUnsafeSlow(BUFFER_BYTES)
    if (text.length * MOST_BYTES_EACH > this.#filling.length - this.#used) return this.#addWithRoom(text)
    this.#used += this.#filling.write(text, this.#used)
    this.#writing ??= this.#write()
    return undefined
  }

  /** Resolves when the operating system has everything; then the buffers are given back. @throws what a write failed with */
  async settled(): Promise<void> {
    await this.#writing
    this.#throwFailure()
    this.#filling = this.#spare = NOTHING
  }

  async #addWithRoom(text: string): Promise<void> {
    await this.#writing
    this.#throwFailure()
    if (text.length * MOST_BYTES_EACH <= BUFFER_BYTES) return this.add(text)
    this.#writing = this.#attempt(Buffer.from(text))
    await this.#writing
    this.#writing = undefined
    this.#throwFailure()
  }

  async #write(): Promise<void> {
    while (this.#used > 0) {
      const full = this.#filling
      const bytes = full.subarray(0, this.#used)
      this.#filling = this.#spare.length > 0 ? this.#spare : Buffer.allocUnsafeSlow(BUFFER_BYTES)
      this.#used = 0
      await this.#attempt(bytes)
      this.#spare = full
    }
    this.#writing = undefined
  }

  /** A write that fails is told by whatever is asked for next, and nothing is written after it. */
  async #attempt(bytes: Buffer): Promise<void> {
    if (this.#failure !== undefined) return
    try {
      await this.#target.write(bytes)
    } catch (error) {
      this.#failure = { error }
    }
  }

  #throwFailure(): void {
    if (this.#failure !== undefined) throw this.#failure.error
  }
}
