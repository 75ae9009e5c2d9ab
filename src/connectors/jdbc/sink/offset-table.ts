/** Exactly once: offsets of what was written, kept in the target database by the transactions that write the rows. */
import { partitionKey, type TopicPartition } from '../../../plugin/connector.ts'
import { ConnectError } from '../../../plugin/errors.ts'
import type { SinkRecord } from '../../../plugin/record.ts'
import type { Database } from '../database.ts'
import type { Dialect, Quote } from '../dialect.ts'
import { tableText } from '../table-id.ts'

export interface OffsetTable {
  /** What is stored for partitions that were just assigned. @returns the next offset to read of those that have one */
  load(db: Database, partitions: readonly TopicPartition[]): Promise<ReadonlyMap<TopicPartition, number>>
  /** Records that are not written yet, by what is known to be stored. */
  unwritten(records: readonly SinkRecord[]): readonly SinkRecord[]
  /**
   * Stores, in the open transaction, that all of these records are written.
   * @throws ConnectError when somebody else wrote records of a partition meanwhile: the transaction must not be committed
   */
  save(db: Database, records: readonly SinkRecord[]): Promise<void>
  /** The transaction of the last `save` is committed. */
  saved(): void
}

export const offsetTable = (name: string, connector: string, dialect: Dialect, quote: Quote): OffsetTable => {
  const table = tableText(dialect.parseTable(name), quote)
  const [connectorColumn, topic, partition, offset] = [
    'connector',
    'kafka_topic',
    'kafka_partition',
    'next_offset',
  ].map(quote)
  const place = (index: number): string => dialect.placeholder(index)
  const where = (from: number): string =>
    `${connectorColumn} = ${place(from)} AND ${topic} = ${place(from + 1)} AND ${partition} = ${place(from + 2)}`
  // MySQL would take topics that differ in case alone for one
  const exact = dialect.product === 'MySQL' ? ' CHARACTER SET utf8mb4 COLLATE utf8mb4_bin' : ''
  const sql = {
    create:
      `CREATE TABLE IF NOT EXISTS ${table} (${connectorColumn} VARCHAR(255)${exact} NOT NULL, ${topic} VARCHAR(249)${exact} NOT NULL, ` +
      `${partition} INT NOT NULL, ${offset} BIGINT NOT NULL, PRIMARY KEY (${connectorColumn}, ${topic}, ${partition}))`,
    select: `SELECT ${offset} FROM ${table} WHERE ${where(1)}`,
    insert: `INSERT INTO ${table} (${connectorColumn}, ${topic}, ${partition}, ${offset}) VALUES (${[1, 2, 3, 4].map(place).join(', ')})`,
    update: `UPDATE ${table} SET ${offset} = ${place(1)} WHERE ${where(2)} AND ${offset} = ${place(5)}`,
  }
  const stored = new Map<string, number>()
  let under = new Map<string, number>()

  return {
    load: async (db, partitions) => {
      await db.execute(sql.create)
      const found = new Map<TopicPartition, number>()
      for (const one of partitions) {
        const { rows } = await db.query(sql.select, [connector, one.topic, one.partition])
        const key = partitionKey(one.topic, one.partition)
        stored.delete(key)
        const value = rows[0]?.[0]
        if (value === undefined || value === null) continue
        stored.set(key, Number(value))
        found.set(one, Number(value))
      }
      return found
    },
    unwritten: (records) => {
      const isNew = ({ originalTopic, originalPartition, originalOffset }: SinkRecord): boolean =>
        originalOffset >= (stored.get(partitionKey(originalTopic, originalPartition)) ?? 0)
      return records.every(isNew) ? records : records.filter(isNew)
    },
    save: async (db, records) => {
      under = new Map()
      const last = new Map<string, SinkRecord>()
      for (const record of records) last.set(partitionKey(record.originalTopic, record.originalPartition), record)
      for (const [key, record] of last) {
        const next = record.originalOffset + 1
        const place = [connector, record.originalTopic, record.originalPartition]
        const before = stored.get(key)
        // Whoever wrote in between has another offset there: two tasks can never both commit the same records
        const changed =
          before === undefined
            ? await db.execute(sql.insert, [...place, next])
            : await db.execute(sql.update, [next, ...place, before])
        if (changed !== 1) {
          throw new ConnectError(
            `Records of ${key} were written by another task meanwhile (offset ${before} is not in ${table} any more); restart the task to go on from there`,
          )
        }
        under.set(key, next)
      }
    },
    saved: () => {
      for (const [key, next] of under) stored.set(key, next)
    },
  }
}
