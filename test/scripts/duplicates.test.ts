import assert from 'node:assert/strict'
import { test } from 'node:test'
import { findDuplicates } from '../../scripts/duplicates.ts'

const lines = (count: number, name = 'step'): string =>
  Array.from({ length: count }, (_, index) => `  ${name}${index}(value)`).join('\n')

test('twelve lines that stand in two files are found, whatever their comments, blanks and indentation', () => {
  const sources = new Map([
    ['a.ts', `const a = () => {\n${lines(12)}\n}\n`],
    [
      'b.ts',
      `// another\nconst b = () => {\n${lines(12).replaceAll('  step', '\n\t\tstep').replace('step3', '// why\nstep3')}\n}\n`,
    ],
  ])
  assert.deepEqual(findDuplicates(sources), [{ lines: 12, first: 'a.ts:2', second: 'b.ts:4' }])
})

test('eleven lines are not enough, and a longer run is one finding', () => {
  assert.deepEqual(findDuplicates(new Map(Object.entries({ a: lines(11), b: lines(11) }))), [])
  assert.deepEqual(findDuplicates(new Map(Object.entries({ a: lines(40), b: lines(40) }))), [
    { lines: 40, first: 'a:1', second: 'b:1' },
  ])
})

test('the same lines twice in one file are found, imports are not', () => {
  const code = `${lines(12)}\nother()\n${lines(12)}`
  assert.deepEqual(findDuplicates(new Map([['a', code]])), [{ lines: 12, first: 'a:1', second: 'a:14' }])
  const imports = `import {\n${lines(12).replaceAll('(value)', ',')}\n} from './x.ts'\n`
  assert.deepEqual(findDuplicates(new Map(Object.entries({ a: imports, b: imports }))), [])
})
