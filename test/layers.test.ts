import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { test } from 'node:test'
import { repoRoot } from './helpers/services-dir.ts'

/** Which folder of src/ may import which (besides itself). Type imports count. A new folder needs a row here. */
const MAY_IMPORT: Readonly<Record<string, readonly string[]>> = {
  data: [],
  protocol: [],
  config: ['data'],
  storage: ['data'],
  plugin: ['config', 'data'],
  converters: ['plugin', 'config', 'data'],
  transforms: ['plugin', 'config', 'data'],
  connectors: ['plugin', 'config', 'data'],
  kafka: ['protocol', 'config'],
  'dev-broker': ['protocol'],
  runtime: ['plugin', 'config', 'data', 'kafka', 'protocol', 'storage'],
  rest: ['runtime', 'plugin', 'config', 'data'],
  cli: [
    ...['rest', 'runtime', 'kafka', 'dev-broker', 'protocol', 'storage'],
    ...['connectors', 'converters', 'transforms', 'plugin', 'config', 'data'],
  ],
}

/** Which folder may import a package: one door each. `files`: so many files there at most. */
const DOORS: Readonly<Record<string, { readonly folder: string; readonly files?: number }>> = {
  kafkajs: { folder: 'kafka/' },
  commander: { folder: 'cli/' },
  winston: { folder: 'cli/', files: 1 },
  fastify: { folder: 'rest/' },
  'dot-properties': { folder: 'config/' },
  chokidar: { folder: 'connectors/file/', files: 1 },
  pg: { folder: 'connectors/jdbc/drivers/' },
  mysql2: { folder: 'connectors/jdbc/drivers/' },
}

interface Import {
  readonly file: string
  readonly target: string
}

const filesIn = (folder: string): string[] =>
  readdirSync(join(repoRoot, folder), { recursive: true, encoding: 'utf8' })
    .map((name) => name.replaceAll('\\', '/'))
    .filter((name) => name.endsWith('.ts'))
    .sort()

const FILES = filesIn('src')

/** `import ... from '...'`, `export ... from '...'`, `import '...'`, `import('...')`; comments do not count. */
const IMPORT =
  /(?:^\s*(?:import\b|export\b|\})[^'"\n]*?\bfrom\s*|^\s*import\s*|\bimport\s*\(\s*|\brequire\s*\(\s*)(['"])([^'"\n]+)\1/gm

const importsOf = (file: string): string[] => {
  const code = readFileSync(join(repoRoot, 'src', file), 'utf8')
    .replace(/\/\*[\s\S]*?\*\//g, '')
    .replace(/^\s*\/\/.*$/gm, '')
  return [...code.matchAll(IMPORT)].map((match) => match[2] ?? '')
}

/** Relative imports as paths below src/ (or `../...` beyond it), others as they are written. */
const IMPORTS: readonly Import[] = FILES.flatMap((file) =>
  importsOf(file).map((target) => ({ file, target: target.startsWith('.') ? join(dirname(file), target) : target })),
)

const isOurs = ({ file, target }: Import): boolean =>
  FILES.includes(target) || target.startsWith('../') || file === target
const folderOf = (file: string): string => file.split('/')[0] ?? ''

test('every file of src/ stands in a folder of the table', () => {
  assert.ok(FILES.length > 10)
  assert.deepEqual(
    FILES.filter((file) => MAY_IMPORT[folderOf(file)] === undefined),
    [],
  )
})

test('a folder of src/ imports only what the table allows', () => {
  const wrong = IMPORTS.filter(({ file, target }) => {
    if (!FILES.includes(target)) return false
    const [from, to] = [folderOf(file), folderOf(target)]
    return from !== to && !MAY_IMPORT[from]?.includes(to)
  })
  assert.deepEqual(wrong, [])
})

test('nothing in src/ imports from test/, scripts/, bench/ or a file that is not there', () => {
  const beyond = IMPORTS.filter((one) => one.target.startsWith('../'))
  // the version of the package is read from its own description
  assert.deepEqual(
    beyond.filter(({ target }) => target !== '../package.json'),
    [],
  )
  const missing = IMPORTS.filter((one) => one.target.endsWith('.ts') && !isOurs(one))
  assert.deepEqual(missing, [])
})

test('no file of src/ imports itself over others', () => {
  const targets = new Map(FILES.map((file): [string, string[]] => [file, []]))
  for (const { file, target } of IMPORTS) if (FILES.includes(target)) targets.get(file)?.push(target)
  const done = new Set<string>()
  const cycles: string[] = []
  const walk = (file: string, path: readonly string[]): void => {
    const at = path.indexOf(file)
    if (at >= 0) {
      cycles.push([...path.slice(at), file].join(' -> '))
      return
    }
    if (done.has(file)) return
    for (const target of targets.get(file) ?? []) walk(target, [...path, file])
    done.add(file)
  }
  for (const file of FILES) walk(file, [])
  assert.deepEqual(cycles, [])
})

for (const [name, { folder, files }] of Object.entries(DOORS)) {
  test(`${name} is imported only in ${folder}${files === 1 ? ', in one file' : ''}`, () => {
    const importers = IMPORTS.filter(({ target }) => target === name || target.startsWith(`${name}/`)).map(
      ({ file }) => file,
    )
    assert.deepEqual(
      importers.filter((file) => !file.startsWith(folder)),
      [],
    )
    const distinct = new Set(importers)
    if (files !== undefined) assert.ok(distinct.size <= files, [...distinct].join(', '))
  })
}

// what is bundled into the build stands in devDependencies
test('every package that src/ imports is part of Node or listed in package.json', () => {
  const {
    dependencies = {},
    devDependencies = {},
  }: Record<string, Readonly<Record<string, string>>> = JSON.parse(readFileSync(join(repoRoot, 'package.json'), 'utf8'))
  const known = Object.keys({ ...dependencies, ...devDependencies })
  const unknown = IMPORTS.filter((one) => {
    if (isOurs(one) || one.target.startsWith('node:') || one.target.endsWith('.ts')) return false
    return !known.some((name) => one.target === name || one.target.startsWith(`${name}/`))
  })
  assert.deepEqual(unknown, [])
})

test('no folder of src/ is a place for leftovers, and no file only hands others on', () => {
  const bad = FILES.filter(
    (file) => /(^|\/)(utils?|helpers?|common|shared|misc)(\/|\.ts$)/.test(file) || /(^|\/)index\.ts$/.test(file),
  )
  assert.deepEqual(bad, [])
})
