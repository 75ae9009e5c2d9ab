import assert from 'node:assert/strict'
import { once } from 'node:events'
import { realpathSync, writeFileSync } from 'node:fs'
import { type AddressInfo, createServer } from 'node:net'
import { join } from 'node:path'
import { before, type TestContext, test } from 'node:test'
import { kafka } from '../helpers/kafka-server.ts'
import { runOurWorker, startOurWorker } from '../helpers/our-worker.ts'
import { runProgram } from '../helpers/processes.ts'
import { repoRoot, temporaryDir } from '../helpers/services-dir.ts'
import { type BadInput, BROKER, SECRET, workerFile } from './bad-input/bad-input.ts'
import { commandLine } from './bad-input/command-line.ts'
import { connectorConfigs } from './bad-input/connector-configs.ts'
import { connectorFiles } from './bad-input/connector-files.ts'
import { warnings } from './bad-input/warnings.ts'
import { workerClients } from './bad-input/worker-clients.ts'
import { workerFiles } from './bad-input/worker-files.ts'

/** Nobody wants to wait longer for being told of a mistake; the rows with a silent broker ask for 3 s. */
const PROMPTLY_MS = 40_000

// Builds the program if need be.
before(() => runOurWorker(['--version'], 150_000))

const speaksOfBroker = ({ files = {} }: Pick<BadInput, 'files'>): boolean =>
  Object.values(files).some((content) => String(content).includes(BROKER))

const writeFiles = async (t: TestContext, row: Pick<BadInput, 'files' | 'prepare'>): Promise<string> => {
  const folder = realpathSync(temporaryDir(t, 'bad-input-'))
  const bootstrap = speaksOfBroker(row) ? (await kafka()).bootstrap : ''
  for (const [name, content] of Object.entries(row.files ?? {})) {
    const text = (written: string) => written.replaceAll(BROKER, bootstrap).replaceAll('FOLDER', folder)
    writeFileSync(join(folder, name), typeof content === 'string' ? text(content) : content)
  }
  row.prepare?.(folder)
  return folder
}

const errorsIn = (output: string, folder: string): readonly string[] =>
  output
    .split('\n')
    .filter((line) => line.startsWith('error: '))
    .map((line) => line.slice('error: '.length).replaceAll(folder, 'FOLDER'))

const program = process.env['CONNECT_PROGRAM'] || join(repoRoot, 'bin/connect-standalone')

const isRoot = process.getuid?.() === 0

const refuse = (row: BadInput): void => {
  const skip = row.needsRights === true && isRoot ? 'whoever runs the tests may read everything' : false
  test(`${row.name}: exit code ${row.exit}`, { timeout: 120_000, skip }, async (t) => {
    const folder = await writeFiles(t, row)
    const args = row.args ?? Object.keys(row.files ?? {})
    const options = { cwd: folder, timeoutMs: PROMPTLY_MS }
    const { code, stdout, stderr } = await runProgram(process.execPath, [program, ...args], options)
    assert.deepEqual(errorsIn(stderr, folder), row.says)
    assert.equal(code, row.exit)
    for (const text of row.warns ?? []) assert.match(stderr, new RegExp(` WARN .*${text}`))
    assert.equal(stdout, '')
    assert.doesNotMatch(stderr, /^\s+at /m, 'a stack trace')
    assert.doesNotMatch(stderr, /undefined|\[object/)
    assert.ok(!stderr.includes(SECRET), 'a secret is shown')
  })
}

const all = [...commandLine, ...workerFiles, ...workerClients, ...connectorFiles, ...connectorConfigs]
for (const row of all.filter((each) => !speaksOfBroker(each))) refuse(row)
for (const row of all.filter(speaksOfBroker)) refuse(row)

test('a REST port that is taken: exit code 2, and no connector is started', { timeout: 120_000 }, async (t) => {
  const other = createServer().listen(0, '127.0.0.1')
  t.after(() => other.close())
  await once(other, 'listening')
  const listener = `http://127.0.0.1:${(other.address() as AddressInfo).port}`
  const folder = await writeFiles(t, { files: { 'worker.properties': workerFile({ listeners: listener }) } })
  const { code, stderr } = await runOurWorker([join(folder, 'worker.properties'), 'no-such-file'], PROMPTLY_MS)
  const problem = `listeners: ${listener} cannot be opened: port ${new URL(listener).port} is in use; is another worker running?`
  assert.deepEqual(errorsIn(stderr, folder), [`FOLDER/worker.properties:5: ${problem}`])
  assert.equal(code, 2)
})

for (const row of warnings) {
  test(`${row.name}: a warning, and the worker starts`, { timeout: 120_000 }, async (t) => {
    const folder = await writeFiles(t, row)
    const [worker = '', ...others] = Object.keys(row.files).filter((name) => name.endsWith('.properties'))
    const started = await startOurWorker({
      folder,
      worker: join(folder, worker),
      connectors: others.map((name) => join(folder, name)),
    })
    t.after(() => started.kill9())
    assert.equal(await started.stop(), 143)
    const shown = started.output().replaceAll(folder, 'FOLDER')
    const warned = [...shown.matchAll(/^\S+ WARN {2}(.*)$/gm)].map(([, text = '']) => text.replaceAll(TIME, 'TIME'))
    assert.deepEqual(warned, row.warns)
    assert.doesNotMatch(shown, / ERROR |^\s+at /m)
  })
}

const TIME = /\d{4}-\d\d-\d\dT[\d:.-]+Z/g
