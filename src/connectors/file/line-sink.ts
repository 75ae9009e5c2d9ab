import { EOL } from 'node:os'
import { javaToString } from '../../data/java-to-string.ts'
import type { SinkTask } from '../../plugin/connector.ts'
import type { SinkRecord } from '../../plugin/record.ts'
import type { LineTarget } from './line-target.ts'
import { WriteBehind } from './write-behind.ts'

/** A batch is encoded in pieces of about this many characters, so that large values do not pile up. */
const PIECE_CHARACTERS = 128 * 1024

/** A batch of fewer records than this is waited for: there is no hurry then, and what is wrong with the file shows at once. */
const FEW_RECORDS = 100

/** Writes the text of each record's value as a line. All that `put` took is with the operating system after `flush`. */
export class LineSink implements SinkTask {
  readonly #target: LineTarget
  readonly #lines: WriteBehind

  constructor(target: LineTarget) {
    this.#target = target
    this.#lines = new WriteBehind(target)
  }

  async put(records: readonly SinkRecord[]): Promise<void> {
    let text = ''
    for (const record of records) {
      text += valueText(record)
      text += EOL
      if (text.length < PIECE_CHARACTERS) continue
      await this.#lines.add(text)
      text = ''
    }
    if (text !== '') await this.#lines.add(text)
    if (records.length < FEW_RECORDS) await this.#lines.settled()
  }

  async flush(): Promise<void> {
    await this.#lines.settled()
    await this.#target.flush()
  }

  async stop(): Promise<void> {
    // What failed was told by `put` or `flush`; without a `flush` no offset moves past it.
    await this.#lines.settled().catch(() => undefined)
    await this.#target.close()
  }
}

const valueText = ({ value, valueSchema }: SinkRecord): string => {
  if (typeof value === 'string') return value
  // The JVM's text of a byte array tells nothing of the bytes.
  if (value instanceof Uint8Array) return Buffer.from(value.buffer, value.byteOffset, value.byteLength).toString('utf8')
  return javaToString(value, valueSchema)
}
