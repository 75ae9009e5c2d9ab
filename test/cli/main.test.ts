import assert from 'node:assert/strict'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { runProgram, waitUntil } from '../helpers/processes.ts'
import { repoRoot, temporaryDir } from '../helpers/services-dir.ts'

const HELP = `Usage: connect-standalone [options] <worker.properties> [connector.properties | connector.json ...]

Runs Kafka Connect connectors from worker and connector files written for the
JVM worker.

Arguments:
  worker.properties            the worker's file
  connector files              connectors to create at the start, one a file,
                               properties or JSON

Options:
  --log-level <level>          OFF, ERROR, WARN, INFO, DEBUG or TRACE;
                               NAME=LEVEL for one connector, or for kafka,
                               worker, rest or broker (repeatable)
  --log-format <format>        text, or json: one object a line (choices:
                               "text", "json")
  --no-progress                no progress lines at a terminal
  --exit-on-failure [any|all]  stops with exit code 4 when a connector or task
                               has failed and will not be restarted: any (the
                               default), or all of them
  --dev [host:port]            starts a broker for development in this process:
                               where the worker's file looks for one on this
                               machine, else on 127.0.0.1:9092
  --dev-data-dir <folder>      where --dev keeps topics and groups (default:
                               beside the worker's file of offsets)
  --dev-memory [size]          --dev keeps nothing but so many bytes in memory
                               (default: 256m)
  -V, --version                output the version number
  -h, --help                   show this help

connect-standalone broker runs the broker of --dev by itself; broker --help tells more. It is for development and CI only.
connect-standalone try <connector file> shows what its transforms and converters make of sample records; try --help tells more.
connect-standalone offsets shows, sets and resets how far connectors have come; offsets --help tells more.
connect-standalone dlq lists, shows and replays the records of dead letter queues; dlq --help tells more.

Exit codes:
  0    --help and --version
  1    the command line makes no sense
  2    the worker's file is wrong, no broker answers, or a port is taken
  3    a connector file cannot be read, or its connector not be created
  4    with --exit-on-failure: a connector or task has failed for good; stopped in order
  130  stopped in order by SIGINT (Ctrl-C)
  143  stopped in order by SIGTERM

The first SIGINT or SIGTERM stops in order: what is under way is acknowledged and offsets are stored. A second one ends
the program at once.
`

const START = join(import.meta.dirname, 'start-main.ts')

/** The program from its sources. */
const run = (args: readonly string[], cwd = repoRoot, env: Readonly<Record<string, string>> = {}) =>
  runProgram(process.execPath, ['--import', import.meta.resolve('tsx'), START, ...args], {
    cwd,
    env,
    timeoutMs: 60_000,
  })

test('--help tells options and exit codes', async () => {
  for (const option of ['--help', '-h']) {
    assert.deepEqual(await run([option], repoRoot, { COLUMNS: '80' }), { code: 0, stdout: HELP, stderr: '' })
  }
})

test('--version tells the version of the package', async () => {
  const { version } = JSON.parse(readFileSync(join(repoRoot, 'package.json'), 'utf8')) as { version: string }
  for (const option of ['--version', '-V']) {
    assert.deepEqual(await run([option]), { code: 0, stdout: `${version}\n`, stderr: '' })
  }
})

test('a command line that makes no sense is answered with the usage', async () => {
  assert.deepEqual(await run([]), {
    code: 1,
    stdout: '',
    stderr: `error: missing required argument 'worker.properties'
Usage: connect-standalone [options] <worker.properties> [connector.properties | connector.json ...]; --help tells more
`,
  })
})

test('-daemon runs in the background: output goes to LOG_DIR/connectStandalone.out', async (t) => {
  const folder = temporaryDir(t)
  writeFileSync(join(folder, 'worker.properties'), 'key.converter=StringConverter\nvalue.converter=StringConverter\n')
  const began = await run(['-daemon', 'worker.properties'], folder, { LOG_DIR: 'log' })
  assert.deepEqual(began, { code: 0, stdout: '', stderr: '' })
  const output = join(folder, 'log/connectStandalone.out')
  const written = await waitUntil(
    () => existsSync(output) && readFileSync(output, 'utf8').match(/^[\s\S]*filename.*\n/)?.[0],
    {
      timeoutMs: 60_000,
      what: 'the output of the daemon',
    },
  )
  assert.equal(
    written,
    `error: worker.properties: Missing required configuration "bootstrap.servers" which has no default value.
error: worker.properties: Missing required configuration "offset.storage.file.filename" which has no default value.
`,
  )
})
