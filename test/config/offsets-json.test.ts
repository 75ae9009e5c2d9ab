import assert from 'node:assert/strict'
import { test } from 'node:test'
import { parseJsonText } from '../../src/config/json-text.ts'
import { offsetListOrAnswer } from '../../src/config/offsets-json.ts'
import { TypedNumber } from '../../src/data/values.ts'

const read = (text: string) => offsetListOrAnswer(parseJsonText(text).value, 'initial_offsets')

const offsets = [{ partition: { filename: 'a' }, offset: { position: 3 } }]

test('a list of offsets, and what GET /connectors/NAME/offsets answers, mean the same', () => {
  assert.deepEqual(read(JSON.stringify(offsets)), offsets)
  assert.deepEqual(read(JSON.stringify({ offsets })), offsets)
  assert.deepEqual(read('{}'), [])
})

test('numbers stay exact, and a missing partition or offset is null', () => {
  assert.deepEqual(read('[{"partition":{"id":9007199254740993},"offset":{"at":1.0}},{}]'), [
    { partition: { id: 9007199254740993n }, offset: { at: new TypedNumber('float64', 1) } },
    { partition: null, offset: null },
  ])
})

const refusals: readonly (readonly [text: string, message: string])[] = [
  ['1', 'Cannot deserialize value: "initial_offsets" must be a list'],
  ['[1]', 'Cannot deserialize value: An element of "initial_offsets" must be a JSON object, and is a number'],
  ['[{"offset":5}]', 'Cannot deserialize value: "offset" must be a JSON object, and is a number'],
  ['[{"position":{}}]', 'Unrecognized field "position": known are "partition", "offset"'],
  ['{"offset":[]}', 'Unrecognized field "offset": known are "offsets"'],
]
for (const [text, message] of refusals) {
  test(`refused: ${text}`, () => assert.throws(() => read(text), { name: 'JsonShapeError', message }))
}
