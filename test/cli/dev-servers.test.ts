import assert from 'node:assert/strict'
import { test } from 'node:test'
import { addressText, parseBrokerAddress } from '../../src/cli/broker-address.ts'
import { anyServers, devAddress, noDevBroker, onlyDevBroker, withDevServers } from '../../src/cli/dev-servers.ts'
import type { RawConfig } from '../../src/config/define.ts'

const KEY = 'bootstrap.servers'

/** The servers that are used, or what is wrong. */
const withDev = (raw: RawConfig, asked?: string): string => {
  const address = asked === undefined ? undefined : parseBrokerAddress(asked)
  const result = onlyDevBroker(address)(raw)
  return result.problems.map(({ message }) => message).join('\n') || String(result.raw[KEY])
}

test('--dev stands in for missing and empty servers and for embedded, on 127.0.0.1:9092 unless told otherwise', () => {
  for (const raw of [{}, { [KEY]: '' }, { [KEY]: ' ' }, { [KEY]: 'embedded' }, { [KEY]: ' Embedded ' }]) {
    assert.equal(withDev(raw), '127.0.0.1:9092')
    assert.equal(withDev(raw, '127.0.0.1:9093'), '127.0.0.1:9093')
  }
})

test('--dev listens where the file looks for a broker on this machine', () => {
  const listens = (servers: string, asked?: string): string =>
    addressText(devAddress({ [KEY]: servers }, asked === undefined ? undefined : parseBrokerAddress(asked)))
  assert.equal(listens('localhost:9095'), '127.0.0.1:9095')
  assert.equal(listens('PLAINTEXT://localhost:9095'), '127.0.0.1:9095')
  assert.equal(listens('[::1]:9095'), '[::1]:9095')
  assert.equal(listens('embedded'), '127.0.0.1:9092')
  assert.equal(listens('embedded', '0.0.0.0:1234'), '0.0.0.0:1234')
  assert.equal(withDev({ [KEY]: 'localhost:9095' }), 'localhost:9095')
  assert.equal(withDev({ [KEY]: 'localhost:9095' }, '0.0.0.0:9095'), 'localhost:9095')
})

test('servers elsewhere are never replaced in silence: the message says both ways out', () => {
  assert.equal(
    withDev({ [KEY]: 'kafka1:9092' }),
    "bootstrap.servers is kafka1:9092, but --dev starts a broker on 127.0.0.1:9092. To use that one, leave bootstrap.servers out or set it to 'embedded'; to use kafka1:9092, leave out --dev",
  )
  assert.match(
    withDev({ [KEY]: 'localhost:9092' }, '127.0.0.1:9093'),
    /is localhost:9092, but .* on 127\.0\.0\.1:9093\./,
  )
  assert.match(withDev({ [KEY]: 'localhost:9092' }, '127.0.0.1:0'), /a broker on a free port of 127\.0\.0\.1\./)
  assert.match(withDev({ [KEY]: 'localhost:9092,localhost:9093' }), /is localhost:9092,localhost:9093, but/)
  assert.match(
    withDev({ 'producer.bootstrap.servers': 'kafka1:9092' }),
    /^producer\.bootstrap\.servers is kafka1:9092,/,
  )
})

test('a security protocol that the broker does not speak is a problem of its key, not a time-out later', () => {
  assert.equal(
    withDev({ 'security.protocol': 'SASL_SSL', 'admin.security.protocol': 'plaintext' }),
    'security.protocol is SASL_SSL, but the broker of --dev only speaks PLAINTEXT: leave it out',
  )
})

test('embedded without --dev is a problem that names --dev, for the clients as well', () => {
  const { problems, raw } = noDevBroker({ [KEY]: 'embedded', 'consumer.bootstrap.servers': 'embedded' })
  assert.deepEqual(
    problems.map(({ message }) => message),
    [KEY, 'consumer.bootstrap.servers'].map(
      (key) => `${key}: 'embedded' is the development broker: start it with connect-standalone --dev ...`,
    ),
  )
  assert.equal(raw[KEY], '127.0.0.1:9092', 'no second problem comes of the same word')
  assert.deepEqual(noDevBroker({ [KEY]: 'kafka1:9092' }).problems, [])
  assert.deepEqual(noDevBroker({}).raw, {})
})

test('who asks no broker may have embedded there', () => {
  assert.deepEqual(anyServers({ [KEY]: 'embedded' }).problems, [])
})

test('a port that was free is put in the place of all that named it', () => {
  const raw = Object.assign(Object.create(null), { 'producer.bootstrap.servers': 'embedded', a: 'b' })
  Object.defineProperty(raw, '__proto__', { value: 'hostile', enumerable: true })
  const first = onlyDevBroker(parseBrokerAddress(':0'))(raw)
  assert.deepEqual(first.problems, [])
  const then = withDevServers(first.raw, '127.0.0.1:40001')
  assert.deepEqual(Object.entries(then).sort(), [
    ['__proto__', 'hostile'],
    ['a', 'b'],
    [KEY, '127.0.0.1:40001'],
    ['producer.bootstrap.servers', '127.0.0.1:40001'],
  ])
})
