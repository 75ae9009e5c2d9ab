import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { test } from 'node:test'
import { devDataDir } from '../../src/cli/dev-broker.ts'
import { repoRoot } from '../helpers/services-dir.ts'

test('records are kept beside the file of offsets', () => {
  assert.equal(devDataDir('/tmp/connect.offsets'), '/tmp/connect.offsets.dev-broker')
})

/** What is loaded with a file: its imports but those of types, and theirs. */
const loadedWith = (file: string, seen = new Set<string>()): ReadonlySet<string> => {
  if (seen.has(file)) return seen
  seen.add(file)
  const code = readFileSync(file, 'utf8')
  for (const [, target = ''] of code.matchAll(/^(?:import|export|\}) (?!type )[^'\n]*from '(\.[^']+\.ts)'/gm)) {
    loadedWith(join(dirname(file), target), seen)
  }
  return seen
}

test('a start without --dev loads nothing of the broker', () => {
  const cli = join(repoRoot, 'src/cli')
  for (const file of ['main.ts', 'run-worker.ts']) {
    const loaded = [...loadedWith(join(cli, file))].map((path) => path.slice(repoRoot.length))
    assert.ok(loaded.length > 3, 'imports are found')
    assert.deepEqual(
      loaded.filter((path) => path.includes('/dev-broker')),
      [],
      file,
    )
  }
  const [starts] = [...loadedWith(join(cli, 'broker.ts'))].filter((path) => path.endsWith('broker-start.ts'))
  assert.match(readFileSync(starts!, 'utf8'), /await import\('\.\.\/dev-broker\/start-broker\.ts'\)/)
})
