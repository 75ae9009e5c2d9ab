import assert from 'node:assert/strict'
import { test } from 'node:test'
import { parseListener } from '../../src/config/listeners.ts'
import { workerIdOf } from '../../src/rest/worker-id.ts'

const open = (listener: string, port = 49152) => ({
  listener: parseListener(listener),
  address: { host: '127.0.0.1', port },
})
const none = { host: null, port: null, listener: null }

test('the worker is known by its http listener, else by its https one', () => {
  assert.equal(workerIdOf([open('https://a:1'), open('http://b:2')], none), 'b:2')
  assert.equal(workerIdOf([open('https://a:1')], none), 'a:1')
  assert.equal(workerIdOf([open('https://a:1'), open('http://b:2')], { ...none, listener: 'HTTPS' }), 'a:1')
})

test('what a listener leaves open, the system tells', () => {
  assert.equal(workerIdOf([open('http://:8083')], none), '127.0.0.1:8083')
  assert.equal(workerIdOf([open('http://:0')], none), '127.0.0.1:49152')
})

test('what is advertised counts', () => {
  assert.equal(workerIdOf([open('http://:0')], { host: 'worker', port: 80, listener: null }), 'worker:80')
  assert.throws(() => workerIdOf([open('http://:0')], { ...none, listener: 'https' }), {
    message:
      'rest.advertised.listener=https: no listener is of this kind. Accepted: http or https, whichever listeners has',
  })
})
