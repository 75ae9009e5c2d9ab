import assert from 'node:assert/strict'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { lockDataFolder } from '../../src/dev-broker/data-folder.ts'
import { temporaryDir } from '../helpers/services-dir.ts'

test('a data folder has one broker at a time', (t) => {
  const folder = temporaryDir(t)
  const unlock = lockDataFolder(folder)
  assert.throws(() => lockDataFolder(folder), new RegExp(`in use by the broker with process id ${process.pid} `))
  unlock()
  assert.ok(!existsSync(join(folder, 'broker.pid')))
  lockDataFolder(folder)()
})

test('the lock of a broker that was killed is taken over', (t) => {
  const folder = temporaryDir(t)
  for (const left of ['', '4194305 1', 'not a number']) {
    writeFileSync(join(folder, 'broker.pid'), left)
    lockDataFolder(folder)()
  }
})

test('a process with the same id that began at another time is another one, as in a container that was started again', {
  skip: !existsSync('/proc/self/stat') && 'needs /proc',
}, (t) => {
  const folder = temporaryDir(t)
  const path = join(folder, 'broker.pid')
  const unlock = lockDataFolder(folder)
  const [pid, start] = readFileSync(path, 'utf8').split(' ')
  unlock()
  writeFileSync(path, `${pid} ${Number(start) - 1}`)
  lockDataFolder(folder)()
})
