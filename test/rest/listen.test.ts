import assert from 'node:assert/strict'
import { connect } from 'node:net'
import { type TestContext, test } from 'node:test'
import { openPort, type Serve } from '../../src/rest/listen.ts'
import { within } from '../helpers/processes.ts'
import { sendRaw } from './raw-http.ts'

const open = async (t: TestContext, serve: Serve = (_request, response) => void response.end('fine')) => {
  const port = await openPort('listeners', 'http://127.0.0.1:0', () => ({}), serve)
  t.after(() => port.close(0))
  return { close: port.close, port: port.address.port }
}

const REFUSED = [
  ['what is no HTTP', 'what is this?\r\n\r\n', 400],
  ['a header without a colon', 'GET / HTTP/1.1\r\nHost: a\r\nnonsense\r\n\r\n', 400],
  ['headers that are too large', `GET / HTTP/1.1\r\nHost: a\r\nx: ${'y'.repeat(20_000)}\r\n\r\n`, 431],
  ['a URL that is too long', `GET /${'y'.repeat(20_000)} HTTP/1.1\r\nHost: a\r\n\r\n`, 431],
] as const

for (const [what, text, status] of REFUSED) {
  test(`${what} is refused with ${status}, as JSON`, async (t) => {
    const { port } = await open(t)
    const { answers, rest, gaveUp } = await sendRaw(Buffer.from(text), { port, giveUpMs: 30_000 })
    assert.equal(gaveUp, false, 'the connection is closed')
    assert.equal(rest, '')
    assert.deepEqual(
      answers.map((answer) => [answer.status, answer.headers.get('content-type')]),
      [[status, 'application/json']],
    )
    const { error_code, message } = JSON.parse(answers[0]!.body) as Record<string, unknown>
    assert.equal(error_code, status)
    assert.match(String(message), new RegExp(`^HTTP ${status} `))
  })
}

test('whoever has sent half a request, or nothing, does not hold up the end', async (t) => {
  let asked = 0
  const { port, close } = await open(t, (request, response) => {
    asked++
    request.resume().on('end', () => response.end())
    request.on('error', () => undefined)
  })
  const texts = ['', 'GET /', 'GET / HTTP/1.1\r\nHost:', 'POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\n\r\nhalf']
  for (const text of texts) {
    const socket = connect(port, '127.0.0.1', () => socket.write(text))
    socket.on('error', () => undefined)
    t.after(() => socket.destroy())
  }
  await sendRaw(Buffer.from('GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n'), { port, giveUpMs: 30_000 })
  const began = performance.now()
  await within(close(60_000), 30_000, 'the port to close')
  assert.ok(performance.now() - began < 20_000)
  assert.ok(asked >= 1)
})

test('an answer that is under way is waited for', async (t) => {
  let begin = (): void => undefined
  const begun = new Promise<void>((resolve) => {
    begin = resolve
  })
  const { port, close } = await open(t, (_request, response) => {
    begin()
    setTimeout(() => response.end('late'), 1500)
  })
  const asked = sendRaw(Buffer.from('GET / HTTP/1.1\r\nHost: a\r\n\r\n'), { port, giveUpMs: 30_000 })
  await begun
  await Promise.all([close(60_000), asked])
  assert.deepEqual(
    (await asked).answers.map(({ status, body }) => [status, body]),
    [[200, 'late']],
  )
})
