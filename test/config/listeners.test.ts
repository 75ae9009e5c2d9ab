import assert from 'node:assert/strict'
import { test } from 'node:test'
import { parseListener } from '../../src/config/listeners.ts'

const rows: readonly [string, ReturnType<typeof parseListener>][] = [
  ['http://:8083', { scheme: 'http', host: '', port: 8083 }],
  ['HTTPS://connect.example.org:0', { scheme: 'https', host: 'connect.example.org', port: 0 }],
  ['http://[::1]:80', { scheme: 'http', host: '::1', port: 80 }],
  [' http://0.0.0.0:65535 ', { scheme: 'http', host: '0.0.0.0', port: 65535 }],
]
for (const [text, listener] of rows) {
  test(`'${text}' is a listener`, () => assert.deepEqual(parseListener(text), listener))
}

for (const text of [
  'http://host',
  'localhost:8083',
  'http://host:-1',
  'http://host:70000',
  'http://ho st:1',
  'http://h:1/x',
]) {
  test(`'${text}' is no listener`, () => {
    assert.throws(() => parseListener(text), {
      message: `Listener doesn't have the right format or contains unsupported protocol: ${text}. Expected http://HOST:PORT or https://HOST:PORT`,
    })
  })
}

test('only http and https are spoken', () => {
  assert.throws(() => parseListener('ftp://h:21'), {
    message: 'Listener protocol must be either "http" or "https": ftp://h:21',
  })
})
