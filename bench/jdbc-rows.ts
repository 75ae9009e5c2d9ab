/** The table of seven columns that the JDBC benchmark reads and writes, and its rows as JsonConverter writes them. */
import { closeSync, openSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import type { InputFile } from './input-files.ts'

export const createRows = (table: string): string =>
  `CREATE TABLE "${table}" (id bigint PRIMARY KEY, seq int NOT NULL, name text NOT NULL, price numeric(12,2) NOT NULL, ` +
  'ratio double precision NOT NULL, active boolean, created timestamp NOT NULL)'

export const fillRows = (table: string, rows: number): string =>
  `INSERT INTO "${table}" SELECT i, i, 'customer ' || lpad(i::text, 10, '0'), (i % 100000) / 100.0 + 1000, i / 8.0, i % 2 = 0, ` +
  `timestamp '2026-01-01 00:00:00.123' + i * interval '1 second' FROM generate_series(0, ${rows - 1}) i`

const SCHEMA = JSON.stringify({
  type: 'struct',
  fields: [
    { type: 'int64', optional: false, field: 'id' },
    { type: 'int32', optional: false, field: 'seq' },
    { type: 'string', optional: false, field: 'name' },
    {
      type: 'bytes',
      optional: false,
      name: 'org.apache.kafka.connect.data.Decimal',
      version: 1,
      parameters: { scale: '2' },
      field: 'price',
    },
    { type: 'double', optional: false, field: 'ratio' },
    { type: 'boolean', optional: true, field: 'active' },
    { type: 'int64', optional: false, name: 'org.apache.kafka.connect.data.Timestamp', version: 1, field: 'created' },
  ],
  optional: false,
  name: 'bench.Row',
})

export type RowOrder = 'new' | 'mixed'

/** The key of the record at a position: each its own, or every second one that of a record before, somewhere. */
export const idAt = (position: number, order: RowOrder): number => {
  if (order === 'new') return position
  const half = Math.floor(position / 2)
  return position % 2 === 0 ? half : (half * 7919) % (half + 1)
}

export const distinctIds = (rows: number, order: RowOrder): number => (order === 'new' ? rows : Math.ceil(rows / 2))

/** 1000.00 to 1999.99 as the two or three bytes of its unscaled value. */
const price = (position: number): string => {
  const cents = Buffer.alloc(3)
  cents.writeUIntBE(100_000 + (position % 100_000), 0, 3)
  return cents.toString('base64')
}

const CREATED = 1_767_225_600_123
const LINES_AT_ONCE = 5000

/** One record a line, for a console producer. */
export const rowLines = (folder: string, rows: number, order: RowOrder): InputFile => {
  const path = join(folder, `rows-${order}-${rows}.txt`)
  const file = openSync(path, 'w')
  let bytes = 0
  try {
    for (let at = 0; at < rows; at += LINES_AT_ONCE) {
      let text = ''
      for (let i = at; i < Math.min(rows, at + LINES_AT_ONCE); i++) {
        text +=
          `{"schema":${SCHEMA},"payload":{"id":${idAt(i, order)},"seq":${i},"name":"customer ${String(i).padStart(10, '0')}",` +
          `"price":"${price(i)}","ratio":${i / 8},"active":${i % 2 === 0},"created":${CREATED + i * 1000}}}\n`
      }
      bytes += writeSync(file, text)
    }
  } finally {
    closeSync(file)
  }
  return { path, lines: rows, bytes }
}
