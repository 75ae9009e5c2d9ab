import { EOL } from 'node:os'
import { javaToString } from '../../data/java-to-string.ts'
import type { SinkTask } from '../../plugin/connector.ts'
import type { SinkRecord } from '../../plugin/record.ts'

/** Where lines go. */
export interface LineTarget {
  /** Resolves when the operating system has all of it. */
  write(lines: Buffer): Promise<void>
  /** Makes what was written durable. */
  flush(): Promise<void>
  close(): Promise<void>
}

/** A batch is written in pieces of about this many characters, so that large values do not pile up. */
const PIECE_CHARACTERS = 4 * 1024 * 1024

/** Writes the text of each record's value as a line. */
export class LineSink implements SinkTask {
  readonly #target: LineTarget

  constructor(target: LineTarget) {
    this.#target = target
  }

  async put(records: readonly SinkRecord[]): Promise<void> {
    let text = ''
    for (const record of records) {
      text += valueText(record) + EOL
      if (text.length < PIECE_CHARACTERS) continue
      await this.#target.write(Buffer.from(text))
      text = ''
    }
    if (text !== '') await this.#target.write(Buffer.from(text))
  }

  flush(): Promise<void> {
    return this.#target.flush()
  }

  async stop(): Promise<void> {
    await this.#target.close()
  }
}

const valueText = ({ value, valueSchema }: SinkRecord): string => {
  if (typeof value === 'string') return value
  // The JVM's text of a byte array tells nothing of the bytes.
  if (value instanceof Uint8Array) return Buffer.from(value.buffer, value.byteOffset, value.byteLength).toString('utf8')
  return javaToString(value, valueSchema)
}
