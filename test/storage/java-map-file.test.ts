import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { type JavaMapEntry, JavaMapFormatError, readJavaMap, writeJavaMap } from '../../src/storage/java-map-file.ts'
import { oracleDir } from '../helpers/services-dir.ts'
import { NO_ENTRIES, ONE_ENTRY, THIRTEEN_ENTRIES, THREE_ENTRIES } from './jvm-offset-files.ts'

const asText = (entries: readonly JavaMapEntry[]): (readonly [string | undefined, string | undefined])[] =>
  entries.map(({ key, value }) => [key?.toString(), value?.toString()])

test('a file of the JVM with one offset is read', () => {
  assert.deepEqual(asText(readJavaMap(ONE_ENTRY)), [
    ['["local-file-source",{"filename":"test.txt"}]', '{"position":12}'],
  ])
})

test('a removed offset is read as null', () => {
  assert.deepEqual(asText(readJavaMap(THREE_ENTRIES)), [
    ['["s",{"filename":"b"}]', undefined],
    ['["t",{"id":0}]', '{"seqno":7}'],
    ['["s",{"filename":"a"}]', '{"position":1}'],
  ])
})

test('a file of the JVM with thirteen offsets is read', () => {
  const found = new Map(asText(readJavaMap(THIRTEEN_ENTRIES)))
  const expected = Array.from({ length: 13 }, (_, index) => [`["c",{"p":${index}}]`, `{"o":${index}}`] as const)
  assert.equal(found.size, 13)
  for (const [key, value] of expected) assert.equal(found.get(key), value)
})

for (const [what, bytes] of Object.entries({ NO_ENTRIES, ONE_ENTRY, THREE_ENTRIES, THIRTEEN_ENTRIES })) {
  test(`writing what was read gives the bytes of the JVM: ${what}`, () => {
    assert.equal(writeJavaMap(readJavaMap(bytes)).toString('hex'), bytes.toString('hex'))
  })
}

test('the recorded file of the oracle is read and written byte for byte', () => {
  const bytes = readFileSync(`${oracleDir()}/offsets/file-source.offsets`)
  const decoded = readFileSync(`${oracleDir()}/offsets/file-source.decoded.tsv`, 'utf8')
  const lines = asText(readJavaMap(bytes)).map((entry) => entry.join('\t'))
  assert.deepEqual(lines.sort(), decoded.trimEnd().split('\n').sort())
  assert.deepEqual(writeJavaMap(readJavaMap(bytes)), bytes)
})

test('a reference to an array that came before is read as that array', () => {
  // ["s",{...}] and its value; then a second entry whose key is a back reference (7E0004: the first value)
  const [first] = readJavaMap(ONE_ENTRY)
  const two = Buffer.concat([ONE_ENTRY.subarray(0, -1), Buffer.from('71007e0004', 'hex'), Buffer.from('7078', 'hex')])
  two.writeInt32BE(2, ONE_ENTRY.indexOf(Buffer.from('7708', 'hex')) + 6)
  assert.deepEqual(readJavaMap(two), [first, { key: first?.value, value: null }])
})

test('null keys and empty arrays survive a round trip', () => {
  const entries = [
    { key: null, value: Buffer.from('x') },
    { key: Buffer.alloc(0), value: null },
    { key: Buffer.from('k'), value: Buffer.alloc(0) },
  ]
  assert.deepEqual(readJavaMap(writeJavaMap(entries)), entries)
})

test('a file cut off anywhere is reported as ending early', () => {
  for (let length = 0; length < THREE_ENTRIES.length; length++) {
    assert.throws(
      () => readJavaMap(THREE_ENTRIES.subarray(0, length)),
      (error) => error instanceof JavaMapFormatError && error.message === `it ends early, after ${length} bytes`,
    )
  }
})

const DAMAGED: readonly (readonly [what: string, hex: string, message: string])[] = [
  ['plain text', Buffer.from('position=12\n').toString('hex'), 'it does not begin as a Java serialisation stream'],
  ['a serialised string', 'aced000574000161', 'expected HashMap but found a string'],
  ['a serialised null', 'aced000570', 'expected HashMap but found null'],
  [
    'a serialised Integer',
    `aced00057372${'0011'}${Buffer.from('java.lang.Integer').toString('hex')}12e2a0a4f781873802000149000576616c7565`,
    'expected HashMap but found java.lang.Integer',
  ],
  [
    'an entry that is no array',
    `${NO_ENTRIES.toString('hex').slice(0, -10)}0000000174000161`,
    'a byte array was expected, but there is a string',
  ],
  [
    'a negative size',
    `${NO_ENTRIES.toString('hex').slice(0, -10)}ffffffff78`,
    'the map has a negative number of entries, -1',
  ],
  [
    'a reference to nothing',
    `${NO_ENTRIES.toString('hex').slice(0, -10)}0000000171007e0055`,
    'a reference to a byte array leads nowhere',
  ],
  [
    'more entries than it has',
    `${NO_ENTRIES.toString('hex').slice(0, -10)}0000000178`,
    'a byte array was expected, but there is type code 0x78',
  ],
]

for (const [what, hex, message] of DAMAGED) {
  test(`not a map of byte arrays: ${what}`, () => {
    assert.throws(() => readJavaMap(Buffer.from(hex, 'hex')), { name: 'JavaMapFormatError', message })
  })
}

test('random bytes in a good file never make anything but a map or a format error', () => {
  let seed = 42
  const next = (below: number): number => {
    seed = (seed * 1103515245 + 12345) % 2 ** 31
    return seed % below
  }
  let errors = 0
  for (let round = 0; round < 5000; round++) {
    const bytes = Buffer.from(THREE_ENTRIES)
    for (let changes = 0; changes < 3; changes++) bytes[next(bytes.length)] = next(256)
    try {
      readJavaMap(bytes)
    } catch (error) {
      assert.ok(error instanceof JavaMapFormatError, String(error))
      errors++
    }
  }
  assert.ok(errors > 1000)
})
