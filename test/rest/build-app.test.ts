/** What all resources have in common: paths, methods, types, sizes, errors. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { FakeLogger } from '../helpers/fake-context.ts'
import { FakeHerder, fakeRest } from './fake-rest.ts'

test('an unknown path is 404 and an unknown method 405, both without a content type', async () => {
  const { ask } = await fakeRest()
  const rows: readonly (readonly [string, number, string])[] = [
    ['GET /nope', 404, 'HTTP 404 Not Found'],
    ['GET /connectors/x/tasks-config', 404, 'HTTP 404 Not Found'],
    ['POST /', 405, 'HTTP 405 Method Not Allowed'],
    ['DELETE /connectors', 405, 'HTTP 405 Method Not Allowed'],
    ['PUT /connectors/x/offsets', 405, 'HTTP 405 Method Not Allowed'],
    ['GET /connectors/x/pause/', 405, 'HTTP 405 Method Not Allowed'],
    ['PROPFIND /connectors', 405, 'HTTP 405 Method Not Allowed'],
  ]
  for (const [what, status, message] of rows) {
    const answer = await ask(what)
    assert.deepEqual([answer.status, answer.json], [status, { error_code: status, message }], what)
    assert.equal(answer.type, undefined, what)
  }
})

test('OPTIONS tells the methods of a path, HEAD works where GET does', async () => {
  const { ask } = await fakeRest()
  const options = await ask('OPTIONS /connectors')
  assert.deepEqual(
    [options.status, options.type, options.headers['allow']],
    [200, 'text/plain', 'HEAD,POST,GET,OPTIONS'],
  )
  assert.equal(options.text, 'HEAD, POST, GET, OPTIONS')
  assert.equal((await ask('OPTIONS /connectors/x/config')).headers['allow'], 'HEAD,GET,OPTIONS,PUT,PATCH')
  assert.equal((await ask('OPTIONS /nope')).status, 404)
  const head = await ask('HEAD /connectors')
  assert.deepEqual(
    [head.status, head.type, head.text, head.headers['content-length']],
    [200, 'application/json', '', '2'],
  )
})

test('a body of another type is 415; one without a type is, too, but only when there is one', async () => {
  const { ask } = await fakeRest()
  const typed = await ask('POST /connectors', '{}', { 'content-type': 'text/plain' })
  assert.deepEqual(
    [typed.json, typed.type],
    [{ error_code: 415, message: 'HTTP 415 Unsupported Media Type' }, undefined],
  )
  assert.equal((await ask('PUT /connectors/x/pause', 'x', { 'content-type': 'text/plain' })).status, 415)
  assert.equal((await ask('POST /connectors', '{}', { 'content-type': 'application/json; charset=utf-8' })).status, 400)
  assert.equal((await ask('PUT /connectors/x/pause')).status, 404)
})

test('a client that takes no JSON is answered 406', async () => {
  const { ask } = await fakeRest()
  for (const accept of ['application/xml', 'text/html, image/*', 'application/json;q=0']) {
    const answer = await ask('GET /connectors', undefined, { accept })
    assert.deepEqual([answer.json, answer.type], [{ error_code: 406, message: 'HTTP 406 Not Acceptable' }, undefined])
  }
  for (const accept of ['', '*/*', 'text/html, application/*;q=0.1', 'APPLICATION/JSON']) {
    assert.equal((await ask('GET /connectors', undefined, { accept })).status, 200, accept)
  }
})

test('an escaped slash in a path is refused, as by the JVM worker', async () => {
  const { ask } = await fakeRest()
  const answer = await ask('GET /connectors/a%2Fb')
  assert.deepEqual(answer.json, { error_code: 400, message: 'Ambiguous URI path separator: %2F in the path' })
})

test('an empty segment in a path is refused, as by the JVM worker', async () => {
  const { ask } = await fakeRest()
  for (const path of ['//connectors', '/connectors//x', '/nope//x']) {
    const answer = await ask(`GET ${path}`)
    const message = 'Ambiguous URI empty segment: // in the path'
    assert.deepEqual(answer.json, { error_code: 400, message }, path)
  }
})

test('a URL that cannot be decoded is refused', async () => {
  const { ask } = await fakeRest()
  const answer = await ask('GET /connectors/%ff')
  assert.deepEqual(answer.json, { error_code: 400, message: 'HTTP 400 Bad Request: the URL cannot be decoded' })
})

test('a body beyond 8 MiB is refused', async () => {
  const { ask } = await fakeRest()
  const answer = await ask('POST /connectors', JSON.stringify({ name: 'x'.repeat(8 * 1024 * 1024) }))
  assert.equal(answer.status, 413)
  assert.deepEqual(answer.json, { error_code: 413, message: 'Request body is too large' })
})

test('what nobody foresaw is 500 with its message, and logged', async () => {
  const herder = new FakeHerder()
  const log = new FakeLogger()
  const error = new Error('the floor is wet')
  herder.names = () => {
    throw error
  }
  const { ask } = await fakeRest({ herder, log })
  assert.deepEqual((await ask('GET /connectors?expand=info')).json, { error_code: 500, message: 'the floor is wet' })
  assert.deepEqual(log.lines, [{ level: 'error', message: 'GET /connectors failed', fields: { error } }])
})

test('secrets are hidden in errors and in traces', async () => {
  const herder = new FakeHerder()
  herder.connectors.set('x', { config: {}, state: 'FAILED', trace: 'login with pssst failed' })
  herder.remove = async () => Promise.reject(new Error('no pssst'))
  const { ask } = await fakeRest({ herder })
  assert.deepEqual((await ask('DELETE /connectors/x')).json, { error_code: 500, message: 'no [hidden]' })
  assert.match((await ask('GET /connectors/x/status')).text, /"trace":"login with \[hidden\] failed"/)
})

test('a request that takes too long is answered all the same', async () => {
  const herder = new FakeHerder()
  herder.remove = () => new Promise(() => undefined)
  const { ask } = await fakeRest({ herder }, 20)
  const awake = setInterval(() => undefined, 1000) // without a port there is no connection that would keep us awake
  assert.deepEqual((await ask('DELETE /connectors/x')).json, { error_code: 500, message: 'Request timed out' })
  clearInterval(awake)
})
