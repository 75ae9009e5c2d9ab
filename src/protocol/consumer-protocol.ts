import type { FieldsIn, FieldsOut } from './message-field.ts'
import { bytes, int32, string } from './message-fields.ts'
import { array, readFields, writeFields } from './message-table.ts'
import { ProtocolError } from './protocol-error.ts'
import { Reader } from './reader.ts'
import { Writer } from './writer.ts'

/**
 * What consumers say to each other through JoinGroup (subscription) and SyncGroup (assignment): version int16, then the
 * fields. A reader of a lower version ignores what follows the fields that it knows.
 */
const subscription = {
  topics: array('0+', string('0+')),
  userData: bytes('0+', { nullable: '0+', default: null }),
  ownedPartitions: array('1+', { topic: string('1+'), partitions: array('1+', int32('1+')) }),
  generationId: int32('2+', { default: -1 }),
  rackId: string('3+', { nullable: '3+' }),
}

const assignment = {
  assignedPartitions: array('0+', { topic: string('0+'), partitions: array('0+', int32('0+')) }),
  userData: bytes('0+', { nullable: '0+', default: null }),
}

export type Subscription = FieldsOut<typeof subscription>
export type Assignment = FieldsOut<typeof assignment>

const highest = 3

export const encodeSubscription = (value: FieldsIn<typeof subscription>, version = highest): Buffer => {
  const writer = new Writer(128)
  writer.int16(version)
  writeFields(writer, subscription, value, { version, flexible: false })
  return writer.written()
}

export const decodeSubscription = (data: Buffer): Subscription => {
  const reader = new Reader(data)
  return readFields(reader, subscription, { version: versionIn(reader), flexible: false })
}

export const encodeAssignment = (value: FieldsIn<typeof assignment>, version = highest): Buffer => {
  const writer = new Writer(128)
  writer.int16(version)
  writeFields(writer, assignment, value, { version, flexible: false })
  return writer.written()
}

/** No bytes at all are no partitions: a member that is given none may get that. */
export const decodeAssignment = (data: Buffer): Assignment => {
  if (data.length === 0) return { assignedPartitions: [], userData: null }
  const reader = new Reader(data)
  return readFields(reader, assignment, { version: versionIn(reader), flexible: false })
}

const versionIn = (reader: Reader): number => {
  const version = reader.int16()
  if (version < 0) throw new ProtocolError(`Unknown version ${version} of the consumer protocol`)
  return Math.min(version, highest)
}
