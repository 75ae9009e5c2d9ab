import assert from 'node:assert/strict'
import { test } from 'node:test'
import { memorySize } from '../../src/cli/broker-memory.ts'
import { devAddressValue, devOptions } from '../../src/cli/dev-options.ts'

test('--dev with and without an address', () => {
  assert.equal(devOptions({}), undefined)
  assert.deepEqual(devOptions({ dev: devAddressValue('') }), {
    address: undefined,
    dataDir: undefined,
    memoryBytes: undefined,
  })
  assert.deepEqual(devOptions({ dev: devAddressValue(':9093'), devMemory: memorySize('') }), {
    address: { host: '127.0.0.1', port: 9093 },
    dataDir: undefined,
    memoryBytes: 268_435_456,
  })
})

test('options that make no sense are refused with what is accepted', () => {
  assert.throws(() => devAddressValue('kafka'), { message: 'Accepted: HOST:PORT, :PORT or PORT' })
  assert.throws(() => memorySize('lots'), { message: 'A size such as 256m, 1g or a number of bytes is accepted' })
  assert.throws(() => memorySize('15m'), { message: '16 MiB is the least' })
  assert.throws(() => devOptions({ devDataDir: 'd' }), { message: '--dev-data-dir needs --dev', exitCode: 1 })
  assert.throws(() => devOptions({ devMemory: 1 }), { message: '--dev-memory needs --dev', exitCode: 1 })
  assert.throws(() => devOptions({ dev: 'default', devDataDir: 'd', devMemory: 1 }), {
    message: '--dev-data-dir and --dev-memory exclude each other',
    exitCode: 1,
  })
})
