import assert from 'node:assert/strict'
import {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { TypedNumber } from '../../src/data/values.ts'
import { readJavaMap, writeJavaMap } from '../../src/storage/java-map-file.ts'
import { openOffsetFile } from '../../src/storage/offset-file.ts'
import { oracleDir, temporaryDir } from '../helpers/services-dir.ts'
import { ONE_ENTRY, THIRTEEN_ENTRIES, THREE_ENTRIES } from './jvm-offset-files.ts'

const keptLog = () => {
  const lines: string[] = []
  return { lines, warn: (message: string) => void lines.push(message) }
}

const fileWith = (t: TestContext, content: Uint8Array | undefined): string => {
  const path = join(temporaryDir(t), 'connect.offsets')
  if (content !== undefined) writeFileSync(path, content)
  return path
}

const containing = (entries: Readonly<Record<string, string | null>>): Buffer =>
  writeJavaMap(
    Object.entries(entries).map(([key, value]) => ({
      key: Buffer.from(key),
      value: value === null ? null : Buffer.from(value),
    })),
  )

const contentOf = (path: string): Record<string, string | null> =>
  Object.fromEntries(
    readJavaMap(readFileSync(path)).map(({ key, value }) => [String(key), value === null ? null : value.toString()]),
  )

const asideOf = (path: string): string[] =>
  readdirSync(join(path, '..')).filter((name) => name.startsWith('connect.offsets.damaged-'))

test('the offset that a JVM worker stored is found', async (t) => {
  const offsets = await openOffsetFile(fileWith(t, ONE_ENTRY))
  assert.deepEqual(offsets.get('local-file-source', { filename: 'test.txt' }), { position: 12 })
  assert.equal(offsets.get('local-file-source', { filename: 'other.txt' }), undefined)
  assert.equal(offsets.get('other', { filename: 'test.txt' }), undefined)
})

test('removed offsets are neither found nor listed', async (t) => {
  const offsets = await openOffsetFile(fileWith(t, THREE_ENTRIES))
  assert.equal(offsets.get('s', { filename: 'b' }), undefined)
  assert.deepEqual(offsets.entries('s'), [{ connector: 's', partition: { filename: 'a' }, offset: { position: 1 } }])
  assert.deepEqual(offsets.entries(), [
    { connector: 't', partition: { id: 0 }, offset: { seqno: 7 } },
    { connector: 's', partition: { filename: 'a' }, offset: { position: 1 } },
  ])
})

test('all thirteen offsets of a file that the JVM made larger are found', async (t) => {
  const offsets = await openOffsetFile(fileWith(t, THIRTEEN_ENTRIES))
  for (let id = 0; id < 13; id++) assert.deepEqual(offsets.get('c', { p: id }), { o: id })
})

test('the recorded file of the oracle is listed', async (t) => {
  const offsets = await openOffsetFile(fileWith(t, readFileSync(`${oracleDir()}/offsets/file-source.offsets`)))
  assert.deepEqual(offsets.entries(), [
    { connector: 'local-file-source', partition: { filename: 'in.txt' }, offset: { position: 14 } },
    { connector: 'second', partition: { filename: 'second.txt' }, offset: { position: 2 } },
  ])
})

test('a missing file has no offsets and is made by the first that are stored', async (t) => {
  const path = fileWith(t, undefined)
  const log = keptLog()
  const offsets = await openOffsetFile(path, log)
  assert.deepEqual(offsets.entries(), [])
  await offsets.set([{ connector: 'local-file-source', partition: { filename: 'test.txt' }, offset: { position: 12 } }])
  assert.deepEqual(readFileSync(path), ONE_ENTRY)
  assert.deepEqual(log.lines, [])
  assert.deepEqual(readdirSync(join(path, '..')), ['connect.offsets'])
})

test('stored offsets are found at once and after the file is opened again', async (t) => {
  const path = fileWith(t, THREE_ENTRIES)
  const offsets = await openOffsetFile(path)
  await offsets.set([
    { connector: 's', partition: { filename: 'a' }, offset: { position: 100 } },
    { connector: 's', partition: { filename: 'b' }, offset: { position: 5 } },
    { connector: 't', partition: { id: 0 }, offset: null },
    { connector: 'new', partition: null, offset: { done: true } },
  ])
  const expected = {
    '["s",{"filename":"b"}]': '{"position":5}',
    '["t",{"id":0}]': null,
    '["s",{"filename":"a"}]': '{"position":100}',
    '["new",null]': '{"done":true}',
  }
  assert.deepEqual(contentOf(path), expected)
  for (const one of [offsets, await openOffsetFile(path)]) {
    assert.deepEqual(one.get('s', { filename: 'b' }), { position: 5 })
    assert.equal(one.get('t', { id: 0 }), undefined)
    assert.deepEqual(one.get('new', null), { done: true })
  }
})

test('removing an offset that is not there writes nothing', async (t) => {
  const path = fileWith(t, undefined)
  const offsets = await openOffsetFile(path)
  await offsets.set([{ connector: 'c', partition: { p: 1 }, offset: null }])
  assert.equal(existsSync(path), false)
})

test('a partition is found whatever the order of its fields, and its key keeps its bytes', async (t) => {
  const path = fileWith(t, containing({ '["db",{"server":"a","table":"t"}]': '{"id":1}' }))
  const offsets = await openOffsetFile(path)
  assert.deepEqual(offsets.get('db', { table: 't', server: 'a' }), { id: 1 })
  await offsets.set([{ connector: 'db', partition: { table: 't', server: 'a' }, offset: { id: 2 } }])
  assert.deepEqual(contentOf(path), { '["db",{"server":"a","table":"t"}]': '{"id":2}' })
})

test('a partition that the JVM stored under two orders of its fields is changed under both', async (t) => {
  const one = '["db",{"server":"a","table":"t"}]'
  const other = '["db",{"table":"t","server":"a"}]'
  const path = fileWith(t, containing({ [one]: null, [other]: '{"id":1}' }))
  const offsets = await openOffsetFile(path)
  assert.deepEqual(offsets.get('db', { server: 'a', table: 't' }), { id: 1 })
  await offsets.set([{ connector: 'db', partition: { server: 'a', table: 't' }, offset: { id: 2 } }])
  assert.deepEqual(contentOf(path), { [one]: '{"id":2}', [other]: '{"id":2}' })
})

test('numbers of every size keep their value, as Java writes and reads them', async (t) => {
  const path = fileWith(t, undefined)
  const offset = {
    small: 7,
    safe: 9007199254740991,
    beyond: 9007199254740993n,
    least: -9223372036854775808n,
    fraction: 1.5,
    tiny: 0.0001,
    large: new TypedNumber('float64', 1e10),
    float: new TypedNumber('float32', Math.fround(0.1)),
    minusZero: -0,
    text: 'a"\u001f\\u001f€\n',
    bytes: Buffer.from('hi'),
    yes: true,
    none: null,
  }
  await (await openOffsetFile(path)).set([{ connector: 'c', partition: {}, offset }])
  assert.equal(
    contentOf(path)['["c",{}]'],
    '{"small":7,"safe":9007199254740991,"beyond":9007199254740993,"least":-9223372036854775808,"fraction":1.5,' +
      '"tiny":1.0E-4,"large":1.0E10,"float":0.1,"minusZero":-0.0,"text":"a\\"\\u001F\\\\u001f€\\n","bytes":"aGk=","yes":true,"none":null}',
  )
  const reopened = await openOffsetFile(path)
  const plain = { ...offset, large: 1e10, float: 0.1, bytes: 'aGk=' }
  assert.deepEqual(reopened.get('c', {}), plain)
  assert.deepEqual(reopened.entries(), [
    { connector: 'c', partition: {}, offset: { ...plain, large: new TypedNumber('float64', 1e10) } },
  ])
})

test('a partition is the same for 1, 1n and 1.0, and different for the text 1', async (t) => {
  const offsets = await openOffsetFile(fileWith(t, containing({ '["c",{"p":1.0}]': '{"o":1}' })))
  assert.deepEqual(offsets.get('c', { p: 1 }), { o: 1 })
  assert.deepEqual(offsets.get('c', { p: 1n }), { o: 1 })
  assert.equal(offsets.get('c', { p: '1' }), undefined)
})

test('large integers in a partition are told apart', async (t) => {
  const offsets = await openOffsetFile(fileWith(t, containing({ '["c",{"p":9007199254740993}]': '{"o":1}' })))
  assert.deepEqual(offsets.get('c', { p: 9007199254740993n }), { o: 1 })
  assert.equal(offsets.get('c', { p: 9007199254740992n }), undefined)
  assert.equal(offsets.get('c', { p: 9007199254740992 }), undefined)
})

test('fields named like members of every object are fields', async (t) => {
  const key = '["__proto__",{"__proto__":"x","constructor":1.0}]'
  const path = fileWith(t, containing({ [key]: '{"__proto__":9007199254740993}' }))
  const offsets = await openOffsetFile(path)
  const partition = JSON.parse('{"__proto__":"x","constructor":1}') as Record<string, unknown>
  const found = offsets.get('__proto__', partition)
  assert.deepEqual(Object.entries(found ?? {}), [['__proto__', 9007199254740993n]])
  await offsets.set([{ connector: '__proto__', partition, offset: JSON.parse('{"__proto__":1}') }])
  assert.deepEqual(Object.entries(contentOf(path)), [[key, '{"__proto__":1}']])
})

const NOT_PRIMITIVE: readonly (readonly [unknown, string])[] = [
  [{ a: 1 }, 'a object'],
  [[1], 'a list'],
  [new Date(0), 'a date'],
  [() => 1, 'a function'],
]

for (const [value, what] of NOT_PRIMITIVE) {
  test(`an offset that holds ${what} is refused, and nothing of the commit is stored`, async (t) => {
    const path = fileWith(t, ONE_ENTRY)
    const offsets = await openOffsetFile(path)
    await assert.rejects(
      offsets.set([
        { connector: 'local-file-source', partition: { filename: 'test.txt' }, offset: { position: 99 } },
        { connector: 'c', partition: { p: 1 }, offset: { bad: value } },
      ]),
      { message: `Offsets may only use primitive types as values, but field bad contains ${what}` },
    )
    assert.deepEqual(offsets.get('local-file-source', { filename: 'test.txt' }), { position: 12 })
    assert.deepEqual(readFileSync(path), ONE_ENTRY)
  })
}

test('an integer beyond 64 bits is refused', async (t) => {
  const offsets = await openOffsetFile(fileWith(t, undefined))
  await assert.rejects(offsets.set([{ connector: 'c', partition: {}, offset: { id: 2n ** 63n } }]), {
    message: 'Offset field id is beyond 64 bits: 9223372036854775808',
  })
})

test('keys that are not a connector and a partition are reported, kept, and not used', async (t) => {
  const bad = { 'not json': '{"a":1}', '["only"]': '{"a":1}', '[1,{}]': '{"a":1}', '["c",[1]]': null, '{"c":1}': '{}' }
  const path = fileWith(t, containing({ ...bad, '["c",{"p":1}]': '{"o":1}' }))
  const log = keptLog()
  const offsets = await openOffsetFile(path, log)
  assert.equal(log.lines.length, 5)
  assert.equal(
    log.lines[0],
    `Offset file ${path} has a key that is not ["connector",{partition}]; it is kept but not used: "not json"`,
  )
  assert.deepEqual(offsets.entries(), [{ connector: 'c', partition: { p: 1 }, offset: { o: 1 } }])
  await offsets.set([{ connector: 'c', partition: { p: 1 }, offset: { o: 2 } }])
  assert.deepEqual(contentOf(path), { ...bad, '["c",{"p":1}]': '{"o":2}' })
})

test('an offset that is not a JSON object is reported, kept, and not used', async (t) => {
  const path = fileWith(t, containing({ '["c",{"p":1}]': '[1]', '["c",{"p":2}]': '{' }))
  const log = keptLog()
  const offsets = await openOffsetFile(path, log)
  assert.equal(offsets.get('c', { p: 1 }), undefined)
  assert.deepEqual(log.lines, [
    `Offset file ${path}: the offset of connector c is not a JSON object and is not used: "[1]"`,
  ])
  assert.deepEqual(offsets.entries('c'), [])
})

test('offsets that are stored already are not written again', async (t) => {
  const path = fileWith(t, ONE_ENTRY)
  const offsets = await openOffsetFile(path)
  const before = statSync(path).ino
  const same = [{ connector: 'local-file-source', partition: { filename: 'test.txt' }, offset: { position: 12 } }]
  await offsets.set(same)
  await offsets.set([])
  assert.equal(statSync(path).ino, before)
  await offsets.set([{ ...same[0], offset: { position: 13 } }] as typeof same)
  assert.notEqual(statSync(path).ino, before)
})

test('many calls at once share few writes, and each resolves when its own offset is in the file', async (t) => {
  const path = fileWith(t, undefined)
  const offsets = await openOffsetFile(path)
  const inodes = new Set<number>()
  await Promise.all(
    Array.from({ length: 300 }, async (_, id) => {
      await offsets.set([{ connector: 'c', partition: { p: id }, offset: { o: id } }])
      inodes.add(statSync(path).ino)
      assert.equal(contentOf(path)[`["c",{"p":${id}}]`], `{"o":${id}}`)
    }),
  )
  assert.ok(inodes.size <= 3, `${inodes.size} writes`)
  assert.equal(Object.keys(contentOf(path)).length, 300)
})

test('offsets that come while the file is written are in the next write', async (t) => {
  const path = fileWith(t, undefined)
  const offsets = await openOffsetFile(path)
  const calls: Promise<void>[] = []
  for (let round = 1; round <= 40; round++) {
    await new Promise((resolve) => setImmediate(resolve))
    const one = offsets.set([{ connector: 'c', partition: { p: 0 }, offset: { o: round } }])
    calls.push(one)
    if (round % 10 === 0) {
      await one
      assert.deepEqual(contentOf(path), { '["c",{"p":0}]': `{"o":${round}}` })
    }
  }
  await Promise.all(calls)
})

const DAMAGED: readonly (readonly [what: string, content: Buffer, problem: string])[] = [
  ['cut off', THREE_ENTRIES.subarray(0, 150), 'it ends early, after 150 bytes'],
  ['no map', Buffer.from('aced000574000161', 'hex'), 'expected HashMap but found a string'],
  ['garbage', Buffer.from('{"position":12}'), 'it does not begin as a Java serialisation stream'],
]

for (const [what, content, problem] of DAMAGED) {
  test(`a damaged file (${what}) is set aside and reported, and work begins without offsets`, async (t) => {
    const path = fileWith(t, content)
    const log = keptLog()
    const offsets = await openOffsetFile(path, log)
    const [aside = ''] = asideOf(path)
    assert.match(aside, /^connect\.offsets\.damaged-\d{4}-\d\d-\d\dT\d\d-\d\d-\d\d\.\d{3}Z$/)
    assert.deepEqual(log.lines, [
      `Offset file ${path} is damaged: ${problem}. It was set aside as ${join(path, '..', aside)}. ` +
        'No good copy was found: connectors start without offsets.',
    ])
    assert.deepEqual(offsets.entries(), [])
    await offsets.set([{ connector: 'c', partition: { p: 1 }, offset: { o: 1 } }])
    assert.deepEqual(contentOf(path), { '["c",{"p":1}]': '{"o":1}' })
    assert.deepEqual(readFileSync(join(path, '..', aside)), content)
  })

  test(`in place of a damaged file (${what}) the copy from before its last change is used`, async (t) => {
    const path = fileWith(t, ONE_ENTRY)
    const one = { connector: 'local-file-source', partition: { filename: 'test.txt' } }
    await (await openOffsetFile(path)).set([{ ...one, offset: { position: 13 } }])
    writeFileSync(path, content)
    const log = keptLog()
    const offsets = await openOffsetFile(path, log)
    const [aside = ''] = asideOf(path)
    assert.deepEqual(log.lines, [
      `Offset file ${path} is damaged: ${problem}. It was set aside as ${join(path, '..', aside)}. The copy from before its ` +
        `last change, ${path}.bak, is used instead (1 entries): some records may be delivered again.`,
    ])
    assert.deepEqual(offsets.get(one.connector, one.partition), { position: 12 })
    assert.deepEqual(readFileSync(path), ONE_ENTRY)
    assert.deepEqual(readFileSync(join(path, '..', aside)), content)
    const again = keptLog()
    assert.deepEqual((await openOffsetFile(path, again)).get(one.connector, one.partition), { position: 12 })
    assert.deepEqual(again.lines, [])
  })
}

test('an empty file has no offsets, as one that somebody made beforehand', async (t) => {
  const path = fileWith(t, Buffer.alloc(0))
  const log = keptLog()
  assert.deepEqual((await openOffsetFile(path, log)).entries(), [])
  assert.deepEqual(log.lines, [])
  assert.deepEqual(asideOf(path), [])
})

test('a file that was removed on purpose does not come back from its copy, nor leaves an old copy behind', async (t) => {
  const path = fileWith(t, ONE_ENTRY)
  const folder = join(path, '..')
  await (await openOffsetFile(path)).set([{ connector: 'c', partition: {}, offset: { o: 1 } }])
  assert.deepEqual(readdirSync(folder), ['connect.offsets', 'connect.offsets.bak'])
  rmSync(path)
  const offsets = await openOffsetFile(path)
  assert.deepEqual(offsets.entries(), [])
  await offsets.set([{ connector: 'c', partition: {}, offset: { o: 1 } }])
  assert.deepEqual(readdirSync(folder), ['connect.offsets'])
})

test('without its folder offsets cannot be stored, and are once the folder is there', async (t) => {
  const folder = join(temporaryDir(t), 'later')
  const path = join(folder, 'connect.offsets')
  const offsets = await openOffsetFile(path)
  const change = [{ connector: 'c', partition: {}, offset: { o: 1 } }]
  await assert.rejects(offsets.set(change), {
    name: 'OffsetFileError',
    message: `Offsets cannot be written to ${path}: its folder ${folder} does not exist`,
  })
  mkdirSync(folder)
  await offsets.set(change)
  assert.deepEqual(contentOf(path), { '["c",{}]': '{"o":1}' })
})

test('a folder in place of the file is refused at the start', async (t) => {
  const path = join(temporaryDir(t), 'connect.offsets')
  mkdirSync(path)
  await assert.rejects(openOffsetFile(path), {
    name: 'OffsetFileError',
    message: `Offset file ${path} cannot be read: it is a folder`,
  })
})

test('a symbolic link stays one, and the file keeps its mode', async (t) => {
  const path = fileWith(t, ONE_ENTRY)
  chmodSync(path, 0o640)
  const alias = join(path, '..', 'alias')
  symlinkSync(path, alias)
  const offsets = await openOffsetFile(alias)
  assert.equal(offsets.path, path)
  await offsets.set([{ connector: 'c', partition: {}, offset: { o: 1 } }])
  assert.equal(Object.keys(contentOf(path)).length, 2)
  assert.equal(statSync(path).mode & 0o777, 0o640)
})

test('a device as the file is written to and stays a device', { skip: process.platform !== 'linux' }, async () => {
  const log = keptLog()
  const offsets = await openOffsetFile('/dev/null', log)
  await offsets.set([{ connector: 'c', partition: {}, offset: { o: 1 } }])
  assert.ok(statSync('/dev/null').isCharacterDevice())
  assert.deepEqual(offsets.get('c', {}), { o: 1 })
  assert.deepEqual(log.lines, [
    'Offset file /dev/null is rewritten in place, so a crash can damage it: it is not a regular file',
  ])
})

test('half-written files of processes that are gone are removed, those of living ones stay', async (t) => {
  const path = fileWith(t, ONE_ENTRY)
  const gone = 2 ** 22 + 1 // beyond Linux's largest process id
  writeFileSync(`${path}.${gone}.tmp`, 'half')
  writeFileSync(`${path}.bak.${gone}.tmp`, 'whole, but not in its place')
  writeFileSync(`${path}.${process.ppid}.tmp`, 'half')
  writeFileSync(`${path}.mine.tmp`, 'not ours')
  await openOffsetFile(path)
  assert.deepEqual(readdirSync(join(path, '..')), [
    'connect.offsets',
    `connect.offsets.${process.ppid}.tmp`,
    'connect.offsets.mine.tmp',
  ])
})

test('a file of 10,000 offsets is opened, changed and written in a fraction of a second', async (t) => {
  const many = Object.fromEntries(
    Array.from({ length: 10_000 }, (_, id) => [`["c",{"filename":"/var/log/app/${id}.log"}]`, `{"position":${id}}`]),
  )
  const path = fileWith(t, containing(many))
  // The quickest of several: what else the machine does is no matter of ours
  const opening: number[] = []
  const writing: number[] = []
  for (let round = 1; round <= 5; round++) {
    const begin = performance.now()
    const offsets = await openOffsetFile(path)
    const opened = performance.now()
    await offsets.set([{ connector: 'c', partition: { filename: '/var/log/app/5.log' }, offset: { position: -round } }])
    opening.push(opened - begin)
    writing.push(performance.now() - opened)
  }
  t.diagnostic(`open ${opening.map(Math.round)} ms, write ${writing.map(Math.round)} ms`)
  assert.ok(Math.min(...opening) < 2000, `opening took ${opening} ms`)
  assert.ok(Math.min(...writing) < 400, `a write took ${writing} ms`)
  assert.equal(readJavaMap(readFileSync(path)).length, 10_000)
})
