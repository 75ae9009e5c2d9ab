import assert from 'node:assert/strict'
import { test } from 'node:test'
import { addressText, isLoopback, isWildcard, parseBrokerAddress, reaches } from '../../src/cli/broker-address.ts'

const parsed = (text: string): string | undefined => {
  const address = parseBrokerAddress(text)
  return address === undefined ? undefined : addressText(address)
}

test('an address is HOST:PORT, [IPv6]:PORT, :PORT or PORT', () => {
  assert.equal(parsed('10.0.0.7:9093'), '10.0.0.7:9093')
  assert.equal(parsed('kafka.local:1'), 'kafka.local:1')
  assert.equal(parsed('[::1]:9092'), '[::1]:9092')
  assert.equal(parsed('[fe80::1%eth0]:9092'), '[fe80::1%eth0]:9092')
  assert.equal(parsed(':9093'), '127.0.0.1:9093')
  assert.equal(parsed('9093'), '127.0.0.1:9093')
  assert.equal(parsed(' 127.0.0.1:0 '), '127.0.0.1:0')
})

test('localhost is 127.0.0.1, whatever this machine resolves it to', () => {
  assert.equal(parsed('localhost:9092'), '127.0.0.1:9092')
  assert.equal(parsed('LOCALHOST:9092'), '127.0.0.1:9092')
})

test('names of files, names without a port, ports that there are not and several addresses are none', () => {
  for (const text of [
    ...['worker.properties', './9092', '/tmp/a:9092', 'C:\\a:9092', '', ':', 'localhost', 'localhost:', '65536', '-1'],
    ...['localhost:9092,localhost:9093', 'a:b:9092', 'localhost:90x', '::1:9092', '[::1]', '9092 9093'],
  ]) {
    assert.equal(parseBrokerAddress(text), undefined, text)
  }
})

test('whoever looks for a loopback address finds a broker on loopback or on all addresses, at the same port', () => {
  const finds = (wanted: string, listening: string): boolean =>
    reaches(parseBrokerAddress(wanted)!, parseBrokerAddress(listening)!)
  assert.ok(finds('localhost:9092', '127.0.0.1:9092'))
  assert.ok(finds('[::1]:9092', '127.0.0.1:9092'))
  assert.ok(finds('localhost:9092', '0.0.0.0:9092'))
  assert.ok(finds('10.0.0.7:9092', '10.0.0.7:9092'))
  assert.ok(!finds('localhost:9093', '127.0.0.1:9092'))
  assert.ok(!finds('localhost:9092', '10.0.0.7:9092'))
  assert.ok(!finds('10.0.0.7:9092', '127.0.0.1:9092'))
})

test('127.0.0.0/8 and ::1 are loopback, 0.0.0.0 and :: all addresses', () => {
  assert.deepEqual(['127.0.0.1', '127.1.2.3', '::1', '128.0.0.1', '127.0.0.1.example'].map(isLoopback), [
    ...[true, true, true, false, false],
  ])
  assert.deepEqual(['0.0.0.0', '::', '127.0.0.1'].map(isWildcard), [true, true, false])
})
