// Every example, run from a copy of the folder on the development broker of --dev, with nothing but Node.js on the machine.
import assert from 'node:assert/strict'
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { before, type TestContext, test } from 'node:test'
import { openSqliteFile } from '../../src/connectors/jdbc/drivers/sqlite-open.ts'
import { programRoot, runOurWorker } from '../helpers/our-worker.ts'
import { freePort, startProgram, waitUntil } from '../helpers/processes.ts'
import { repoRoot, temporaryDir } from '../helpers/services-dir.ts'

/** Throws until the file is as it should be. */
type Check = (written: string, path: string) => void | Promise<void>

const inputLines = (): string[] =>
  readFileSync(join(repoRoot, 'examples/file-to-file/input.txt'), 'utf8').trimEnd().split('\n')

const hasLines: Check = async (_written, path) => {
  assert.ok(existsSync(path))
  const database = await openSqliteFile(path, true)
  try {
    const rows = database.prepare('SELECT line FROM lines ORDER BY `__connect_offset`').all([])
    assert.deepEqual(rows.flat(), inputLines())
  } finally {
    database.close()
  }
}

/** What each writes, by the name of the file below /tmp. */
const EXAMPLES: Readonly<Record<string, Readonly<Record<string, Check>>>> = {
  'file-to-file': {
    'connect-standalone-output.txt': (written) => {
      assert.equal(written, readFileSync(join(repoRoot, 'examples/file-to-file/input.txt'), 'utf8'))
    },
  },
  'json-with-transforms': {
    'connect-standalone-json.txt': (written) => {
      const records = written
        .trimEnd()
        .split('\n')
        .map((line) => JSON.parse(line) as JsonRecord)
      const lines = readFileSync(join(repoRoot, 'examples/file-to-file/input.txt'), 'utf8').trimEnd().split('\n')
      assert.deepEqual(
        records.map(({ payload: { line, origin } }) => ({ line, origin })),
        lines.map((line) => ({ line, origin: 'example' })),
      )
      for (const { schema, payload } of records) {
        assert.deepEqual(
          schema.fields.map(({ field, type }) => `${field}: ${type}`),
          ['line: string', 'origin: string', 'read_at: int64'],
        )
        assert.ok(Math.abs(payload.read_at - Date.now()) < 600_000)
      }
    },
  },
  'kafka-to-sqlite': { 'connect-standalone-lines.db': hasLines },
  'sqlite-to-kafka': {
    'connect-standalone-rows.txt': (written) => {
      const rows = written
        .trimEnd()
        .split('\n')
        .map((line) => JSON.parse(line) as { line: string })
      assert.deepEqual(
        rows.map(({ line }) => line),
        inputLines(),
      )
    },
  },
  'table-to-table': { 'connect-standalone-copy.db': hasLines },
}

/** Examples that read what another one writes. */
const AFTER: Readonly<Record<string, string>> = {
  'sqlite-to-kafka': 'kafka-to-sqlite',
  'table-to-table': 'kafka-to-sqlite',
}

interface JsonRecord {
  readonly schema: { readonly fields: readonly { readonly field: string; readonly type: string }[] }
  readonly payload: { readonly line: string; readonly origin: string; readonly read_at: number }
}

/** Examples that need a server beside the broker: tests of their connectors cover them. */
const NEED_A_SERVER: readonly string[] = ['mysql', 'postgres']

before(() => runOurWorker(['--version'], 150_000))

test('every example is run here, or named as one that needs a server', () => {
  assert.deepEqual(readdirSync(join(repoRoot, 'examples')).sort(), [...Object.keys(EXAMPLES), ...NEED_A_SERVER].sort())
})

/** A copy of all examples that writes below the folder and listens where nobody else does. */
const copyExamples = async (folder: string): Promise<void> => {
  cpSync(join(repoRoot, 'examples'), join(folder, 'examples'), { recursive: true })
  mkdirSync(join(folder, 'tmp'))
  const address = `localhost:${await freePort()}`
  for (const name of readdirSync(join(folder, 'examples'), { recursive: true, encoding: 'utf8' })) {
    if (!/\.(?:properties|json)$/.test(name)) continue
    const path = join(folder, 'examples', name)
    const text = readFileSync(path, 'utf8').replaceAll('/tmp/', `${folder}/tmp/`).replaceAll('localhost:9092', address)
    const isWorker = /(?:^|\/)worker[^/]*$/.test(name)
    writeFileSync(path, isWorker ? `${text}\nlisteners=http://127.0.0.1:0\n` : text)
  }
}

const runExample = async (t: TestContext, name: string): Promise<void> => {
  const folder = temporaryDir(t)
  await copyExamples(folder)
  mkdirSync(join(folder, 'empty'))
  const before = AFTER[name]
  if (before !== undefined) await runIn(t, folder, before)
  await runIn(t, folder, name)
}

const runIn = async (t: TestContext, folder: string, name: string): Promise<void> => {
  const connectors = readdirSync(join(folder, 'examples', name))
    .filter((file) => /\.(?:properties|json)$/.test(file) && file !== 'worker.properties')
    .sort()
  const running = startProgram(
    process.execPath,
    [
      ...[join(programRoot(), 'bin/connect-standalone'), '--dev'],
      ...['worker.properties', ...connectors].map((file) => join('examples', name, file)),
    ],
    { cwd: folder, logFile: join(folder, 'log'), env: { PATH: join(folder, 'empty'), JAVA_HOME: undefined } },
  )
  t.after(() => running.kill())
  for (const [file, check] of Object.entries(EXAMPLES[name]!)) {
    const path = join(folder, 'tmp', file)
    const isRight = async (): Promise<boolean> => {
      await check(existsSync(path) ? readFileSync(path, 'utf8') : '', path)
      return true
    }
    await waitUntil(isRight, {
      timeoutMs: 120_000,
      what: `what ${name} writes to ${file}`,
      giveUp: () => (running.exit === undefined ? undefined : running.output()),
    })
  }
  assert.equal(await running.stop(60_000), 143, running.output())
  assert.doesNotMatch(running.output(), / (WARN|ERROR) /)
}

for (const name of Object.keys(EXAMPLES)) {
  test(`examples/${name} does what it says, with nothing but Node.js`, { timeout: 400_000 }, (t) => runExample(t, name))
}

test("README.md's first command runs an example on the development broker", () => {
  const readme = readFileSync(join(repoRoot, 'README.md'), 'utf8')
  const [, first = ''] = /```sh\n([\s\S]*?)```/.exec(readme) ?? []
  const [, program, files = ''] = /^npm ci && (bin\/connect-standalone) --dev (.*)\n$/.exec(first) ?? []
  assert.ok(program && existsSync(join(repoRoot, program)), first)
  const named = files.split(' ')
  assert.deepEqual(
    named.map((file) => file.split('/')[1]),
    named.map(() => 'file-to-file'),
  )
  for (const file of named) assert.ok(existsSync(join(repoRoot, file)), file)
  assert.equal(named.length, 3)
})
