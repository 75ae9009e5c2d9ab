import type { AnswerMemory } from './answer-memory.ts'

/** A fetch response's memory, which goes back when no partition needs its part of it any more. */
export class AnswerLease {
  readonly #memory: AnswerMemory
  #users = 0
  #kept = false

  constructor(memory: AnswerMemory) {
    this.#memory = memory
  }

  use(): void {
    this.#users++
  }

  /** Somebody has views on it, for who knows how long: then it never goes back. */
  keep(): void {
    this.#kept = true
  }

  /** One user less. `part`: any part of the response. */
  done(part: Buffer): void {
    if (--this.#users === 0 && !this.#kept) this.#memory.giveBack(part)
  }
}
