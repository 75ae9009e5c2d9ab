import assert from 'node:assert/strict'
import { test } from 'node:test'
import { bindOptionalValues } from '../../src/cli/optional-values.ts'

const bound = (line: string): string => bindOptionalValues(line.split(' ')).join(' ')

test('the file after --dev is not taken for its address', () => {
  assert.equal(bound('--dev worker.properties source.properties'), '--dev= worker.properties source.properties')
  assert.equal(bound('worker.properties --dev source.properties'), 'worker.properties --dev= source.properties')
  assert.equal(bound('worker.properties --dev'), 'worker.properties --dev=')
  assert.equal(bound('--dev --log-level DEBUG worker.properties'), '--dev= --log-level DEBUG worker.properties')
})

test('what looks like an address is the address', () => {
  for (const address of ['127.0.0.1:9093', 'localhost:9092', '[::1]:9092', ':0', '9093']) {
    assert.equal(bound(`--dev ${address} worker.properties`), `--dev=${address} worker.properties`)
  }
  assert.equal(bound('--dev=whatever worker.properties'), '--dev=whatever worker.properties')
})

test('the file after --dev-memory is not taken for its size', () => {
  assert.equal(bound('--dev --dev-memory worker.properties'), '--dev= --dev-memory= worker.properties')
  assert.equal(bound('--dev --dev-memory 64m worker.properties'), '--dev= --dev-memory=64m worker.properties')
})

test('files after -- and other options are left as they are', () => {
  assert.equal(bound('--no-progress -- --dev 9092'), '--no-progress -- --dev 9092')
  assert.equal(
    bound('--log-level constructor=DEBUG worker.properties'),
    '--log-level constructor=DEBUG worker.properties',
  )
  assert.deepEqual(bindOptionalValues([]), [])
  assert.deepEqual(bindOptionalValues(['__proto__', 'toString']), ['__proto__', 'toString'])
})
