import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { compileStruct, compileVisitor } from '../../src/data/compile-struct.ts'

test('fields are copied, changed, replaced when null, and made', () => {
  const make = compileStruct<string>([
    { name: 'a', source: ['a'] },
    { name: 'b', source: ['b'], change: (value) => Number(value) * 2 },
    { name: 'c', source: ['c'], whenNull: () => 'default' },
    { name: 'd', source: ['in', 'd'], whenNull: () => 'not asked' },
    { name: 'e', source: null, make: (context) => context },
  ])
  assert.deepEqual(make({ a: 1, b: 2, c: null, in: null }, 'x'), { a: 1, b: 4, c: 'default', d: null, e: 'x' })
  assert.deepEqual(make({ in: { d: 5 } }, 'y'), { a: null, b: null, c: 'default', d: 5, e: 'y' })
})

const HOSTILE = ['__proto__', 'constructor', 'toString', '"];throw 1//', "'`$\u007b1}", '\u2028\\', '']

test('names of any kind are only names', () => {
  const make = compileStruct<undefined>(HOSTILE.map((name) => ({ name, source: [name] })))
  const empty = make({}, undefined)
  assert.deepEqual(Object.keys(empty), HOSTILE)
  assert.deepEqual(
    Object.values(empty),
    HOSTILE.map(() => null),
  )
  const full = make(Object.fromEntries(HOSTILE.map((name) => [name, 1])), undefined)
  assert.deepEqual(
    Object.values(full),
    HOSTILE.map(() => 1),
  )
  assert.equal(Object.getPrototypeOf(full), Object.prototype)
})

test('very wide structs and processes without code generation get the same', () => {
  const wide = Array.from({ length: 300 }, (_, index) => `f${index}`)
  const make = compileStruct<undefined>(wide.map((name) => ({ name, source: [name], whenNull: () => 0 })))
  assert.deepEqual(make({ f7: 7 }, undefined), Object.fromEntries(wide.map((name) => [name, name === 'f7' ? 7 : 0])))

  const module = fileURLToPath(new URL('../../src/data/compile-struct.ts', import.meta.url))
  const script = `import { compileStruct, compileVisitor } from ${JSON.stringify(module)}
    console.log(JSON.stringify(compileStruct([{ name: 'a', source: ['x', 'a'] }, { name: 'b', source: null, make: () => 2 }])({ x: { a: 1 } })))`
  const out = execFileSync(
    process.execPath,
    ['--import', 'tsx', '--disallow-code-generation-from-strings', '--input-type=module', '-e', script],
    { encoding: 'utf8', timeout: 60_000 },
  )
  assert.equal(out.trim(), '{"a":1,"b":2}')
})

test('each field is visited in order, whatever its name; one that is missing is undefined', () => {
  const visitedBy = (names: readonly string[]) => {
    const visited: unknown[] = []
    const visit = compileVisitor<string>(
      names,
      names.map((name) => (value, context) => visited.push([name, value, context])),
    )
    return (fields: Readonly<Record<string, unknown>>) => {
      visited.length = 0
      visit(fields, 'x')
      return visited
    }
  }
  const many = Array.from({ length: 300 }, (_, index) => `f${index}`)
  for (const names of [[...HOSTILE, 'last'], [], many]) {
    const full = Object.fromEntries(names.map((name, index) => [name, index]))
    assert.deepEqual(
      visitedBy(names)(full),
      names.map((name, index) => [name, index, 'x']),
    )
    assert.deepEqual(
      visitedBy(names)({}),
      names.map((name) => [name, undefined, 'x']),
    )
  }
})
