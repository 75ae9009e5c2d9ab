import assert from 'node:assert/strict'
import { PassThrough } from 'node:stream'
import { test } from 'node:test'
import { tapRows } from '../../../../src/connectors/jdbc/drivers/pg-row-tap.ts'
import { textRows } from '../../../../src/connectors/jdbc/wire-rows.ts'
import { dataRow, message } from './pg-messages.ts'

const READY = message('Z', Buffer.from('I'))
const SUSPENDED = message('s', Buffer.alloc(0))

/** What a tap makes of a stream that comes in chunks of so many bytes. */
const tapped = (bytes: Buffer, size: number) => {
  const stream = new PassThrough()
  const others: Buffer[] = []
  const listener = (chunk: Buffer): void => void others.push(Buffer.from(chunk))
  stream.on('data', listener)
  const rows: unknown[] = []
  let counted = 0
  tapRows(stream, (some, count) => {
    rows.push(...textRows(some))
    counted += count
  })
  for (let at = 0; at < bytes.length; at += size) stream.emit('data', bytes.subarray(at, at + size))
  assert.equal(counted, rows.length)
  return { rows, others: Buffer.concat(others), listeners: stream.listeners('data'), listener }
}

test('rows are taken out of what comes, wherever it is cut, and everything else is passed on', () => {
  const large = 'ä€'.repeat(3000)
  const rows = [['1', 'one', null], ['2', '', 'näme'], ['3', large, 'x'.repeat(300)], [null, null, null], []]
  const bytes = Buffer.concat([
    message('1', Buffer.alloc(0)),
    message('2', Buffer.alloc(0)),
    dataRow(rows[0] as string[]),
    dataRow(rows[1] as string[]),
    SUSPENDED,
    dataRow(rows[2] as string[]),
    message('N', Buffer.from('SNOTICE\0\0')),
    dataRow(rows[3] as string[]),
    dataRow(rows[4] as string[]),
    message('C', Buffer.from('SELECT 5\0')),
    READY,
    message('S', Buffer.from('TimeZone\0UTC\0')),
  ])
  const rest = Buffer.concat([
    message('1', Buffer.alloc(0)),
    message('2', Buffer.alloc(0)),
    SUSPENDED,
    message('N', Buffer.from('SNOTICE\0\0')),
    message('C', Buffer.from('SELECT 5\0')),
    READY,
    message('S', Buffer.from('TimeZone\0UTC\0')),
  ])
  for (const size of [1, 2, 3, 4, 5, 6, 7, 11, 64, 1000, bytes.length]) {
    const { rows: found, others, listeners, listener } = tapped(bytes, size)
    assert.deepEqual(found, rows, `in chunks of ${size}`)
    assert.deepEqual(others, rest, `in chunks of ${size}`)
    assert.deepEqual(listeners, [listener], 'whoever listened before does so again')
  }
})
