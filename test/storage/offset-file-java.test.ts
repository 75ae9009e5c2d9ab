import assert from 'node:assert/strict'
import { join } from 'node:path'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { openOffsetFile } from '../../src/storage/offset-file.ts'
import { hasProgram, runProgram } from '../helpers/processes.ts'
import { serverMissing } from '../helpers/servers-used.ts'
import { temporaryDir } from '../helpers/services-dir.ts'

const PROGRAM = fileURLToPath(new URL('ReadOffsets.java', import.meta.url))

test('Java reads back every offset that we wrote', async (t) => {
  if (!(await hasProgram('java', '-version'))) return serverMissing(t, 'there is no java on PATH')
  const folder = temporaryDir(t)
  const expected = new Map<string, string[]>()
  for (const count of [1, 12, 13, 1000]) {
    const path = join(folder, `${count}.offsets`)
    const offsets = await openOffsetFile(path)
    const all = Array.from({ length: count }, (_, id) => ({
      connector: `c${id % 3}`,
      partition: { filename: `/tmp/${id}.txt`, id },
      offset: { position: id * 1000, ratio: id + 0.5 },
    }))
    await offsets.set(all)
    await offsets.set(all.slice(0, 1).map((one) => ({ ...one, offset: null })))
    const lines = all.map(({ connector, partition, offset }, index) => {
      const value = index === 0 ? 'null' : `{"position":${offset.position},"ratio":${offset.ratio}}`
      return `["${connector}",{"filename":"${partition.filename}","id":${partition.id}}]\t${value}`
    })
    expected.set(path, lines.sort())
  }
  const { code, stdout, stderr } = await runProgram('java', [PROGRAM, ...expected.keys()])
  assert.equal(code, 0, stderr)
  const found = new Map<string, string[]>()
  let lines: string[] = []
  for (const line of stdout.trimEnd().split('\n')) {
    if (line.startsWith('[')) lines.push(line)
    else {
      lines = []
      found.set(line, lines)
    }
  }
  for (const [path, wanted] of expected) assert.deepEqual(found.get(path)?.sort(), wanted, path)
})
