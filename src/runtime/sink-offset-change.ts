import { TypedNumber } from '../data/values.ts'
import type { OffsetFields } from '../plugin/record.ts'
import { HerderError } from './herder-error.ts'

/** Where a sink shall go on; null: forget where it was. */
export interface SinkOffsetChange {
  readonly topic: string
  readonly partition: number
  readonly offset: number | null
}

/** An offset as REST shows and takes it. A null offset removes what is stored for the partition. */
export interface ConnectorOffset {
  readonly partition: OffsetFields | null
  readonly offset: OffsetFields | null
}

/** @throws HerderError 400 in the JVM's words */
export const parseSinkOffset = ({ partition, offset }: ConnectorOffset): SinkOffsetChange => {
  if (partition === null) refuse('The partition for a sink connector offset cannot be null or missing')
  if (!Object.hasOwn(partition, TOPIC) || !Object.hasOwn(partition, PARTITION)) {
    refuse(`The partition for a sink connector offset must contain the keys '${TOPIC}' and '${PARTITION}'`)
  }
  const { [TOPIC]: topic, [PARTITION]: number } = partition
  if (topic === null || topic === undefined) refuse('Kafka topic names must be valid strings and may not be null')
  if (number === null || number === undefined) refuse('Kafka partitions must be valid numbers and may not be null')
  return {
    topic: textOf(topic),
    partition: integer(number, MAX_INT, 'partition'),
    offset: offset === null ? null : offsetOf(offset),
  }
}

const TOPIC = 'kafka_topic'
const PARTITION = 'kafka_partition'
const OFFSET = 'kafka_offset'
const MAX_INT = 2 ** 31 - 1

const offsetOf = (offset: Readonly<Record<string, unknown>>): number => {
  if (!Object.hasOwn(offset, OFFSET)) {
    refuse(`The offset for a sink connector should either be null or contain the key '${OFFSET}'`)
  }
  const value = integer(offset[OFFSET], Number.MAX_SAFE_INTEGER, 'offset')
  if (value < 0) refuse(`Kafka offset ${value} is negative; offsets begin at 0`)
  return value
}

/** Digits in a string are fine, too. */
const integer = (value: unknown, max: number, what: 'partition' | 'offset'): number => {
  const text = textOf(value)
  const number = /^[+-]?\d+$/.test(text) ? Number(text) : Number.NaN
  if (!(Math.abs(number) <= max)) {
    refuse(
      `Failed to parse the following Kafka ${what} value in the provided offsets: '${text}'. ${
        what === 'partition' ? 'Partition' : 'Offset'
      } values for sink connectors need to be integers.`,
    )
  }
  return number
}

const textOf = (value: unknown): string => {
  if (value instanceof TypedNumber) return value.type === 'float64' ? `${value.value}.0` : String(value.value)
  return typeof value === 'object' && value !== null ? JSON.stringify(value) : String(value)
}

function refuse(message: string): never {
  throw new HerderError(400, message)
}
