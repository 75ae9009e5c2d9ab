import assert from 'node:assert/strict'
import { test } from 'node:test'
import { DataError } from '../../src/plugin/errors.ts'
import type { ConnectRecord } from '../../src/plugin/record.ts'
import { createSourceLetters, roughJson, type SourceLetterParts } from '../../src/runtime/source-letter.ts'
import { sourceRecord } from '../helpers/records.ts'

const parts = (more: Partial<SourceLetterParts> = {}): SourceLetterParts => ({
  chain: null,
  key: { fromConnect: (_, __, value) => (value === null ? null : `key ${value}`), toConnect: () => assert.fail() },
  value: { fromConnect: (_, __, value) => `value ${value}`, toConnect: () => assert.fail() },
  header: { fromConnectHeader: (_, __, ___, value) => `header ${value}`, toConnectHeader: () => assert.fail() },
  ...more,
})
const renaming = {
  apply: <R extends ConnectRecord>(record: R): R => ({ ...record, topic: 'renamed' }),
  failedClass: () => '',
}
const record = sourceRecord('v', 1, 'p', { key: 'k', headers: [{ key: 'h', schema: null, value: 'x' }] })

test('what a transform failed on is converted as it was polled', () => {
  assert.deepEqual(createSourceLetters(parts({ chain: renaming }))(record, 'TRANSFORMATION'), {
    form: 'converted',
    topic: 't',
    key: 'key k',
    value: 'value v',
    headers: [{ key: 'h', value: 'header x' }],
  })
})

test('what could not be written is transformed and converted, as it was to be written', () => {
  const letter = createSourceLetters(parts({ chain: renaming }))(record, 'KAFKA_PRODUCE')
  assert.deepEqual([letter.form, letter.topic, letter.value], ['written', 'renamed', 'value v'])
})

test('what could not be converted is told as JSON, in the form that try takes', () => {
  const letter = createSourceLetters(parts())(record, 'VALUE_CONVERTER')
  assert.deepEqual([letter.form, letter.key, letter.headers], ['json', null, []])
  assert.deepEqual(JSON.parse(String(letter.value)), {
    topic: 't',
    partition: null,
    timestamp: null,
    key: { schema: null, payload: 'k' },
    value: { schema: null, payload: 'v' },
    headers: [{ key: 'h', schema: null, payload: 'x' }],
  })
})

test('so is what failed in a transform and cannot be converted either, whatever it holds', () => {
  const broken = parts({
    value: {
      fromConnect: () => {
        throw new DataError('no')
      },
      toConnect: () => assert.fail(),
    },
  })
  const circle: Record<string, unknown> = { big: 2n ** 70n, run: () => undefined }
  circle['self'] = circle
  const letter = createSourceLetters(broken)({ ...record, value: circle }, 'TRANSFORMATION')
  assert.equal(letter.form, 'json')
  assert.match(String(letter.value), /"self":/)
})

test('rough JSON has a text for everything, and ends where it would begin again', () => {
  const shared = { a: 1 }
  const circle: unknown[] = [shared, shared]
  circle.push(circle)
  assert.equal(
    roughJson({ circle, big: 5n, map: new Map([['k', new Map([['l', 1]])]]) }),
    '{"circle":[{"a":1},{"a":1},"[circular]"],"big":"5","map":{"k":{"l":1}}}',
  )
})
