import assert from 'node:assert/strict'
import { test } from 'node:test'
import { dateText, offsetText, timestampText, timeText } from '../../../../src/connectors/jdbc/dialects/temporal.ts'
import { UTC, type Zone, zoneNamed } from '../../../../src/connectors/jdbc/zone.ts'

const zone = (name: string): Zone => zoneNamed(name) as Zone

test('a moment is written as the local time of a zone', () => {
  const rows: [instant: string | number, zone: Zone, text: string, offset: string][] = [
    ['1970-01-01T00:00:00.000Z', UTC, '1970-01-01 00:00:00.000', '+00:00'],
    ['1969-12-31T23:59:59.999Z', UTC, '1969-12-31 23:59:59.999', '+00:00'],
    ['2024-02-29T12:34:56.789Z', zone('Europe/Berlin'), '2024-02-29 13:34:56.789', '+01:00'],
    ['2026-07-01T23:30:00.001Z', zone('Europe/Berlin'), '2026-07-02 01:30:00.001', '+02:00'],
    ['2026-01-01T00:00:00.000Z', zone('-03:30'), '2025-12-31 20:30:00.000', '-03:30'],
    ['0001-01-01T00:00:00.000Z', UTC, '0001-01-01 00:00:00.000', '+00:00'],
    [-62_135_596_800_001, UTC, '0001-12-31 23:59:59.999 BC', '+00:00'],
    ['9999-12-31T23:59:59.999Z', UTC, '9999-12-31 23:59:59.999', '+00:00'],
    [253_402_300_800_000, UTC, '10000-01-01 00:00:00.000', '+00:00'],
  ]
  for (const [instant, where, text, offset] of rows) {
    const millis = typeof instant === 'number' ? instant : Date.parse(instant)
    assert.equal(timestampText(millis, where), text)
    assert.equal(offsetText(millis, where), offset)
  }
})

test('every day of the calendar has its date', () => {
  for (let day = -719_162; day <= 2_932_896; day += 37) {
    const millis = day * 86_400_000
    const expected = new Date(millis + 5).toISOString()
    assert.equal(dateText(millis, UTC), expected.slice(0, 10))
    assert.equal(timeText(millis + 5, UTC), expected.slice(11, 23))
  }
})
