/**
 * How a field of a {@link RowBlock} stands in its row's bytes:
 *
 * - `digits`: an integer as Java writes it
 * - `integer`: not as text: the integer is in `numbers`
 * - `double`: a double as Java writes it, but for `.0` behind it where `numbers` has 1
 * - `decimal`: not as text: the unscaled value, of at most 15 digits, is in `numbers`
 * - `boolean`: `t` or `f`
 * - `text`: UTF-8
 * - `made`: nowhere: the value is in `made`
 */
export type FieldForm = 'digits' | 'integer' | 'double' | 'decimal' | 'boolean' | 'text' | 'made'

/** Instead of a field's length: it is null. */
export const NULL_FIELD = -1
/** Instead of a field's length: its value is in `made`, whatever its form. */
export const MADE_FIELD = -2

/** Rows whose fields were looked at, but not made into values. What the field `f` of row `r` has is at `r * forms.length + f`. */
export interface RowBlock {
  /** Of each field of the schema. Another list: other columns. */
  readonly forms: readonly FieldForm[]
  readonly bytes: Buffer
  /** Where fields begin in `bytes`. */
  readonly starts: Int32Array
  /** Bytes of the fields, {@link NULL_FIELD} or {@link MADE_FIELD}. */
  readonly lengths: Int32Array
  readonly numbers: Float64Array
  readonly made: readonly unknown[]
  /** The struct of a row. Never throws. */
  make(row: number): Record<string, unknown>
}

/**
 * A struct that need not be made: a converter that knows it writes it from its row. Stands only until the next poll, and only
 * where nobody but such a converter looks at it: all others take {@link plainValue}.
 */
export class RowStruct {
  readonly block: RowBlock
  readonly row: number
  constructor(block: RowBlock, row: number) {
    this.block = block
    this.row = row
  }
}

/** The value as everybody knows it. */
export const plainValue = (value: unknown): unknown =>
  value instanceof RowStruct ? value.block.make(value.row) : value
