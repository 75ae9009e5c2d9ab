import assert from 'node:assert/strict'
import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { directoryProvider } from '../../../src/config/providers/directory.ts'

const root = realpathSync(mkdtempSync(join(tmpdir(), 'directory-provider-')))
after(() => rmSync(root, { recursive: true }))
const secrets = join(root, 'secrets')
mkdirSync(join(secrets, 'sub'), { recursive: true })
writeFileSync(join(root, 'outside'), 'outside')
writeFileSync(join(secrets, 'password'), 's3cret\n')
writeFileSync(join(secrets, 'marked'), '\uFEFFx')
writeFileSync(join(secrets, 'binary'), Buffer.from([0xff, 0xfe, 0x00]))
writeFileSync(join(secrets, 'sub', 'deep'), 'deep')
symlinkSync(join(secrets, 'password'), join(secrets, 'within'))
symlinkSync(join(root, 'outside'), join(secrets, 'escape'))

const get = async (path: string, keys: string[], allowed?: string) => {
  const { values, warnings } = await directoryProvider
    .create(allowed === undefined ? {} : { 'allowed.paths': allowed })
    .get(path, new Set(keys))
  return { values: Object.fromEntries(values), warnings: warnings ?? [] }
}

test('the value of a key is the whole text of the file of that name, line end and byte order mark included', async () => {
  assert.deepEqual(await get(secrets, ['password', 'within', 'marked', 'absent']), {
    values: { password: 's3cret\n', within: 's3cret\n', marked: '\uFEFFx' },
    warnings: [],
  })
})

test('a key is a file in the folder itself, never a way to another', async () => {
  const keys = ['sub', 'sub/deep', '../outside', '..', '.', '', join(root, 'outside'), 'a\0b']
  assert.deepEqual(await get(secrets, keys), { values: {}, warnings: [] })
})

test('what is no folder gives nothing, with a warning', async () => {
  for (const path of [join(root, 'absent'), join(root, 'outside')]) {
    assert.deepEqual(await get(path, ['a']), { values: {}, warnings: [`The path ${path} is not a directory`] })
  }
  assert.deepEqual(await get('', ['a']), { values: {}, warnings: [] })
})

test('with allowed.paths neither another folder nor a link that leads out is read', async () => {
  const refused = (path: string) => `The path ${path} is not allowed to be accessed: it is not within allowed.paths`
  assert.deepEqual(await get(root, ['outside'], secrets), { values: {}, warnings: [refused(root)] })
  assert.deepEqual(await get(secrets, ['within', 'escape'], secrets), {
    values: { within: 's3cret\n' },
    warnings: [refused(join(secrets, 'escape'))],
  })
  assert.deepEqual((await get(secrets, ['escape'])).values, { escape: 'outside' })
})

test('a file that is not text is an error with its path', async () => {
  const message = `Could not read file ${join(secrets, 'binary')} for property binary: it is not valid UTF-8`
  await assert.rejects(get(secrets, ['binary']), { name: 'ConfigFileError', message })
})
