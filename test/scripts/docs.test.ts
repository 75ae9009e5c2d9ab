import assert from 'node:assert/strict'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { changedPages, renderPages, writePages } from '../../scripts/docs.ts'
import { standInRows } from '../runtime/stand-in-plugins.ts'

const folder = await mkdtemp(join(tmpdir(), 'docs-'))
after(() => rm(folder, { recursive: true }))

const ALL = [
  'connectors/every-connector.md',
  'connectors/file-stream-sink.md',
  'connectors/file-stream-source.md',
  'worker-settings.md',
]

test('pages are written once, and a change by hand or a page too many is noticed', async () => {
  const pages = await renderPages(standInRows)
  assert.deepEqual([...(await changedPages(folder, pages))].sort(), ALL)
  assert.deepEqual([...(await writePages(folder, pages))].sort(), ALL)
  assert.deepEqual(await changedPages(folder, pages), [])
  assert.equal(await readFile(join(folder, 'worker-settings.md'), 'utf8'), pages.get('worker-settings.md'))

  await writeFile(join(folder, 'worker-settings.md'), 'by hand')
  await writeFile(join(folder, 'connectors/gone.md'), 'old')
  assert.deepEqual(await changedPages(folder, pages), ['connectors/gone.md', 'worker-settings.md'])
  await writePages(folder, pages)
  assert.deepEqual(await changedPages(folder, pages), [])
})
