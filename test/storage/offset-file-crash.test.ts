import assert from 'node:assert/strict'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { setTimeout as delay } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { readJavaMap } from '../../src/storage/java-map-file.ts'
import { openOffsetFile } from '../../src/storage/offset-file.ts'
import { startProgram, waitUntil } from '../helpers/processes.ts'
import { isSoak } from '../helpers/servers-used.ts'
import { temporaryDir } from '../helpers/services-dir.ts'

const PROGRAM = fileURLToPath(new URL('commit-forever.ts', import.meta.url))
const ROUNDS = isSoak() ? 200 : 8

test('after kill -9 at any moment the file is whole and holds what was acknowledged, or newer', async (t) => {
  const folder = temporaryDir(t)
  const path = join(folder, 'connect.offsets')
  let before = 0
  for (let round = 0; round < ROUNDS; round++) {
    const logFile = join(folder, `round-${round}.log`)
    const writer = startProgram(process.execPath, ['--import', 'tsx', PROGRAM, path], { logFile })
    await waitUntil(() => writer.output().includes('\n'), {
      timeoutMs: 60_000,
      what: 'the first offset to be stored',
      giveUp: () => (writer.exit === undefined ? undefined : writer.output()),
    })
    await delay(Math.random() * 150)
    await writer.kill()
    assert.equal(writer.exit, 'SIGKILL', writer.output())

    const acknowledged = Number(writer.output().trimEnd().split('\n').at(-1))
    assert.ok(acknowledged > before)
    for (const file of [path, `${path}.bak`]) {
      if (existsSync(file)) assert.equal(readJavaMap(readFileSync(file)).length, 201, file)
    }
    const warnings: string[] = []
    const offsets = await openOffsetFile(path, { warn: (message) => warnings.push(message) })
    const found = Number(offsets.get('c', { p: 1 })?.['position'])
    assert.ok(found === acknowledged || found === acknowledged + 1, `acknowledged ${acknowledged}, found ${found}`)
    // one commit is in the file as a whole
    const text = 'x'.repeat(found % 50)
    for (const { offset } of offsets.entries('filler')) assert.equal(offset['text'], text)
    assert.deepEqual(warnings, [])
    before = acknowledged
  }
})
