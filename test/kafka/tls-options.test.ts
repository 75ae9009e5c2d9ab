import assert from 'node:assert/strict'
import { once } from 'node:events'
import { writeFileSync } from 'node:fs'
import type { AddressInfo } from 'node:net'
import { after, before, test } from 'node:test'
import { type ConnectionOptions, connect, createServer, type Server, type TLSSocket } from 'node:tls'
import type { ConfigProblem, RawConfig } from '../../src/config/define.ts'
import { parseOrThrow } from '../../src/config/parse.ts'
import { SSL_KEYS } from '../../src/kafka/client-keys.ts'
import { tlsOptions } from '../../src/kafka/tls-options.ts'
import { makeStores, type Stores } from './stores.ts'

let stores: Stores
before(() => {
  stores = makeStores()
})
after(() => stores?.remove())

const optionsOf = (raw: RawConfig): { options: ConnectionOptions; problems: string[] } => {
  const problems: ConfigProblem[] = []
  const options = tlsOptions(parseOrThrow(SSL_KEYS, raw), problems)
  return { options, problems: problems.map(({ message }) => message) }
}

const wellOptions = (raw: RawConfig): ConnectionOptions => {
  const { options, problems } = optionsOf(raw)
  assert.deepEqual(problems, [])
  return options
}

const serve = async (options: object): Promise<Server> => {
  const server = createServer(options, (socket) => socket.end('hello'))
  server.on('tlsClientError', () => {})
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return server
}

/** What the server says, or the error of the handshake. */
const greet = async (server: Server, options: ConnectionOptions, servername = 'localhost'): Promise<string> => {
  const { port } = server.address() as AddressInfo
  return new Promise((resolve) => {
    const socket: TLSSocket = connect({ ...options, host: '127.0.0.1', port, servername })
    let text = ''
    socket.setTimeout(30_000, () => socket.destroy(new Error('timed out')))
    socket.on('data', (data) => {
      text += data
    })
    socket.on('error', (error: Error & { code?: string }) => resolve(error.code ?? error.message))
    socket.on('close', () => resolve(text))
  })
}

test('a trust store lets us talk to a server that its CA signed, in every format', async () => {
  const server = await serve({ key: stores.text('server.key'), cert: stores.text('server.pem') })
  const password = { 'ssl.truststore.password': 'storesecret' }
  try {
    for (const raw of [
      { 'ssl.truststore.location': stores.path('trust.jks'), ...password },
      { 'ssl.truststore.location': stores.path('trust.jks') },
      { 'ssl.truststore.location': stores.path('trust.p12'), 'ssl.truststore.type': 'PKCS12', ...password },
      { 'ssl.truststore.location': stores.path('trust.p12'), ...password }, // said to be JKS, as the JVM allows
      { 'ssl.truststore.location': stores.path('trust-legacy.p12'), 'ssl.truststore.type': 'PKCS12', ...password },
      { 'ssl.truststore.location': stores.path('ca.pem'), 'ssl.truststore.type': 'PEM' },
      { 'ssl.truststore.certificates': stores.text('ca.pem'), 'ssl.truststore.type': 'PEM' },
      { 'ssl.truststore.certificates': stores.text('ca.pem').replaceAll('\n', ' '), 'ssl.truststore.type': 'PEM' },
    ]) {
      assert.equal(await greet(server, wellOptions(raw)), 'hello', JSON.stringify(raw))
    }
    assert.equal(await greet(server, wellOptions({})), 'SELF_SIGNED_CERT_IN_CHAIN')
  } finally {
    server.close()
  }
})

test('a key store proves who we are, in every format', async () => {
  const server = await serve({
    key: stores.text('server.key'),
    cert: stores.text('server.pem'),
    ca: stores.text('ca.pem'),
    requestCert: true,
    rejectUnauthorized: true,
    maxVersion: 'TLSv1.2', // with 1.3 a refusal comes after the client's handshake
  })
  const trust = { 'ssl.truststore.location': stores.path('ca.pem'), 'ssl.truststore.type': 'PEM' }
  const password = { 'ssl.keystore.password': 'storesecret' }
  try {
    for (const raw of [
      { 'ssl.keystore.location': stores.path('server.jks'), 'ssl.key.password': 'keysecret', ...password },
      { 'ssl.keystore.location': stores.path('server.p12'), 'ssl.keystore.type': 'PKCS12', ...password },
      { 'ssl.keystore.location': stores.path('server-legacy.p12'), 'ssl.keystore.type': 'PKCS12', ...password },
      {
        'ssl.keystore.type': 'PEM',
        'ssl.keystore.key': stores.text('server-encrypted.key'),
        'ssl.keystore.certificate.chain': stores.text('server.pem'),
        'ssl.key.password': 'keysecret',
      },
    ]) {
      assert.equal(await greet(server, wellOptions({ ...trust, ...raw })), 'hello', JSON.stringify(raw))
    }
    writeFileSync(stores.path('both.pem'), stores.text('server.key') + stores.text('server.pem'))
    const both = { 'ssl.keystore.type': 'PEM', 'ssl.keystore.location': stores.path('both.pem') }
    assert.equal(await greet(server, wellOptions({ ...trust, ...both })), 'hello')
    assert.notEqual(await greet(server, wellOptions(trust)), 'hello')
  } finally {
    server.close()
  }
})

test('the host name is checked unless the identification algorithm is empty', async () => {
  const server = await serve({ key: stores.text('server.key'), cert: stores.text('server.pem') })
  const trust = { 'ssl.truststore.certificates': stores.text('ca.pem'), 'ssl.truststore.type': 'PEM' }
  try {
    const unchecked = { ...trust, 'ssl.endpoint.identification.algorithm': '' }
    assert.equal(await greet(server, wellOptions(trust), 'elsewhere'), 'ERR_TLS_CERT_ALTNAME_INVALID')
    assert.equal(await greet(server, wellOptions(unchecked), 'elsewhere'), 'hello')
  } finally {
    server.close()
  }
})

test('enabled protocols and cipher suites limit what is offered', async () => {
  const server = await serve({ key: stores.text('server.key'), cert: stores.text('server.pem'), maxVersion: 'TLSv1.2' })
  const trust = { 'ssl.truststore.certificates': stores.text('ca.pem'), 'ssl.truststore.type': 'PEM' }
  const gcm = {
    'ssl.cipher.suites': 'TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384,TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256',
  }
  try {
    const options = wellOptions({ ...trust, ...gcm })
    assert.equal(options.ciphers, 'ECDHE-RSA-AES256-GCM-SHA384:ECDHE-RSA-CHACHA20-POLY1305')
    assert.equal(await greet(server, options), 'hello')
    assert.notEqual(await greet(server, wellOptions({ ...trust, 'ssl.enabled.protocols': 'TLSv1.3' })), 'hello')
  } finally {
    server.close()
  }
})

test('what is wrong with a store is said in a sentence, without its password', () => {
  const rows: [RawConfig, RegExp][] = [
    [
      { 'ssl.truststore.location': '/nowhere.jks' },
      /^Failed to load SSL keystore \/nowhere.jks of type JKS: no such file$/,
    ],
    [
      { 'ssl.truststore.location': stores.path('trust.jks'), 'ssl.truststore.password': 'wrongsecret' },
      /trust.jks of type JKS: the password is wrong, or the file is damaged$/,
    ],
    [
      { 'ssl.truststore.location': stores.path('trust.p12'), 'ssl.truststore.password': 'wrongsecret' },
      /the password is wrong, or the file is damaged$/,
    ],
    [{ 'ssl.truststore.location': stores.path('trust.p12') }, /it is encrypted, and no password is set$/],
    [
      {
        'ssl.keystore.location': stores.path('server.jks'),
        'ssl.keystore.password': 'storesecret',
        'ssl.key.password': 'wrongsecret',
      },
      /the password of the key is wrong$/,
    ],
    [{ 'ssl.keystore.location': stores.path('server.jks') }, /^SSL key store is specified, but key store password/],
    [{ 'ssl.truststore.location': stores.path('ca.pem') }, /the file is neither JKS nor PKCS12$/],
    [
      { 'ssl.truststore.location': stores.path('ca.pem'), 'ssl.truststore.type': 'BCFKS' },
      /this type is not supported; use JKS/,
    ],
    [
      { 'ssl.truststore.certificates': 'foo' },
      /^SSL trust store certs can be specified only for PEM, but trust store type is JKS\.$/,
    ],
    [
      { 'ssl.truststore.certificates': 'foo', 'ssl.truststore.type': 'PEM' },
      /^No matching CERTIFICATE entries in PEM file$/,
    ],
    [{ 'ssl.cipher.suites': 'FOO' }, /Unsupported CipherSuite: FOO$/],
    [{ 'ssl.enabled.protocols': 'SSLv3' }, /known are TLSv1, TLSv1.1, TLSv1.2, TLSv1.3$/],
  ]
  for (const [raw, expected] of rows) {
    const { problems } = optionsOf(raw)
    assert.equal(problems.length, 1, JSON.stringify(raw))
    assert.match(problems[0]!, expected)
    assert.doesNotMatch(problems[0]!, /secret/)
  }
})
