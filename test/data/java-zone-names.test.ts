import assert from 'node:assert/strict'
import { test } from 'node:test'
import { zoneNameAt } from '../../src/data/java-zone-names.ts'
import { simpleDateFormat } from '../../src/data/simple-date-format.ts'

/** Recorded from java.text.SimpleDateFormat (Java 17, English): the name, and noon there as UTC, in January and in July. */
const recorded: readonly (readonly [name: string, noon: string])[] = [
  ['EST', '17:00'],
  ['Eastern Standard Time', '17:00'],
  ['edt', '16:00'],
  ['CST', '18:00'],
  ['CDT', '17:00'],
  ['MST', '19:00'],
  ['PST', '20:00'],
  ['pacific standard time', '20:00'],
  ['Pacific Daylight Time', '19:00'],
  ['NST', '15:30'],
  ['BST', '11:00'],
  ['CET', '11:00'],
  ['Central European Time', '11:00'],
  ['CEST', '10:00'],
  ['Central European Summer Time', '10:00'],
  ['EET', '10:00'],
  ['EEST', '09:00'],
  ['IST', '10:00'],
  ['JST', '03:00'],
  ['AEST', '02:00'],
  ['UTC', '12:00'],
  ['Coordinated Universal Time', '12:00'],
  ['GMT', '12:00'],
]

for (const [name, noon] of recorded) {
  test(`noon in ${name} is ${noon} in UTC, summer and winter`, () => {
    for (const day of ['2024-01-15', '2024-07-15']) {
      const millis = simpleDateFormat('yyyy-MM-dd HH:mm z').parse(`${day} 12:00 ${name}`)
      assert.equal(new Date(millis!).toISOString(), `${day}T${noon}:00.000Z`)
    }
  })
}

test('the text goes on behind the name', () => {
  assert.equal(simpleDateFormat('HH:mm z yyyy').parse('12:00 PST 2024'), Date.UTC(2024, 0, 1, 20))
  assert.deepEqual(zoneNameAt('CEST, more'), { length: 4, minutes: 120 })
})

test('a name that is not in the table is not read', () => {
  assert.equal(zoneNameAt('XYZ'), undefined)
  assert.equal(zoneNameAt('Mars Standard Time'), undefined)
  assert.equal(simpleDateFormat('HH:mm z').parse('12:00 XYZ'), undefined)
})
