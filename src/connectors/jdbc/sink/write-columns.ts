/** Writes rows by columns: all values of a column are one parameter, in the database's own form where there is one. */
import type { SinkRecord } from '../../../plugin/record.ts'
import type { Database, Parameter } from '../database.ts'
import type { Binder, ColumnStatement, PackedColumn } from '../dialect.ts'

export interface BoundColumn {
  readonly read: (record: SinkRecord) => unknown
  readonly bind: Binder
}

/** Bytes of the values that go into one statement. */
const MOST_BYTES = 4_000_000
/** The size is looked at after so many rows. */
const SIZE_STEP = 8
/** A column whose values so often had no form of the database's own is not tried any more. */
const MOST_REFUSALS = 3

/** The values of a column for one statement. */
interface Filler {
  begin(): void
  add(record: SinkRecord): void
  /** About how many bytes they take so far. */
  readonly size: number
  /** @param records those that were added */
  take(records: readonly SinkRecord[]): Parameter
}

/** @param isAll nothing else is written in the transaction */
export type ColumnsWriter = (db: Database, records: readonly SinkRecord[], isAll: boolean) => Promise<void>

/** @param packed by the index of the column */
export const columnsWriter = (
  { sql, array }: ColumnStatement,
  columns: readonly BoundColumn[],
  packed: readonly (PackedColumn | undefined)[],
): ColumnsWriter => {
  const fillers = columns.map((column, index): Filler => {
    const form = packed[index]
    return form === undefined ? arrayFiller(column, array) : packedFiller(column, form, array)
  })
  const sizeOf = (): number => {
    let size = 0
    for (let index = 0; index < fillers.length; index++) size += (fillers[index] as Filler).size
    return size
  }

  return async (db, records, isAll) => {
    for (let at = 0; at < records.length; ) {
      const from = at
      for (const filler of fillers) filler.begin()
      for (; at < records.length && ((at - from) % SIZE_STEP !== 0 || sizeOf() < MOST_BYTES); at++) {
        const record = records[at] as SinkRecord
        for (let index = 0; index < fillers.length; index++) (fillers[index] as Filler).add(record)
      }
      const isOne = from === 0 && at === records.length
      const these = isOne ? records : records.slice(from, at)
      const parameters = fillers.map((filler) => filler.take(these))
      await db.execute(sql, parameters, { isAll: isAll && isOne })
    }
  }
}

const arrayFiller = ({ read, bind }: BoundColumn, array: ColumnStatement['array']): Filler => {
  let values: Parameter[] = []
  let size = 0
  return {
    begin: () => {
      values = []
      size = 0
    },
    add: (record) => {
      const value = bind(read(record))
      values.push(value)
      size += typeof value === 'string' || Buffer.isBuffer(value) ? value.length : 8
    },
    get size() {
      return size
    },
    take: () => array(values),
  }
}

const packedFiller = (column: BoundColumn, packed: PackedColumn, array: ColumnStatement['array']): Filler => {
  const { read, bind } = column
  let isRefused = false
  let refusals = 0
  return {
    begin: () => {
      packed.clear()
      isRefused = refusals >= MOST_REFUSALS
    },
    add: (record) => {
      if (isRefused || packed.add(read(record))) return
      isRefused = true
      refusals++
    },
    get size() {
      return packed.size
    },
    take: (records) => (isRefused ? array(records.map((record) => bind(read(record)))) : packed.take()),
  }
}
