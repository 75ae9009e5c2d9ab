import assert from 'node:assert/strict'
import { test } from 'node:test'
import { int32, string } from '../../src/protocol/message-fields.ts'
import { nullableStruct } from '../../src/protocol/nullable-struct.ts'
import { Reader } from '../../src/protocol/reader.ts'
import { Writer } from '../../src/protocol/writer.ts'

const cursor = nullableStruct('0+', { topicName: string('0+'), partitionIndex: int32('0+') })
const format = { version: 0, flexible: true }

const written = (value: Parameters<typeof cursor.write>[1]): Buffer => {
  const writer = new Writer()
  cursor.write(writer, value, format)
  return writer.written()
}

test('null is the byte -1 and nothing else, and the default', () => {
  assert.deepEqual([...written(null)], [0xff])
  assert.equal(cursor.read(new Reader(Buffer.from([0xff])), format), null)
  assert.equal(cursor.fallback(), null)
})

test('fields come after a byte 1', () => {
  const bytes = written({ topicName: 'ab', partitionIndex: 7 })
  // presence, compact string, int32, no tagged fields
  assert.deepEqual([...bytes], [1, 3, 0x61, 0x62, 0, 0, 0, 7, 0])
  assert.deepEqual(cursor.read(new Reader(bytes), format), { topicName: 'ab', partitionIndex: 7 })
})

test('any other byte is malformed', () => {
  assert.throws(() => cursor.read(new Reader(Buffer.from([2, 3, 0x61])), format), /2 where -1 \(null\) or 1/)
})
