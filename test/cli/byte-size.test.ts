import assert from 'node:assert/strict'
import { test } from 'node:test'
import { byteSizeText, parseByteSize } from '../../src/cli/byte-size.ts'

test('sizes are numbers of bytes, with units of 1024', () => {
  assert.equal(parseByteSize('268435456'), 268_435_456)
  assert.equal(parseByteSize('5b'), 5)
  for (const text of ['256m', '256M', '256mb', '256MiB', '262144k', ' 256m ']) {
    assert.equal(parseByteSize(text), 268_435_456, text)
  }
  assert.equal(parseByteSize('2g'), 2_147_483_648)
})

test('anything else is no size', () => {
  for (const text of ['', 'm', '1.5g', '-1', '1t', '1 m', '1e3', '0x10', '999999999999999g', 'worker.properties']) {
    assert.equal(parseByteSize(text), undefined, text)
  }
})

test('a size is shown in the largest unit that leaves nothing over', () => {
  assert.equal(byteSizeText(268_435_456), '256 MiB')
  assert.equal(byteSizeText(2_147_483_648), '2 GiB')
  assert.equal(byteSizeText(1_048_577), '1048577 bytes')
})
