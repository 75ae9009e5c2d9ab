// biome-ignore-all lint/suspicious/noTemplateCurlyInString: this is how config variables are written

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ConfigFileError } from '../../src/config/config-file-error.ts'
import type { RawConfig } from '../../src/config/define.ts'
import type { ConfigProvider } from '../../src/config/providers/provider.ts'
import { hasVariables, resolveVariables, restoreVariables } from '../../src/config/variables.ts'

/** Knows `path:key` texts, and notes what it was asked. */
const providerOf = (known: Record<string, string>, ttlMs?: number) => {
  const asked: [string, string[]][] = []
  const provider: ConfigProvider = {
    async get(path, keys) {
      asked.push([path, [...keys]])
      const values = new Map<string, string>()
      for (const key of keys) {
        const value = known[`${path}:${key}`]
        if (value !== undefined) values.set(key, value)
      }
      return ttlMs === undefined ? { values } : { values, ttlMs }
    },
  }
  return { provider, asked }
}

const file = providerOf({
  '/p:user': 'me',
  '/p:pass': 's3cret',
  '/p:a:b': 'colons',
  ':bare': 'no path',
  '/p:nested': '${file:/p:user}',
  '/p:empty': '',
  '/p:dollar': '$&$1',
}).provider

const resolve = async (value: string | null): Promise<string | null | undefined> =>
  (await resolveVariables({ value }, new Map([['file', file]]))).config['value']

for (const [value, resolved] of [
  ['${file:/p:user}', 'me'],
  ['${file:bare}', 'no path'],
  ['a ${file:/p:user} b ${file:/p:pass} c', 'a me b s3cret c'],
  ['${file:/p:user}${file:/p:user}', 'meme'],
  ['${file:/p:a:b}', 'colons'],
  ['${file:/p:nested}', '${file:/p:user}'],
  ['<${file:/p:empty}>', '<>'],
  ['${file:/p:dollar}', '$&$1'],
  ['${file:/p:absent}', '${file:/p:absent}'],
  ['${vault:/p:user} ${file:/p:user}', '${vault:/p:user} me'],
  ['${file}', '${file}'],
  ['${topic}-${file:/p:user}', '${topic}-me'],
  ['${file:/p:user', '${file:/p:user'],
  ['$${file:/p:user}}', '$me}'],
  ['${a${file:/p:user}', '${a${file:/p:user}'],
  ['${ file:/p:user}', '${ file:/p:user}'],
  ['', ''],
  [null, null],
] as const) {
  test(`${JSON.stringify(value)} resolves to ${JSON.stringify(resolved)}`, async () => {
    assert.equal(await resolve(value), resolved)
  })
}

test('a value has variables when it holds ${provider:key}, of a known provider or not', () => {
  for (const value of ['${file:/p:k}', 'x ${env:HOME}', '${:}', '${a} ${b:c}']) assert.ok(hasVariables(value), value)
  for (const value of ['', 'plain', '${a}', '${a:b', '{a:b}', '$a:b}', '${a} b:c}', null, undefined]) {
    assert.ok(!hasVariables(value), String(value))
  }
})

test('each provider is asked once per path, for all its keys', async () => {
  const { provider, asked } = providerOf({})
  const raw = { a: '${file:/p:x} ${file:/q:y}', b: '${file:/p:z}', c: '${file:/p:x}' }
  await resolveVariables(raw, new Map([['file', provider]]))
  assert.deepEqual(asked, [
    ['/p', ['x', 'z']],
    ['/q', ['y']],
  ])
})

test('the values that were put in and the keys that hold them are told, for masking', async () => {
  const raw = { name: 'c', url: 'x://${file:/p:user}:${file:/p:pass}@h', other: '${vault:a:b}' }
  const resolved = await resolveVariables(raw, new Map([['file', file]]))
  assert.deepEqual({ ...resolved.config }, { name: 'c', url: 'x://me:s3cret@h', other: '${vault:a:b}' })
  assert.deepEqual([...resolved.resolvedSecrets], ['me', 's3cret'])
  assert.deepEqual([...resolved.resolvedKeys], ['url'])
})

test('variables that are left as written are reported with their reason', async () => {
  const { warnings } = await resolveVariables({ a: '${file:/p:absent}', b: '${vault:k}' }, new Map([['file', file]]))
  assert.deepEqual(warnings, [
    "a: ${file:/p:absent} is left as written: 'absent' was not found",
    "b: ${vault:k} is left as written: config.providers has no 'vault'",
  ])
})

test('how long values are good is told per path', async () => {
  const { provider } = providerOf({ '/p:user': 'me' }, 5000)
  const { ttls } = await resolveVariables(
    { a: '${f:/p:user}', b: '${file:/p:user}' },
    new Map([
      ['f', provider],
      ['file', file],
    ]),
  )
  assert.deepEqual([...ttls], [['/p', 5000]])
})

test('a source that cannot be read is an error that names the setting', async () => {
  const provider: ConfigProvider = {
    async get(path) {
      throw new ConfigFileError(path, [{ line: 3, message: 'it is broken' }])
    },
  }
  await assert.rejects(resolveVariables({ 'connection.password': '${f:/p:k}' }, new Map([['f', provider]])), {
    name: 'ConfigFileError',
    message: '/p:3: connection.password: it is broken',
  })
})

test('keys named like members of an object are keys like any other', async () => {
  const raw: RawConfig = JSON.parse('{"__proto__":"${file:/p:user}"}')
  const { config } = await resolveVariables(raw, new Map([['file', file]]))
  assert.deepEqual(Object.entries(config), [['__proto__', 'me']])
  assert.equal(await resolve('${constructor:toString}'), '${constructor:toString}')
})

test('a task config is shown with the variables of the connector config', () => {
  const task = { 'connection.password': 's3cret', tables: 'a,b', 'task.id': '0' }
  const connector = { 'connection.password': '${file:/p:pass}', tables: 'a,b,c', other: '${file:/p:user}' }
  assert.deepEqual({ ...restoreVariables(task, connector) }, { ...task, 'connection.password': '${file:/p:pass}' })
})

test('a long value full of beginnings of variables is searched in no time', async () => {
  // What others do on this machine does not count. Where each beginning led to a search to the end it were many times that
  const before = process.cpuUsage()
  await resolve('${a:'.repeat(200_000))
  await resolve(`${'${'.repeat(200_000)}}`)
  const { user, system } = process.cpuUsage(before)
  assert.ok(user + system < 1_000_000, `${user + system} µs`)
})
