/** Longer values are decoded by themselves; shorter ones are parts of one text of all rows. */
const SHORT_TEXT = 256
/** Of more bytes no text of all rows is made: few rows would share it. */
const SHARED_TEXT = 128 * 1024

/** Of each row: its type, its length and how many values it has. */
export const ROW_HEAD = 7

/**
 * Rows as PostgreSQL sends them, with values as text: `D`, the length from here on (int32), how many values (int16), and of
 * each value its length (int32, -1: null) and its bytes. Readers take values from the bytes, without a string for each.
 */
export class WireRows {
  readonly bytes: Buffer
  /** Where the first row begins. */
  readonly from: number
  /** Where the last row ends. */
  readonly to: number
  #text: string | undefined

  constructor(bytes: Buffer, from: number, to: number) {
    this.bytes = bytes
    this.from = from
    this.to = to
  }

  /** The text of a value. */
  textAt(at: number, length: number): string {
    const { bytes, from } = this
    const end = at + length
    if (length > SHORT_TEXT || this.to - from > SHARED_TEXT) return bytes.toString('utf8', at, end)
    for (let i = at; i < end; i++) if (bytes[i]! >= 0x80) return bytes.toString('utf8', at, end)
    this.#text ??= bytes.toString('latin1', from, this.to)
    return this.#text.substring(at - from, end - from)
  }
}

/** As `readInt32BE`, without its checks. */
export const int32At = (bytes: Buffer, at: number): number =>
  (bytes[at]! << 24) | (bytes[at + 1]! << 16) | (bytes[at + 2]! << 8) | bytes[at + 3]!

/** Each row as a list of texts. */
export const textRows = (rows: WireRows): (string | null)[][] => {
  const { bytes, to } = rows
  const all: (string | null)[][] = []
  for (let at = rows.from; at < to; ) {
    const row: (string | null)[] = []
    const end = at + 1 + bytes.readInt32BE(at + 1)
    for (at += ROW_HEAD; at < end; ) {
      const length = bytes.readInt32BE(at)
      at += 4
      row.push(length < 0 ? null : rows.textAt(at, length))
      if (length > 0) at += length
    }
    all.push(row)
  }
  return all
}
