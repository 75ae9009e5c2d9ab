import { type FieldForm, MADE_FIELD, NULL_FIELD, type RowBlock, RowStruct } from '../../../data/row-struct.ts'
import type { RowForm, WireReader } from '../column-reader.ts'
import type { RawValue } from '../database.ts'
import { int32At, ROW_HEAD, WireRows } from '../wire-rows.ts'

/** What becomes of a column's values. */
export interface BlockColumn {
  readonly read: WireReader
  /** Absent: values are made when the row is taken. */
  readonly form: RowForm | undefined
}

export interface BlockParts {
  /** Undefined: one that is no field, of which only the text can be asked for; then there are no structs. */
  readonly columns: readonly (BlockColumn | undefined)[]
  /** The struct of values at the places of their columns. */
  readonly structOf: (values: readonly unknown[]) => Record<string, unknown>
  /** What stands for a value that cannot be read; may throw. */
  readonly unreadable: (error: unknown) => unknown
}

const FIRST_ROWS = 256
const ALWAYS: RowForm['fits'] = () => true
const NEVER: RowForm['fits'] = () => false

/** Rows of one poll, as they came from the server. The memory is used again for the next. */
export class WireBlock implements RowBlock {
  readonly forms: readonly FieldForm[]
  starts = new Int32Array(0)
  lengths = new Int32Array(0)
  numbers = new Float64Array(0)
  made: unknown[] = []
  /** The struct of each row that was taken; more than those. */
  readonly structs: RowStruct[] = []
  readonly #parts: BlockParts
  readonly #fits: readonly RowForm['fits'][]
  readonly #values: unknown[]
  #rows = new WireRows(Buffer.alloc(0), 0, 0)
  #count = 0

  constructor(parts: BlockParts) {
    this.#parts = parts
    this.forms = parts.columns.map((column) => column?.form?.form ?? 'made')
    this.#fits = parts.columns.map((column) => (column === undefined ? ALWAYS : (column.form?.fits ?? NEVER)))
    this.#values = parts.columns.map(() => null)
  }

  get bytes(): Buffer {
    return this.#rows.bytes
  }

  /** Forgets all rows; those to come are of these. */
  begin(rows: WireRows): void {
    this.#rows = rows
    this.#count = 0
  }

  /** Takes the row at this place. @returns where the next one begins */
  take(from: number): number {
    const { bytes } = this.#rows
    const row = this.#count++
    if (row === this.structs.length) this.#grow()
    const { starts, lengths, numbers } = this
    const fits = this.#fits
    const end = from + 1 + int32At(bytes, from + 1)
    let at = from + ROW_HEAD
    let slot = row * fits.length
    for (let index = 0; index < fits.length; index++, slot++) {
      const length = at < end ? int32At(bytes, at) : NULL_FIELD
      at += 4
      starts[slot] = at
      lengths[slot] = length
      if (length < 0) continue
      if (!fits[index]!(bytes, at, length, numbers, slot)) this.#makeValue(index, slot, at, length)
      at += length
    }
    return end
  }

  /** The value of a column that is a field. */
  valueAt(row: number, index: number): unknown {
    const slot = row * this.forms.length + index
    const length = this.lengths[slot]!
    if (length === NULL_FIELD) return null
    if (length === MADE_FIELD) return this.made[slot]
    return this.#parts.columns[index]!.read(this.#rows, this.starts[slot]!, length)
  }

  /** What the server sent of a column; the value where that says as much. */
  rawAt(row: number, index: number): RawValue {
    const slot = row * this.forms.length + index
    if (this.lengths[slot] === NULL_FIELD) return null
    const value = this.#parts.columns[index] === undefined ? undefined : this.valueAt(row, index)
    if (typeof value === 'bigint') return value
    const start = this.starts[slot]!
    return this.#rows.textAt(start, int32At(this.bytes, start - 4))
  }

  make(row: number): Record<string, unknown> {
    const values = this.#values
    for (let index = 0; index < values.length; index++) values[index] = this.valueAt(row, index)
    return this.#parts.structOf(values)
  }

  #makeValue(index: number, slot: number, at: number, length: number): void {
    let value: unknown
    try {
      value = this.#parts.columns[index]!.read(this.#rows, at, length)
    } catch (error) {
      value = this.#parts.unreadable(error)
    }
    this.made[slot] = value
    this.lengths[slot] = MADE_FIELD
  }

  #grow(): void {
    const rows = Math.max(FIRST_ROWS, this.structs.length * 2)
    while (this.structs.length < rows) this.structs.push(new RowStruct(this, this.structs.length))
    const slots = rows * this.forms.length
    this.starts = enlarged(new Int32Array(slots), this.starts)
    this.lengths = enlarged(new Int32Array(slots), this.lengths)
    this.numbers = enlarged(new Float64Array(slots), this.numbers)
  }
}

const enlarged = <T extends Int32Array | Float64Array>(larger: T, before: T): T => {
  larger.set(before)
  return larger
}
