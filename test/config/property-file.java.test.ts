import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { decodeProperties } from '../../src/config/property-file.ts'

const FILES = 4000
const SEED = 20_240_521

/** A small generator of numbers that always gives the same ones (mulberry32). */
const seeded = (seed: number) => {
  let state = seed
  return (below: number): number => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) % below
  }
}

const PIECES = [
  ...['a', 'b', 'key', '1', 'A', 'é', '日', '\u{1F600}', '\u2028', '\u0085', '\u00a0', '\u0000', '\uFEFF', '__proto__'],
  ...['=', ':', ' ', '\t', '\f', '\v', '#', '!', '"', '=', ':', ' '],
  ...['\n', '\r', '\r\n', '\n', '\n\n', '\r\r', '\n\r', '\n  ', '\r\n\t'],
  ...['\\', '\\\\', '\\\\\\', '\\\n', '\\\r', '\\\r\n', '\\\n  ', '\\\n#', '\\\r\n\r\n', '\\ ', '\\=', '\\:', '\\#'],
  ...['\\t', '\\n', '\\r', '\\f', '\\q', '\\u0041', '\\u00e9', '\\u003d', '\\ud83d', '\\u000a', '\\U0041'],
]
const RARE = ['\\u', '\\u00', '\\u00g1', '\\uu0041', '\\u004\\\n1']

const corpus = (): Buffer[] => {
  const below = seeded(SEED)
  return Array.from({ length: FILES }, () => {
    const pieces = Array.from({ length: 1 + below(24) }, () => PIECES[below(PIECES.length)] ?? '')
    if (below(20) === 0) pieces.push(RARE[below(RARE.length)] ?? '')
    return Buffer.from(pieces.join(''), below(5) === 0 ? 'latin1' : 'utf8')
  })
}

const hex = (text: string): string => Buffer.from(text, 'utf16le').swap16().toString('hex')

const ours = (bytes: Buffer): string => {
  try {
    const pairs = Object.entries(decodeProperties(bytes, 'f').values).map(([key, value]) => `${hex(key)}:${hex(value)}`)
    return pairs.sort().join(' ')
  } catch {
    return 'error'
  }
}

const length = (value: number): Buffer => {
  const bytes = Buffer.alloc(4)
  bytes.writeInt32BE(value)
  return bytes
}

test(`${FILES} files of nasty bytes are read as java.util.Properties reads them`, (t) => {
  if (spawnSync('java', ['-version'], { timeout: 60_000 }).status !== 0) {
    assert.notEqual(
      process.env['CI'],
      'true',
      'CI has to have a JDK: this test compares with the genuine java.util.Properties',
    )
    t.skip('no java on the PATH: nothing to compare with')
    return
  }
  const files = corpus()
  const dump = fileURLToPath(new URL('./dump-properties.java', import.meta.url))
  const input = Buffer.concat([...files.flatMap((file) => [length(file.length), file]), length(-1)])
  const run = spawnSync('java', [dump], { input, timeout: 120_000, maxBuffer: 64 * 1024 * 1024 })
  assert.equal(run.status, 0, run.stderr.toString())
  const answers = run.stdout.toString('latin1').split('\n').slice(0, -1)
  assert.equal(answers.length, files.length)
  const errors = answers.filter((answer) => answer === 'error').length
  assert.ok(errors > 50 && errors < FILES / 4, `${errors} files with broken escapes: the corpus no longer shows much`)
  for (const [index, file] of files.entries()) {
    const theirs = answers[index]!.split(' ').sort().join(' ')
    assert.equal(ours(file), theirs, `file ${index}: ${JSON.stringify(file.toString('latin1'))}`)
  }
})
