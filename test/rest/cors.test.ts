import assert from 'node:assert/strict'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { test } from 'node:test'
import { createCors } from '../../src/rest/cors.ts'

const headersFor = (origins: string, request: Partial<IncomingMessage>, methods = ''): Record<string, unknown> => {
  const headers: Record<string, unknown> = {}
  const response = { setHeader: (name: string, value: unknown) => (headers[name] = value) }
  createCors(origins, methods)!({ headers: {}, ...request } as IncomingMessage, response as unknown as ServerResponse)
  return headers
}

test('without origins there are no headers', () => {
  assert.equal(createCors('', 'GET'), undefined)
  assert.equal(createCors(' , ', ''), undefined)
})

const rows: readonly (readonly [origins: string, origin: string, allowed: boolean])[] = [
  ['*', 'http://a.example', true],
  ['http://a.example, http://b.example', 'http://b.example', true],
  ['http://a.example', 'http://a-example', false],
  ['http://a.example', 'HTTP://A.example', true],
  ['http://*.example', 'http://shop.example', true],
  ['http://*.example', 'http://shop.example.evil', false],
  ['https://.*\\.example', 'https://a.example', true],
  ['https://.*\\.example', 'https://a.example.evil', false],
]

for (const [origins, origin, allowed] of rows) {
  test(`access.control.allow.origin=${origins} ${allowed ? 'lets in' : 'keeps out'} ${origin}`, () => {
    assert.deepEqual(headersFor(origins, { headers: { origin } }), {
      Vary: 'Origin',
      ...(allowed ? { 'Access-Control-Allow-Origin': origin } : {}),
    })
  })
}

test('a pre-flight request is told the methods', () => {
  const request = { method: 'OPTIONS', headers: { origin: 'http://a', 'access-control-request-method': 'PUT' } }
  assert.equal(headersFor('*', request)['Access-Control-Allow-Methods'], 'GET,POST,HEAD')
  assert.equal(headersFor('*', request, 'GET, PUT')['Access-Control-Allow-Methods'], 'GET,PUT')
})
