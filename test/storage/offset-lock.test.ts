import assert from 'node:assert/strict'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { hostname } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { offsetLockOf, readOffsetLock, takeOffsetLock } from '../../src/storage/offset-lock.ts'
import { startProgram } from '../helpers/processes.ts'
import { temporaryDir } from '../helpers/services-dir.ts'

const holder = (more: object = {}): string =>
  JSON.stringify({
    pid: process.pid,
    host: hostname(),
    since: '2026-01-01T00:00:00.000Z',
    rest: null,
    started: null,
    ...more,
  })

test('who uses an offset file is noted beside it, and a second user hears who the first is', async (t) => {
  const file = join(temporaryDir(t), 'connect.offsets')
  const first = await takeOffsetLock(file, 'http://127.0.0.1:8083')
  assert.equal(first.heldBy, undefined)
  const second = await takeOffsetLock(file, null)
  assert.equal(second.heldBy?.pid, process.pid)
  assert.equal(second.heldBy?.rest, 'http://127.0.0.1:8083')
  await second.release()
  assert.equal((await readOffsetLock(file))?.pid, process.pid)
  await first.release()
  assert.equal(existsSync(offsetLockOf(file)), false)
  assert.equal(await readOffsetLock(file), undefined)
})

test('the note of a process that is gone is taken over', async (t) => {
  const folder = temporaryDir(t)
  const file = join(folder, 'connect.offsets')
  const gone = startProgram(process.execPath, ['-e', ''], { logFile: join(folder, 'log') })
  await gone.ended
  writeFileSync(offsetLockOf(file), holder({ pid: gone.pid }))
  assert.equal(await readOffsetLock(file), undefined)
  const lock = await takeOffsetLock(file, null)
  assert.equal(lock.heldBy, undefined)
  assert.match(readFileSync(offsetLockOf(file), 'utf8'), new RegExp(`"pid":${process.pid},`))
  await lock.release()
})

test('a process of the same number that began at another time is another one', {
  skip: process.platform !== 'linux' && 'only Linux tells when a process began',
}, async (t) => {
  const file = join(temporaryDir(t), 'connect.offsets')
  writeFileSync(offsetLockOf(file), holder({ started: 'another-boot 1' }))
  assert.equal(await readOffsetLock(file), undefined)
})

test('a note of another machine counts, as nobody here can tell; half a note does not', async (t) => {
  const file = join(temporaryDir(t), 'connect.offsets')
  writeFileSync(offsetLockOf(file), holder({ host: 'elsewhere', pid: 1 }))
  assert.equal((await takeOffsetLock(file, null)).heldBy?.host, 'elsewhere')
  writeFileSync(offsetLockOf(file), '{"pid":')
  const lock = await takeOffsetLock(file, null)
  assert.equal(lock.heldBy, undefined)
  await lock.release()
})

test('a note that is another one by now is not removed', async (t) => {
  const file = join(temporaryDir(t), 'connect.offsets')
  const lock = await takeOffsetLock(file, null)
  writeFileSync(offsetLockOf(file), holder({ host: 'elsewhere' }))
  await lock.release()
  assert.equal(existsSync(offsetLockOf(file)), true)
})

test('there is no note beside a device, nor where none can be written', async () => {
  assert.equal((await takeOffsetLock('/dev/null', null)).heldBy, undefined)
  assert.equal(existsSync('/dev/null.lock'), false)
  assert.equal((await takeOffsetLock('/nowhere/at/all/connect.offsets', null)).heldBy, undefined)
})
