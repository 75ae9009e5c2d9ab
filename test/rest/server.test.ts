/** The listeners of the REST API, on real ports of this machine. */
import assert from 'node:assert/strict'
import { request } from 'node:http'
import { after, test } from 'node:test'
import type { RawConfig } from '../../src/config/define.ts'
import { openRest, type Rest, startRest } from '../../src/rest/server.ts'
import { FakeLogger } from '../helpers/fake-context.ts'
import { FakeHerder, restParts, workerSettings } from './fake-rest.ts'
import { sendRaw } from './raw-http.ts'

const deferred = () => {
  let resolve = (): void => undefined
  const promise = new Promise<void>((done) => {
    resolve = done
  })
  return { promise, resolve }
}

const open: Rest[] = []
after(async () => {
  await Promise.all(open.map((rest) => rest.close(0)))
})

const start = async (raw: RawConfig, log = new FakeLogger(), herder = new FakeHerder()): Promise<Rest> => {
  const parts = restParts({ settings: workerSettings({ listeners: 'http://127.0.0.1:0', ...raw }), log, herder })
  const rest = await startRest({ ...parts, tls: () => ({}) })
  open.push(rest)
  return rest
}

test('before there is anything to say, every request is answered 404', async () => {
  const log = new FakeLogger()
  const settings = workerSettings({ listeners: 'http://127.0.0.1:0' })
  const rest = await openRest({ settings, log, tls: () => ({}) })
  open.push(rest)
  const early = await fetch(`${rest.addresses[0]}/`)
  assert.deepEqual([early.status, await early.text()], [404, '{"error_code":404,"message":"HTTP 404 Not Found"}'])
  await rest.serve(restParts())
  assert.equal((await fetch(`${rest.addresses[0]}/`)).status, 200)
})

test('a listener without a host is open to this machine only, and the log says so', async () => {
  const log = new FakeLogger()
  const rest = await start({ listeners: 'http://:0' }, log)
  assert.match(rest.addresses[0]!, /^http:\/\/127\.0\.0\.1:\d+$/)
  assert.equal(rest.workerId, rest.addresses[0]!.replace('http://', ''))
  const line = `REST API listens on ${rest.addresses[0]} (only from this machine; a listener such as http://0.0.0.0:8083 is open to others)`
  assert.deepEqual(log.lines, [{ level: 'info', message: line, fields: undefined }])
})

test('the worker is known by the host that a listener names', async () => {
  const rest = await start({ listeners: 'http://localhost:0' })
  assert.equal(rest.workerId, new URL(rest.addresses[0]!).host)
  assert.match(rest.workerId, /^localhost:\d+$/)
})

test('a port that is taken is told by its setting, and other ports are closed again', async () => {
  const first = await start({})
  const taken = first.addresses[0]!
  const port = new URL(taken).port
  await assert.rejects(start({ listeners: `http://127.0.0.1:0,${taken}` }), {
    message: `listeners: ${taken} cannot be opened: port ${port} is in use; is another worker running?`,
  })
})

test('an advertised listener that is not there is refused', async () => {
  await assert.rejects(start({ 'rest.advertised.listener': 'https' }), /rest\.advertised\.listener=https: no listener/)
})

test('admin.listeners has loggers alone, and listeners all but these', async () => {
  const rest = await start({ 'admin.listeners': 'http://127.0.0.1:0' })
  const status = async (base: string | undefined, path: string) => (await fetch(base + path)).status
  assert.equal(await status(rest.addresses[0], '/connectors'), 200)
  assert.equal(await status(rest.addresses[0], '/admin/loggers'), 404)
  assert.equal(await status(rest.adminAddresses[0], '/admin/loggers'), 200)
  assert.equal(await status(rest.adminAddresses[0], '/connectors'), 404)
})

test('admin.listeners without a listener closes /admin', async () => {
  const rest = await start({ 'admin.listeners': '' })
  assert.deepEqual(rest.adminAddresses, [])
  assert.equal((await fetch(`${rest.addresses[0]}/admin/loggers`)).status, 404)
})

test('every answer has the headers that the worker is to add, errors too', async () => {
  const rest = await start({
    'response.http.headers.config': 'set X-Foo: bar, "add Cache-Control: no-cache, no-store"',
    'access.control.allow.origin': 'http://a.example',
  })
  for (const path of ['/', '/nope', '/connectors/%ff']) {
    const { headers } = await fetch(rest.addresses[0] + path, { headers: { origin: 'http://a.example' } })
    assert.equal(headers.get('x-foo'), 'bar')
    assert.equal(headers.get('cache-control'), 'no-cache, no-store')
    assert.equal(headers.get('access-control-allow-origin'), 'http://a.example')
    assert.equal(headers.get('vary'), 'Origin')
  }
})

test('closing waits for the answers under way, and takes nothing new', async () => {
  const herder = new FakeHerder()
  const removal = deferred()
  const asked = deferred()
  herder.remove = () => {
    asked.resolve()
    return removal.promise
  }
  const rest = await start({}, new FakeLogger(), herder)
  const url = `${rest.addresses[0]}/connectors/x`
  const answer = fetch(url, { method: 'DELETE' })
  await asked.promise
  const closed = rest.close(60_000)
  await assert.rejects(fetch(rest.addresses[0]!))
  removal.resolve()
  assert.equal((await answer).status, 204)
  await closed
})

test('closing cuts off what takes too long', async () => {
  const herder = new FakeHerder()
  const asked = new Promise<void>((resolve) => {
    herder.remove = () => {
      resolve()
      return new Promise(() => undefined)
    }
  })
  const rest = await start({}, new FakeLogger(), herder)
  const answer = fetch(`${rest.addresses[0]}/connectors/x`, { method: 'DELETE' })
  answer.catch(() => undefined)
  await asked
  await rest.close(50)
  await assert.rejects(answer)
})

test('a header beyond 16 KiB and a broken request line are refused, and the next request is served', async () => {
  const rest = await start({})
  const { hostname, port } = new URL(rest.addresses[0]!)
  const statusOf = (path: string, headers = {}): Promise<number | undefined> =>
    new Promise((resolve, reject) => {
      request({ hostname, port, path, headers, agent: false }, (answer) => {
        answer.resume()
        resolve(answer.statusCode)
      })
        .on('error', reject)
        .end()
    })
  assert.equal(await statusOf(`/connectors/${'x'.repeat(20_000)}`), 431)
  assert.equal(await statusOf('/', { 'x-long': 'x'.repeat(20_000) }), 431)
  assert.equal(await statusOf(`/connectors/${'x'.repeat(10_000)}`), 404)
})

test('a request of HTTP/1.1 needs a host, one of HTTP/1.0 does not', async () => {
  const rest = await start({})
  const port = Number(new URL(rest.addresses[0]!).port)
  const [without, older] = [
    await sendRaw(Buffer.from('GET /nope HTTP/1.1\r\n\r\n'), { port, giveUpMs: 30_000 }),
    await sendRaw(Buffer.from('GET /nope HTTP/1.0\r\n\r\n'), { port, giveUpMs: 30_000 }),
  ]
  assert.equal(without.answers[0]?.status, 400)
  assert.match(without.answers[0]?.body ?? '', /needs a Host header/)
  assert.equal(older.answers[0]?.status, 404)
})
