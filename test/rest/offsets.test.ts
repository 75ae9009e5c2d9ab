import assert from 'node:assert/strict'
import { test } from 'node:test'
import { TypedNumber } from '../../src/data/values.ts'
import { FakeHerder, fakeRest } from './fake-rest.ts'

const withStopped = async () => {
  const herder = new FakeHerder()
  herder.connectors.set('x', { config: { name: 'x' }, state: 'STOPPED' })
  return fakeRest({ herder })
}

test('offsets are shown with numbers exact to the last digit', async () => {
  const { ask, herder } = await withStopped()
  herder.stored = [
    { partition: { file: 'a' }, offset: { big: 9223372036854775807n, double: new TypedNumber('float64', 1), n: 1.5 } },
    { partition: null, offset: { at: null } },
  ]
  assert.equal(
    (await ask('GET /connectors/x/offsets')).text,
    '{"offsets":[{"partition":{"file":"a"},"offset":{"big":9223372036854775807,"double":1.0,"n":1.5}},{"partition":null,"offset":{"at":null}}]}',
  )
})

test('offsets are taken as they are written: large integers, doubles, null', async () => {
  const { ask, herder } = await withStopped()
  const body =
    '{"offsets":[{"partition":{"__proto__":"p"},"offset":{"big":9223372036854775807,"double":1.0,"n":-2}},{"partition":{"f":"b"},"offset":null},{"offset":{"o":true}}]}'
  assert.deepEqual((await ask('PATCH /connectors/x/offsets', body)).json, { message: 'altered' })
  assert.deepEqual(herder.stored, [
    {
      partition: Object.fromEntries([['__proto__', 'p']]),
      offset: { big: 9223372036854775807n, double: new TypedNumber('float64', 1), n: -2 },
    },
    { partition: { f: 'b' }, offset: null },
    { partition: null, offset: { o: true } },
  ])
})

test('offsets that are no offsets are refused before the connector is looked up', async () => {
  const { ask } = await withStopped()
  const message = 'Partitions / offsets need to be provided for an alter offsets request'
  for (const body of [{}, { offsets: [] }, { offsets: null }]) {
    assert.deepEqual((await ask('PATCH /connectors/nope/offsets', body)).json, { error_code: 400, message })
  }
  const other: readonly (readonly [unknown, string])[] = [
    ['nope', "Unexpected end-of-input or malformed JSON: expected a value, found 'n' (line 1, column 1)"],
    [{ offsets: 1 }, 'Cannot deserialize value: "offsets" must be a list'],
    [{ offsets: ['x'] }, 'Cannot deserialize value: An element of "offsets" must be a JSON object, and is a string'],
    [{ offsets: [{ partition: [] }] }, 'Cannot deserialize value: "partition" must be a JSON object, and is an array'],
    [{ offset: [] }, 'Unrecognized field "offset": known are "offsets"'],
  ]
  for (const [body, text] of other) {
    assert.deepEqual((await ask('PATCH /connectors/x/offsets', body)).json, { error_code: 400, message: text })
  }
})

test('offsets of a connector that is not stopped stay as they are', async () => {
  const { ask, herder } = await withStopped()
  herder.connectors.get('x')!.state = 'PAUSED'
  const message =
    "Connectors must be in the STOPPED state before their offsets can be modified. This can be done for the specified connector by issuing a 'PUT' request to the '/connectors/x/stop' endpoint"
  assert.deepEqual((await ask('DELETE /connectors/x/offsets')).json, { error_code: 400, message })
  assert.deepEqual((await ask('PATCH /connectors/x/offsets', { offsets: [{ partition: {}, offset: {} }] })).json, {
    error_code: 400,
    message,
  })
})

test('offsets are forgotten', async () => {
  const { ask } = await withStopped()
  assert.deepEqual((await ask('DELETE /connectors/x/offsets')).json, { message: 'reset' })
})
