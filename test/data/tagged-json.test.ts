import assert from 'node:assert/strict'
import { test } from 'node:test'
import { decodeSide } from '../../src/data/tagged-json-read.ts'
import { encodeSide } from '../../src/data/tagged-json-write.ts'
import { isPlainObject } from '../../src/data/values.ts'
import { oracleCases } from '../conformance/oracle-dir.ts'

type Side = { schema: unknown; payload?: unknown; value?: unknown }

/** Every `{schema, payload}` or `{schema, value}` anywhere in a recorded case. */
const sidesOf = (json: unknown): Side[] => {
  if (Array.isArray(json)) return json.flatMap(sidesOf)
  if (!isPlainObject(json)) return []
  if ('schema' in json && ('payload' in json || 'value' in json)) return [json as Side]
  return Object.values(json).flatMap(sidesOf)
}

for (const folder of ['converters', 'transforms']) {
  test(`every value recorded in ${folder} means the same after it was decoded, encoded and decoded again`, () => {
    const sides = oracleCases(folder).flatMap(sidesOf)
    assert.ok(sides.length > 100)
    for (const side of sides) {
      const encoded = encodeSide(decodeSide(side))
      assert.deepEqual(encodeSide(decodeSide(encoded)), encoded)
      assert.equal(JSON.stringify(encoded).includes('$unknownFields'), false)
    }
  })
}

test('a recorded value keeps its Java type', () => {
  const { value } = decodeSide({
    schema: null,
    value: [1, { $int8: 1 }, { $float64: 1 }, { $float64: 1.5 }, { $int64: '5' }],
  })
  assert.deepEqual(encodeSide({ schema: null, value }).payload, [
    1,
    { $int8: 1 },
    { $float64: 1 },
    { $float64: 1.5 },
    5,
  ])
})
