import type { Readable } from 'node:stream'
import type { SourceTask, TaskContext } from '../../plugin/connector.ts'
import { ConnectError } from '../../plugin/errors.ts'
import type { OffsetFields, SourceRecord } from '../../plugin/record.ts'
import { ChunkPool, LineBuffer } from './line-buffer.ts'
import { lineRecord } from './line-record.ts'
import { reasonOf } from './open-file.ts'
import { WakeUp } from './wake-up.ts'

/** How long a poll waits for lines. */
const POLL_MS = 1000
/** A stream cannot be read again, so there is no place to go back to. */
const NO_POSITION: OffsetFields = Object.freeze({ position: null })

export interface StreamReaderParts {
  readonly stream: Readable
  /** For messages. */
  readonly name: string
  readonly partition: OffsetFields
  readonly topic: string
  /** Most records of one poll. */
  readonly most: number
  /** Lets the stream go: closes it, or leaves it to whoever reads it next. */
  readonly letGo: () => void
  readonly context: Pick<TaskContext, 'signal'>
}

/** Reads lines from standard input or a named pipe. At its end, a last line without terminator is a line, too. */
export class StreamReader implements SourceTask {
  readonly #parts: StreamReaderParts
  readonly #lines = new LineBuffer(new ChunkPool())
  readonly #wakeUp = new WakeUp()
  #readAt = 0
  #failure: unknown

  constructor(parts: StreamReaderParts) {
    this.#parts = parts
    parts.stream.on('readable', this.#wake).on('end', this.#wake).on('error', this.#fail)
  }

  async poll(): Promise<readonly SourceRecord[] | null> {
    const { name, context } = this.#parts
    const until = performance.now() + POLL_MS
    const records: SourceRecord[] = []
    while (!context.signal.aborted) {
      this.#read(records)
      if (records.length > 0) return records
      if (this.#failure !== undefined) {
        throw new ConnectError(`Could not read ${name}: ${reasonOf(this.#failure)}`, { cause: this.#failure })
      }
      const left = until - performance.now()
      if (left <= 0) break
      await this.#wakeUp.wait(left, context.signal)
    }
    return null
  }

  stop(): void {
    const { stream, letGo } = this.#parts
    stream.off('readable', this.#wake).off('end', this.#wake).off('error', this.#fail)
    letGo()
  }

  #read(records: SourceRecord[]): void {
    const { stream, most } = this.#parts
    this.#lines.take(records, most, this.#record)
    while (records.length < most) {
      const bytes: Uint8Array | null = stream.read()
      if (bytes === null) break
      this.#readAt = Date.now()
      this.#lines.append(bytes)
      this.#lines.take(records, most, this.#record)
    }
    if (records.length === 0 && stream.readableEnded) this.#lines.takeUnfinished(records, this.#record)
  }

  readonly #record = (line: string): SourceRecord =>
    lineRecord(this.#parts.topic, line, this.#readAt, this.#parts.partition, NO_POSITION)
  readonly #wake = (): void => this.#wakeUp.wake()
  readonly #fail = (error: Error): void => {
    this.#failure = error
    this.#wakeUp.wake()
  }
}
