import assert from 'node:assert/strict'
import { chmodSync, existsSync, readdirSync, readFileSync, statSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { setTimeout as delay } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { openConnectorStore, type StoredConnector } from '../../src/storage/connector-store.ts'
import { startProgram, waitUntil } from '../helpers/processes.ts'
import { isSoak } from '../helpers/servers-used.ts'
import { temporaryDir } from '../helpers/services-dir.ts'

const a: StoredConnector = { name: 'a', target: 'STARTED', config: { name: 'a', 'connector.class': 'X', n: null } }
const b: StoredConnector = { name: 'b', target: 'PAUSED', config: null }

const setUp = (t: { after(fn: () => void): void }) => {
  const path = join(temporaryDir(t), 'connectors.json')
  const warnings: string[] = []
  return { path, warnings, open: () => openConnectorStore(path, { warn: (message) => warnings.push(message) }) }
}

test('a missing file holds nothing; what is put is there when it is opened again, in order', async (t) => {
  const { path, open, warnings } = setUp(t)
  const store = await open()
  assert.deepEqual(store.entries(), [])
  assert.equal(existsSync(path), false)
  await store.put(a)
  await store.put(b)
  await store.put({ ...a, target: 'STOPPED' })
  const again = await open()
  assert.deepEqual(again.entries(), [{ ...a, target: 'STOPPED' }, b])
  await again.remove('a')
  await again.remove('nobody')
  assert.deepEqual((await open()).entries(), [b])
  assert.deepEqual(warnings, [])
})

test('names and keys that JavaScript knows are only names', async (t) => {
  const { open } = setUp(t)
  const config = JSON.parse('{"name":"__proto__","__proto__":"x","constructor":"y"}') as Record<string, string>
  await (await open()).put({ name: '__proto__', target: 'STARTED', config })
  const [found] = (await open()).entries()
  assert.equal(found?.name, '__proto__')
  assert.deepEqual(Object.entries(found?.config ?? {}), Object.entries(config))
})

test('only the owner may read the file and its copy, whatever its mode was', async (t) => {
  const { path, open } = setUp(t)
  writeFileSync(path, '')
  chmodSync(path, 0o644)
  const store = await open()
  await store.put(a)
  await store.put(b)
  for (const file of [path, `${path}.bak`]) assert.equal(statSync(file).mode & 0o777, 0o600, file)
})

test('a symbolic link stays one', async (t) => {
  const { path, open } = setUp(t)
  writeFileSync(`${path}.real`, '')
  symlinkSync(`${path}.real`, path)
  await (await open()).put(a)
  assert.match(readFileSync(`${path}.real`, 'utf8'), /"connector.class": "X"/)
})

for (const [what, text, problem] of [
  ['not JSON', '{"version":1,"connectors":[{"name":"geheim"', 'it is not JSON'],
  [
    'another list',
    '{"version":1,"connectors":[{"name":"geheim","target":"UP","config":null}]}',
    'element 1 of "connectors"',
  ],
  ['another version', '{"version":2,"connectors":[]}', 'its "version" is not 1'],
] as const) {
  test(`a damaged file (${what}) is set aside and reported without its content`, async (t) => {
    const { path, open, warnings } = setUp(t)
    writeFileSync(path, text)
    assert.deepEqual((await open()).entries(), [])
    assert.equal(warnings.length, 1)
    assert.ok(warnings[0]!.includes(problem) && warnings[0]!.includes('none of the connectors stored there is started'))
    assert.doesNotMatch(warnings[0]!, /geheim/)
    const aside = readdirSync(join(path, '..')).find((name) => name.includes('.damaged-'))
    assert.equal(readFileSync(join(path, '..', aside!), 'utf8'), text)
  })
}

test('the copy from before the last change takes the place of a damaged file', async (t) => {
  const { path, open, warnings } = setUp(t)
  const store = await open()
  await store.put(a)
  await store.put(b)
  writeFileSync(path, 'oh')
  assert.deepEqual((await open()).entries(), [a])
  assert.match(warnings[0]!, /is used instead \(1 connectors\): the last change is missing/)
})

test('a file that cannot be read, or whose folder is not there, is an error; nothing that was not written counts', async (t) => {
  const { path } = setUp(t)
  await assert.rejects(openConnectorStore(join(path, 'x'), { warn: () => undefined }), { name: 'ConnectorStoreError' })
  await assert.rejects(openConnectorStore(join(path, '..'), { warn: () => undefined }), /cannot be read/)
})

test('after kill -9 at any moment the file is whole and holds what was acknowledged, or the next', async (t) => {
  const { path, open, warnings } = setUp(t)
  const program = fileURLToPath(new URL('store-forever.ts', import.meta.url))
  for (let round = 0; round < (isSoak() ? 100 : 4); round++) {
    const writer = startProgram(process.execPath, ['--import', 'tsx', program, path], {
      logFile: `${path}-${round}.log`,
    })
    await waitUntil(() => writer.output().includes('\n'), {
      timeoutMs: 60_000,
      what: 'the first to be stored',
      giveUp: () => (writer.exit === undefined ? undefined : writer.output()),
    })
    await delay(Math.random() * 100)
    await writer.kill()
    const acknowledged = Number(writer.output().trimEnd().split('\n').at(-1))
    const found = Number((await open()).get('counter')?.config?.['number'])
    assert.ok(found === acknowledged || found === acknowledged + 1, `acknowledged ${acknowledged}, found ${found}`)
  }
  assert.deepEqual(warnings, [])
  assert.deepEqual(
    readdirSync(join(path, '..')).filter((name) => name.endsWith('.tmp')),
    [],
  )
})
