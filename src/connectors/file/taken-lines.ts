import type { SourceRecord } from '../../plugin/record.ts'
import type { Polled } from '../../plugin/text-block.ts'
import type { LineBlock } from './line-block.ts'

/** What one poll has taken so far: records, or a block of lines and nothing else. */
export class TakenLines {
  readonly records: SourceRecord[] = []
  readonly #block: LineBlock | undefined

  /** @param block to be filled, where the poll may return one */
  constructor(block?: LineBlock) {
    this.#block = block
    if (block !== undefined) block.length = 0
  }

  get length(): number {
    return this.records.length + (this.#block?.length ?? 0)
  }

  /** The block, while there is nothing that would stand before it. */
  get block(): LineBlock | undefined {
    return this.length === 0 ? this.#block : undefined
  }

  /** Nothing may be added: the bytes of a block are not to move. */
  get closed(): boolean {
    return this.#block !== undefined && this.#block.length > 0
  }

  get polled(): Polled {
    return this.closed ? this.#block! : this.records
  }
}
