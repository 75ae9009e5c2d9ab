import assert from 'node:assert/strict'
import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { fileProvider } from '../../../src/config/providers/file.ts'

const folder = realpathSync(mkdtempSync(join(tmpdir(), 'file-provider-')))
after(() => rmSync(folder, { recursive: true }))
mkdirSync(join(folder, 'open'))
mkdirSync(join(folder, 'opened'))
const inside = join(folder, 'open', 'db.properties')
const outside = join(folder, 'opened', 'other.properties')
writeFileSync(inside, 'user=grün\npass = s3cret\n__proto__=x')
writeFileSync(outside, 'user=other')
symlinkSync(inside, join(folder, 'open', 'within'))
symlinkSync(outside, join(folder, 'open', 'escape'))
symlinkSync(join(folder, 'open'), join(folder, 'alias'))

const get = async (path: string, keys: string[], allowed?: string) => {
  const { values, warnings } = await fileProvider
    .create(allowed === undefined ? {} : { 'allowed.paths': allowed })
    .get(path, new Set(keys))
  return { values: [...values], warnings }
}

const refused = (path: string) => ({
  values: [],
  warnings: [`The path ${path} is not allowed to be accessed: it is not within allowed.paths`],
})

test('keys of a properties file are given, absent ones are not', async () => {
  assert.deepEqual(await get(inside, ['pass', 'user', 'absent', '__proto__', 'toString']), {
    values: [
      ['pass', 's3cret'],
      ['user', 'grün'],
      ['__proto__', 'x'],
    ],
    warnings: [],
  })
})

test('the file is read anew at each look-up', async () => {
  const path = join(folder, 'changing.properties')
  const provider = fileProvider.create({})
  for (const value of ['1', '2']) {
    writeFileSync(path, `a=${value}`)
    assert.deepEqual([...(await provider.get(path, new Set(['a']))).values], [['a', value]])
  }
})

test('without a path there is nothing', async () => {
  assert.deepEqual((await get('', ['user'])).values, [])
})

test('a file that cannot be read is an error with its path and the reason', async () => {
  const path = join(folder, 'absent.properties')
  const message = `Could not read properties from file ${path}: no such file`
  await assert.rejects(get(path, ['a']), { name: 'ConfigFileError', message })
  await assert.rejects(get(folder, ['a']), {
    message: `Could not read properties from file ${folder}: it is a directory`,
  })
})

test('with allowed.paths only files within them are read', async () => {
  const open = join(folder, 'open')
  const user = [['user', 'grün']]
  assert.deepEqual((await get(inside, ['user'], open)).values, user)
  assert.deepEqual((await get(inside, ['user'], `/nowhere/.., ${open}/`)).values, user)
  assert.deepEqual((await get(inside, ['user'], inside)).values, user)
  assert.deepEqual(await get(outside, ['user'], open), refused(outside))
})

test('.. leads out of no allowed folder', async () => {
  const path = `${folder}/open/../opened/other.properties`
  assert.deepEqual(await get(path, ['user'], join(folder, 'open')), refused(path))
  assert.deepEqual(await get('open/db.properties', ['user'], join(folder, 'open')), refused('open/db.properties'))
})

test('a symbolic link leads out of no allowed folder, but may lead about within it or to it', async () => {
  const open = join(folder, 'open')
  assert.deepEqual(await get(join(open, 'escape'), ['user'], open), refused(join(open, 'escape')))
  assert.deepEqual((await get(join(open, 'escape'), ['user'], `${open},${outside}`)).values, [['user', 'other']])
  assert.deepEqual((await get(join(open, 'within'), ['user'], open)).values, [['user', 'grün']])
  const alias = join(folder, 'alias')
  assert.deepEqual((await get(join(alias, 'db.properties'), ['user'], alias)).values, [['user', 'grün']])
})

test('an absent file within an allowed folder is an error, outside of it is not even looked for', async () => {
  const open = join(folder, 'open')
  await assert.rejects(get(join(open, 'absent'), ['a'], open), /Could not read properties from file/)
  assert.deepEqual(await get('/absent', ['a'], open), refused('/absent'))
})

test('allowed.paths must be absolute and exist', () => {
  const create = (allowed: string) => () => fileProvider.create({ 'allowed.paths': allowed })
  assert.throws(create('secrets'), { message: 'allowed.paths: Path secrets is not absolute' })
  assert.throws(create(`${folder},/absent`), { message: 'allowed.paths: Path /absent does not exist' })
})
