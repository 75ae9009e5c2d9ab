import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { allHandlers } from '../../src/dev-broker/handlers.ts'
import { repoRoot } from '../helpers/services-dir.ts'

test('docs/dev-broker.md lists each API that is answered, with its versions, and no other', () => {
  const rows = [...allHandlers().entries()]
    .sort(([a], [b]) => a - b)
    .map(
      ([
        key,
        {
          api,
          versions: { from, to },
        },
      ]) => `| ${api.name} | ${key} | ${from === to ? from : `${from} to ${to}`} |`,
    )
  const page = readFileSync(join(repoRoot, 'docs/dev-broker.md'), 'utf8')
  const [, listed = ''] = /\| API \| key \| versions \|\n\| --- \| --- \| --- \|\n((?:\|.*\n)+)/.exec(page) ?? []
  assert.deepEqual(listed.trimEnd().split('\n'), rows)
})
