import assert from 'node:assert/strict'
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { test } from 'node:test'
import { compileFilePattern, namesManyFiles, shareOf } from '../../../src/connectors/file/file-pattern.ts'
import { tempFolder } from './temp-folder.ts'

const FILES = [
  'a.log',
  'b.log',
  'c.txt',
  '.hidden.log',
  'sub/d.log',
  'sub/deep/e.log',
  '.git/f.log',
  'x[1].log',
  'x1.log',
]

const ROWS: readonly (readonly [pattern: string, ...files: string[]])[] = [
  ['*.log', 'a.log', 'b.log', 'x1.log', 'x[1].log'],
  ['?.log', 'a.log', 'b.log'],
  ['[ac].*', 'a.log', 'c.txt'],
  ['[!ab].*', 'c.txt'],
  ['[a-b].log', 'a.log', 'b.log'],
  ['{a,c}.{log,txt}', 'a.log', 'c.txt'],
  ['.*.log', '.hidden.log'],
  ['*/*.log', 'sub/d.log'],
  ['**/*.log', 'a.log', 'b.log', 'sub/d.log', 'sub/deep/e.log', 'x1.log', 'x[1].log'],
  ['sub/**', 'sub/d.log', 'sub/deep/e.log'],
  ['s*/deep/*', 'sub/deep/e.log'],
  ['', 'a.log', 'b.log', 'c.txt', 'x1.log', 'x[1].log'],
  ['sub/', 'sub/d.log'],
  ['nowhere/*.log'],
  ['x[1].log', 'x1.log', 'x[1].log'],
  ['x\\[1].log', 'x[1].log'],
  ['x[.log'],
  ['[z-a].log'],
  ['(a|b).log'],
]

test('globs and directories name the files that they would in a shell', async (t) => {
  const path = tempFolder(t)
  for (const file of FILES) {
    mkdirSync(dirname(path(file)), { recursive: true })
    writeFileSync(path(file), '')
  }
  mkdirSync(path('folder.log'))
  for (const [pattern, ...files] of ROWS) {
    assert.deepEqual(await compileFilePattern(path(pattern)).list(), files.map(path), pattern)
  }
})

test('links to files are files, links to directories are not followed by **', async (t) => {
  const path = tempFolder(t)
  writeFileSync(path('a.log'), '')
  symlinkSync(path('a.log'), path('link.log'))
  symlinkSync(path(''), path('loop'))
  symlinkSync(path('nowhere'), path('broken.log'))
  assert.deepEqual(await compileFilePattern(path('**/*.log')).list(), [path('a.log'), path('link.log')])
})

test('the pattern tells what to watch', () => {
  const rows = [
    ['/var/log/*.log', '/var/log', 0],
    ['/var/*/x/*.log', '/var', 2],
    ['/var/**/*.log', '/var', Number.POSITIVE_INFINITY],
    ['/var/log/', '/var/log', 0],
    ['*.log', '.', 0],
    ['/*.log', '/', 0],
    ['logs/*.log', 'logs', 0],
  ] as const
  for (const [pattern, base, depth] of rows) {
    const compiled = compileFilePattern(pattern)
    assert.deepEqual([compiled.base, compiled.depth], [base, depth], pattern)
  }
  const { mayMatch } = compileFilePattern('/var/log/*.log')
  assert.deepEqual(['/var/log/a.log', '/var/log/a.txt', '/var/log/.a.log'].map(mayMatch), [true, false, false])
})

test('a name that is there as a file is never a glob', async (t) => {
  const path = tempFolder(t)
  assert.equal(await namesManyFiles(path('x[1].log')), true)
  writeFileSync(path('x[1].log'), '')
  assert.equal(await namesManyFiles(path('x[1].log')), false)
  assert.equal(await namesManyFiles(path('plain.log')), false)
  assert.equal(await namesManyFiles(path('folder/')), true)
})

test('files are shared out over all tasks', () => {
  const shares = Array.from({ length: 1000 }, (_, file) => shareOf(`/var/log/service-${file}.log`, 4))
  for (const task of [0, 1, 2, 3]) assert.ok(shares.filter((share) => share === task).length > 150, `task ${task}`)
  assert.ok(shares.every((share) => share < 4))
})
