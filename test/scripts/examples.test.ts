import assert from 'node:assert/strict'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { checkExample, names } from '../../scripts/examples.ts'
import { temporaryDir } from '../helpers/services-dir.ts'

const WORKER =
  'bootstrap.servers=localhost:9092\nkey.converter=StringConverter\nvalue.converter=StringConverter\noffset.storage.file.filename=o\n'

test('a file that cannot be used, a misspelt key and a file of another kind are told', async (t) => {
  const folder = join(temporaryDir(t), 'example')
  mkdirSync(folder)
  assert.deepEqual(await checkExample(folder), [`${folder}: has no worker.properties`])

  writeFileSync(join(folder, 'worker.properties'), `${WORKER}offset.flush.intervall.ms=1\n`)
  writeFileSync(join(folder, 'README.md'), '')
  writeFileSync(join(folder, 'a.properties'), 'name=a\nconnector.class=FileStreamSource\ntasks.maxx=1\n')
  writeFileSync(join(folder, 'b.json'), '{"name": "b", "connector.class": "NoSuch"}')
  writeFileSync(join(folder, 'c.yaml'), '')
  const [flush, missing, misspelt, unknown, kind, ...rest] = await checkExample(folder)
  assert.deepEqual(rest, [])
  const worker = join(folder, 'worker.properties')
  assert.equal(
    flush,
    `${worker}: 'offset.flush.intervall.ms' is not a setting of the worker; did you mean 'offset.flush.interval.ms'?`,
  )
  assert.equal(
    missing,
    `${folder}/a.properties: topic: Missing required configuration "topic" which has no default value.`,
  )
  assert.match(misspelt ?? '', /a\.properties: 'tasks\.maxx' is not a setting of .*; did you mean 'tasks\.max'\?$/)
  assert.match(
    unknown ?? '',
    /b\.json: Failed to find any class that implements Connector and which name matches NoSuch/,
  )
  assert.equal(kind, `${folder}/c.yaml: is of no known kind`)

  writeFileSync(worker, 'listeners=8083\n')
  assert.match((await checkExample(folder)).join('\n'), /Missing required configuration "key\.converter"/)
})

test('the name of an example is not found in that of a longer one', () => {
  assert.ok(names('see `examples/file`.', 'examples/file'))
  assert.ok(names('examples/file/worker.properties', 'examples/file'))
  assert.ok(!names('examples/file-to-file', 'examples/file'))
})
