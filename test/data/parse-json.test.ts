import assert from 'node:assert/strict'
import { test } from 'node:test'
import { hasEscapedKey, parseJson } from '../../src/data/parse-json.ts'

const CHARACTERS = ['\\', '"', 't', 'n', '/', 'a', '0', '\b', 'u', 'é', '一', ' ', ':', '{', '\ue000']

const escaped = (text: string): string =>
  `"${[...text]
    .map((each) => {
      const code = each.charCodeAt(0)
      if (each === '\\' || each === '"') return `\\${each}`
      return code < 0x20 || code > 0x7e ? `\\u${code.toString(16).padStart(4, '0')}` : each
    })
    .join('')}"`

test('names with escapes are those of the text, whatever was parsed before', () => {
  // What Node.js 24 and 26 keep of the first text makes JSON.parse give a wrong name for the second
  assert.deepEqual(Object.keys(parseJson('{"h":[],"\\\\":0}') as object), ['h', '\\'])
  assert.deepEqual(Object.keys(parseJson('{"h":1,"\\"":2}') as object), ['h', '"'])
  const names: string[] = []
  for (const a of CHARACTERS) for (const b of CHARACTERS) for (const c of ['', ...CHARACTERS]) names.push(a + b + c)
  let state = 1
  const next = (): string => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0
    return names[(state >>> 8) % names.length]!
  }
  for (let round = 0; round < 20_000; round++) {
    const pairs = new Map(Array.from({ length: 1 + (round % 3) }, () => [next(), next()]))
    const text = `{${[...pairs].map(([name, value]) => `${escaped(name)} : ${escaped(value)}`).join(',')}}`
    assert.deepEqual(new Map(Object.entries(parseJson(text) as object)), pairs, text)
  }
})

test('lists, nested objects, names that occur twice and hostile names are as JSON.parse gives them', () => {
  const text = '[{"\\u0061":{"b\\n":[1,{"a":null}]},"a":"\\":","c":"\\\\"},"x:","\\n",true,1.5,{"__proto__":{"\\t":1}}]'
  assert.deepEqual(parseJson(text), [
    { a: '":', c: '\\' },
    'x:',
    '\n',
    true,
    1.5,
    JSON.parse('{"__proto__":{"\t":1}}'.replace('\t', '\\t')),
  ])
  assert.ok(Object.hasOwn((parseJson(text) as object[])[5]!, '__proto__'))
})

test('what is no JSON is refused as JSON.parse refuses it', () => {
  for (const text of ['', '{"\\n":}', '{"\\', '"\\n":1', '{"\\n":1']) assert.throws(() => parseJson(text), SyntaxError)
})

test('only escapes in names count', () => {
  assert.equal(hasEscapedKey('{"a":"\\n","b":["\\"","x"]}'), false)
  assert.equal(hasEscapedKey('{"a":"\\n","b":{"c\\\\" \n: 1}}'), true)
  assert.equal(hasEscapedKey('{"a":"\\'), false)
})
