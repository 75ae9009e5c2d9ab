import assert from 'node:assert/strict'
import { test } from 'node:test'
import { zoneNamed } from '../../../src/connectors/jdbc/zone.ts'

const CASES: readonly (readonly [zone: string, local: string, instant: string])[] = [
  ['UTC', '2024-06-01T12:00:00Z', '2024-06-01T12:00:00Z'],
  ['+02:00', '2024-06-01T12:00:00Z', '2024-06-01T10:00:00Z'],
  ['GMT-3', '2024-06-01T12:00:00Z', '2024-06-01T15:00:00Z'],
  ['Europe/Rome', '2024-06-01T12:00:00Z', '2024-06-01T10:00:00Z'],
  ['Europe/Rome', '2024-01-01T12:00:00Z', '2024-01-01T11:00:00Z'],
  // 2:30 does not exist on that day: it moves on to 3:30 summer time.
  ['Europe/Rome', '2024-03-31T02:30:00Z', '2024-03-31T01:30:00Z'],
  // 2:30 comes twice on that day: standard time, the second one.
  ['Europe/Rome', '2024-10-27T02:30:00Z', '2024-10-27T01:30:00Z'],
  ['America/New_York', '2024-11-03T01:30:00Z', '2024-11-03T06:30:00Z'],
  // Java's short names
  ['PST', '2024-06-01T12:00:00Z', '2024-06-01T19:00:00Z'],
  ['EST', '2024-06-01T12:00:00Z', '2024-06-01T17:00:00Z'],
  ['IST', '2024-06-01T12:00:00Z', '2024-06-01T06:30:00Z'],
  ['Asia/Kolkata', '1970-01-01T05:30:00Z', '1970-01-01T00:00:00Z'],
]

for (const [name, local, instant] of CASES) {
  test(`${local.slice(0, -1)} in ${name} is ${instant}`, () => {
    const zone = zoneNamed(name)
    assert.ok(zone)
    assert.equal(new Date(zone.toInstant(Date.parse(local))).toISOString(), new Date(instant).toISOString())
  })
}

test('a zone that does not exist is none', () => {
  for (const name of ['Mars/Olympus', '', '+19:00', 'GMT+2:75', 'XYZ']) assert.equal(zoneNamed(name), undefined, name)
})

test('a zone keeps the name that it was asked for', () => {
  for (const name of ['PST', 'Europe/Rome', '+02:00', 'GMT']) assert.equal(zoneNamed(name)?.name, name)
})
