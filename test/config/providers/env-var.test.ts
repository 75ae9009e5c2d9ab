import assert from 'node:assert/strict'
import { test } from 'node:test'
import { envVarProviderOf } from '../../../src/config/providers/env-var.ts'

const environment = { DB_USER: 'me', DB_PASS: 's3cret', HOME: '/home/me', EMPTY: '' }

const get = async (keys: string[], pattern?: string, path = '') => {
  const parameters = pattern === undefined ? {} : { 'allowlist.pattern': pattern }
  return Object.fromEntries((await envVarProviderOf(environment).create(parameters).get(path, new Set(keys))).values)
}

test('variables of the environment are given, absent ones are not', async () => {
  assert.deepEqual(await get(['DB_USER', 'EMPTY', 'ABSENT', 'toString']), { DB_USER: 'me', EMPTY: '' })
})

test('by default it is the environment of the process', async () => {
  const { values } = await envVarProviderOf()
    .create({})
    .get('', new Set(['PATH']))
  assert.equal(values.get('PATH'), process.env['PATH'])
})

test('allowlist.pattern must match the whole name', async () => {
  const all = ['DB_USER', 'DB_PASS', 'HOME']
  assert.deepEqual(await get(all, 'DB_.*'), { DB_USER: 'me', DB_PASS: 's3cret' })
  assert.deepEqual(await get(all, 'DB_'), {})
  assert.deepEqual(await get(all, 'HOM|DB_USER'), { DB_USER: 'me' })
  assert.deepEqual(await get(all, '(?i)home'), { HOME: '/home/me' })
})

test('a pattern that cannot be understood as Java does is refused', async () => {
  for (const pattern of ['(', '\\p{Upper}+', '\\QDB\\E', '[A-Z&&[^H]]+', 'DB_.*+']) {
    await assert.rejects(get([], pattern), (error: Error) => {
      assert.ok(error.message.startsWith(`allowlist.pattern: '${pattern}' cannot be used as a regular expression: `))
      return true
    })
  }
})

test("a path is an error with the JVM's text", async () => {
  await assert.rejects(get(['HOME'], undefined, '/p'), {
    name: 'ConfigFileError',
    message: "environment: Path is not supported for EnvVarConfigProvider, invalid value '/p'",
  })
})
