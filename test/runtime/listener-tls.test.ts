import assert from 'node:assert/strict'
import { request } from 'node:https'
import { after, test } from 'node:test'
import { openRest } from '../../src/rest/server.ts'
import { listenerTls } from '../../src/runtime/listener-tls.ts'
import { FakeLogger } from '../helpers/fake-context.ts'
import { makeStores } from '../kafka/stores.ts'
import { restParts, workerSettings } from '../rest/fake-rest.ts'

const stores = makeStores()
after(() => stores.remove())

const keyStore = (prefix = '', type = 'PKCS12', name = 'server.p12') => ({
  [`${prefix}ssl.keystore.type`]: type,
  [`${prefix}ssl.keystore.location`]: stores.path(name),
  [`${prefix}ssl.keystore.password`]: 'storesecret',
  [`${prefix}ssl.key.password`]: type === 'JKS' ? 'keysecret' : 'storesecret',
})

test('keys under the prefix replace all those without it', () => {
  const broken = { 'ssl.keystore.location': '/nowhere', 'ssl.keystore.password': 'x' }
  const options = listenerTls({ ...broken, ...keyStore('listeners.https.', 'JKS', 'server.jks') }, 'listeners.https.')
  assert.match(String(options.key), /BEGIN PRIVATE KEY/)
  assert.throws(() => listenerTls({ ...keyStore(), 'listeners.https.ssl.client.auth': 'none' }, 'listeners.https.'), {
    message: 'listeners.https.ssl.keystore.location: an https listener needs a certificate and its key',
  })
})

test('a client is asked for its certificate as ssl.client.auth says', () => {
  const asked = (auth: string) => {
    const { requestCert, rejectUnauthorized } = listenerTls(
      { ...keyStore(), 'ssl.client.auth': auth },
      'listeners.https.',
    )
    return [requestCert, rejectUnauthorized]
  }
  assert.deepEqual(
    [asked('none'), asked('requested'), asked('required')],
    [
      [false, false],
      [true, false],
      [true, true],
    ],
  )
})

test('the REST API answers over TLS with the certificate of the key store', async () => {
  const raw = { listeners: 'https://localhost:0', ...keyStore('listeners.https.') }
  const parts = restParts({ settings: workerSettings(raw), log: new FakeLogger() })
  const rest = await openRest({ settings: parts.settings, log: parts.log, tls: (prefix) => listenerTls(raw, prefix) })
  await rest.serve(parts)
  try {
    const status = await new Promise((resolve, reject) => {
      request(rest.addresses[0]!, { ca: stores.text('ca.pem'), agent: false }, (answer) => {
        answer.resume()
        resolve(answer.statusCode)
      })
        .on('error', reject)
        .end()
    })
    assert.equal(status, 200)
    assert.match(rest.addresses[0]!, /^https:\/\/localhost:\d+$/)
  } finally {
    await rest.close(0)
  }
})
