import assert from 'node:assert/strict'
import { test } from 'node:test'
import { compareVersions, parseVersionSpec } from '../../src/config/version-range.ts'

const rows: readonly [string, string, readonly string[], readonly string[]][] = [
  ['1.2', '[1.2,1.2]', ['1.2', '1.2.0'], ['1.2.1', '1.1']],
  [' [1.0,2.0) ', '[1.0,2.0)', ['1.0', '1.9.9', '2.0-beta'], ['2.0', '0.9', '1.0-rc1']],
  ['(1.0,)', '(1.0,)', ['1.0.1', '7'], ['1.0']],
  ['(,1.0],[1.2,)', '(,1.0],[1.2,)', ['0.1', '1.0', '1.2', '3'], ['1.1']],
  ['[4.3.1]', '[4.3.1,4.3.1]', ['4.3.1'], ['4.3.0']],
]

for (const [spec, text, inside, outside] of rows) {
  test(`${spec} takes ${inside.join(', ')} and not ${outside.join(', ')}`, () => {
    const range = parseVersionSpec(spec)
    assert.equal(range?.toString(), text)
    for (const version of inside) assert.equal(range?.includes(version), true, version)
    for (const version of outside) assert.equal(range?.includes(version), false, version)
  })
}

for (const spec of ['', '[1.0', '1.0]', '[1,2,3]', '(1.0)', '[2.0,1.0]', '1,2', '[1.0] x']) {
  test(`'${spec}' is no version`, () => {
    assert.throws(() => parseVersionSpec(spec), { message: `Invalid version specification: ${spec}` })
  })
}

test('latest, and nothing, ask for no version', () => {
  assert.equal(parseVersionSpec('latest'), null)
  assert.equal(parseVersionSpec(null), null)
})

test('versions are in order as numbers, pre-releases before their release', () => {
  const ordered = ['0.9', '1.0-alpha', '1.0-beta2', '1.0-rc1', '1.0-SNAPSHOT', '1.0', '1.0.1', '1.2', '1.10', '2']
  assert.deepEqual([...ordered].reverse().sort(compareVersions), ordered)
})
