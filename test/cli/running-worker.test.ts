import assert from 'node:assert/strict'
import { createServer, type RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'
import { type TestContext, test } from 'node:test'
import { addressesOf, findRunningWorker } from '../../src/cli/running-worker.ts'

const serve = async (t: TestContext, listener: RequestListener): Promise<string> => {
  const server = createServer(listener).listen(0, '127.0.0.1')
  await new Promise((resolve) => server.once('listening', resolve))
  t.after(() => server.close())
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}

const INFO = '{"version":"4.3.1","commit":"x","kafka_cluster_id":"y"}'

test('a worker is looked for where this machine reaches its listeners; on any free port it cannot be', () => {
  assert.deepEqual(
    addressesOf(['http://:8083', 'https://0.0.0.0:8443', 'http://[::1]:81', 'HTTP://host:80', 'http://:0']),
    ['http://127.0.0.1:8083', 'https://127.0.0.1:8443', 'http://[::1]:81', 'http://host:80'],
  )
})

test('who answers as a worker does is one; other servers and nobody are not', async (t) => {
  const other = await serve(t, (_, answer) => answer.end('<html>'))
  const worker = await serve(t, (_, answer) => answer.end(INFO))
  assert.equal(await findRunningWorker(['http://127.0.0.1:1', other]), undefined)
  assert.equal((await findRunningWorker(['http://127.0.0.1:1', other, worker]))?.url, worker)
})

test('user and password of the address are sent, and never shown', async (t) => {
  const heard: (string | undefined)[] = []
  const address = await serve(t, (request, answer) => {
    heard.push(request.headers.authorization)
    answer.statusCode = request.headers.authorization === undefined ? 401 : 200
    answer.end(INFO)
  })
  await assert.rejects(findRunningWorker([address]), {
    name: 'ExitError',
    message: `The worker at ${address} wants a user: give --rest ${address.replace('://', '://USER:PASSWORD@')}`,
  })
  const worker = await findRunningWorker([address.replace('://', '://me:p%40ss@')])
  assert.equal(worker?.url, address)
  assert.equal(heard.at(-1), `Basic ${Buffer.from('me:p@ss').toString('base64')}`)
})

test('an address that is none is refused with an example', async () => {
  await assert.rejects(findRunningWorker(['not an address']), /is not an address such as http:\/\/127\.0\.0\.1:8083/)
})
