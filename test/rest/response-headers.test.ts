import assert from 'node:assert/strict'
import { OutgoingMessage, type ServerResponse } from 'node:http'
import { test } from 'node:test'
import { createResponseHeaders } from '../../src/rest/response-headers.ts'

test('headers are set, added, and written as dates', () => {
  const response = new OutgoingMessage()
  response.setHeader('Cache-Control', 'private')
  createResponseHeaders('set X-Foo: bar, "add Cache-Control: no-cache, no-store", setDate Expires: 0')(
    response as ServerResponse,
  )
  assert.deepEqual(
    { ...response.getHeaders() },
    {
      'cache-control': ['private', 'no-cache, no-store'],
      'x-foo': 'bar',
      expires: 'Thu, 01 Jan 1970 00:00:00 GMT',
    },
  )
})

test('a date that is no number is refused', () => {
  assert.throws(() => createResponseHeaders('setDate Expires: soon'), {
    message: 'response.http.headers.config: the date of Expires must be milliseconds since the epoch, and is soon',
  })
})
