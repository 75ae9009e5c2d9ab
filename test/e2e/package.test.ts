import assert from 'node:assert/strict'
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { before, test } from 'node:test'
import { kafka } from '../helpers/kafka-server.ts'
import { runOurWorker, workerSettings, writeProperties } from '../helpers/our-worker.ts'
import { type Running, runProgram, startProgram, waitUntil } from '../helpers/processes.ts'
import { repoRoot, temporaryDir } from '../helpers/services-dir.ts'

const MOST_MB = 30
const MOST_PACKAGES = 60

// Builds the program if need be.
before(() => runOurWorker(['--version'], 150_000))

const npm = async (cwd: string, ...args: string[]): Promise<string> => {
  const { code, stdout, stderr } = await runProgram('npm', args, { cwd, timeoutMs: 120_000 })
  assert.equal(code, 0, `npm ${args.join(' ')}: ${stderr}${stdout}`)
  return stdout
}

const megabytesIn = (folder: string): number => {
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).map((name) => statSync(join(folder, name)))
  return files.reduce((sum, file) => sum + (file.isFile() ? file.size : 0), 0) / 1e6
}

interface Packed {
  readonly filename: string
  readonly version: string
  readonly files: readonly { readonly path: string }[]
}

test('the packed program is installed in an empty folder, small, and works there with plug-ins from elsewhere', {
  timeout: 400_000,
}, async (t) => {
  const folder = temporaryDir(t, 'package-')
  // Without scripts: what is packed is what was built.
  const args = ['pack', '--ignore-scripts', '--json', '--pack-destination', folder]
  const [packed] = JSON.parse(await npm(repoRoot, ...args)) as Packed[]
  assert.ok(packed)
  const paths = packed.files.map(({ path }) => path)
  for (const wanted of [
    'LICENSE',
    'README.md',
    'bin/connect-standalone',
    'dist/cli/main.js',
    'dist/plugin/public-api.js',
    'dist/plugin/public-api.d.ts',
    'dist/THIRD-PARTY-LICENSES.txt',
    'examples/file-to-file/worker.properties',
  ]) {
    assert.ok(paths.includes(wanted), `${wanted} is in the package`)
  }
  assert.deepEqual(
    paths.filter((path) => /^(?:src|test|scripts|bench|\.)/.test(path)),
    [],
    'nothing of the workshop is',
  )

  const app = join(folder, 'app')
  mkdirSync(app)
  writeFileSync(join(app, 'package.json'), '{ "name": "app", "private": true }')
  await npm(app, 'install', '--no-audit', '--no-fund', join(folder, packed.filename))
  const lock = JSON.parse(readFileSync(join(app, 'package-lock.json'), 'utf8')) as { packages: object }
  const packages = Object.keys(lock.packages).filter((path) => path !== '')
  const megabytes = megabytesIn(join(app, 'node_modules'))
  t.diagnostic(`${packages.length} packages, ${megabytes.toFixed(1)} MB`)
  assert.ok(packages.length < MOST_PACKAGES, packages.join(', '))
  assert.ok(megabytes < MOST_MB, `${megabytes} MB`)

  const shown = await npm(app, 'exec', '--no', '--', 'connect-standalone', '--version')
  assert.equal(shown.trim(), packed.version)

  const program = join(app, 'node_modules/.bin/connect-standalone')
  const start = async (name: string, files: readonly string[]): Promise<Running> => {
    const running = startProgram(program, files, { cwd: app, logFile: join(folder, `${name}.log`) })
    t.after(() => running.kill())
    await waitUntil(() => running.output().includes('Kafka Connect started'), {
      timeoutMs: 60_000,
      what: 'the worker to start',
      giveUp: () => (running.exit === undefined ? undefined : running.output()),
    })
    return running
  }
  const stop = async (running: Running): Promise<void> => {
    assert.equal(await running.stop(30_000), 143, running.output())
    assert.doesNotMatch(running.output(), / (WARN|ERROR) /)
  }

  const server = await kafka()
  const topic = await server.newTopic('packed')
  const example = join(app, 'node_modules/connect-standalone/examples/file-to-file')
  const files = ['worker', 'file-source', 'file-sink'].map((name) => {
    const copy = join(folder, `${name}.properties`)
    const text = readFileSync(join(example, `${name}.properties`), 'utf8')
      .replaceAll('localhost:9092', server.bootstrap)
      .replaceAll('examples/file-to-file', example)
      .replaceAll('/tmp/connect-standalone', join(folder, 'data'))
      .replaceAll('connect-test', topic)
    writeFileSync(copy, name === 'worker' ? `${text}listeners=http://127.0.0.1:0\n` : text)
    return copy
  })
  const written = join(folder, 'data-output.txt')
  const worker = await start('example', files)
  const lines = readFileSync(join(example, 'input.txt'), 'utf8')
  await waitUntil(() => existsSync(written) && readFileSync(written, 'utf8').length >= lines.length, {
    timeoutMs: 60_000,
    what: 'the lines of the example',
    giveUp: () => (worker.exit === undefined ? undefined : worker.output()),
  })
  assert.equal(readFileSync(written, 'utf8'), lines)
  await stop(worker)

  // The plug-in has no node_modules, and no folder above it has any: `connect-standalone` is whoever loads it.
  const plugins = join(folder, 'plugins')
  cpSync(join(import.meta.dirname, 'package-plugin'), join(plugins, 'acme'), { recursive: true })
  const greetings = await server.newTopic('acme')
  const settings = workerSettings(server.bootstrap, folder, { 'plugin.path': plugins })
  const withPlugin = await start('plugin', [
    writeProperties(join(folder, 'acme-worker.properties'), settings),
    writeProperties(join(folder, 'acme.properties'), {
      name: 'acme',
      'connector.class': 'AcmeSource',
      topic: greetings,
    }),
  ])
  const records = await server.consume(greetings, { count: 3 })
  assert.deepEqual(
    records.map(({ value }) => String(value)),
    ['hello', 'from', 'acme'],
  )
  assert.equal(await withPlugin.stop(30_000), 143)
  assert.doesNotMatch(withPlugin.output(), / ERROR /)
})
