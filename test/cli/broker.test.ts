import assert from 'node:assert/strict'
import { join } from 'node:path'
import { test } from 'node:test'
import { runProgram } from '../helpers/processes.ts'

const HELP = `Usage: connect-standalone broker [options]

Runs a broker of one node that speaks Kafka's protocol. It is for development
and CI only: no replication, no TLS, no access rules.

Options:
  --port <port>            where it listens; 0: whichever is free (default:
                           9092)
  --host <address>         the address; any other than loopback is warned of
                           (default: "127.0.0.1")
  --data-dir <folder>      keeps topics and groups there; without it all is in
                           memory and ends with the broker
  --memory [size]          keeps at most so many bytes of records, in memory:
                           the oldest go (preset: "256m")
  --partitions <number>    of a topic that is created without a number (default:
                           1)
  --no-auto-create-topics  a topic must be created before it is used
  --fsync                  acknowledges what is on disk only: a power failure
                           loses nothing; with --data-dir
  --user <name:password>   asks clients to log in, by SASL/PLAIN (repeatable)
  -h, --help               show this help

connect-standalone --dev worker.properties ... starts the same broker inside the worker's process.

It ends in order by SIGINT (Ctrl-C) or SIGTERM, and after kill -9 it loses nothing that it acknowledged in --data-dir.

Exit codes:
  0    --help
  1    the command line makes no sense
  2    the address is taken, or the folder cannot be used
  130  stopped by SIGINT (Ctrl-C)
  143  stopped by SIGTERM
`

/** `connect-standalone broker` from its sources. */
const broker = (...args: string[]) =>
  runProgram(
    process.execPath,
    ['--import', import.meta.resolve('tsx'), join(import.meta.dirname, 'start-main.ts'), 'broker', ...args],
    { env: { COLUMNS: '80' }, timeoutMs: 60_000 },
  )

test('broker --help says what it is for', async () => {
  assert.deepEqual(await broker('--help'), { code: 0, stdout: HELP, stderr: '' })
})

const MORE = 'connect-standalone broker --help tells what there is\n'

const REFUSED: readonly (readonly [args: readonly string[], stderr: string])[] = [
  [
    ['--port', '70000'],
    `error: option '--port <port>' argument '70000' is invalid. A number from 0 to 65535 is accepted\n${MORE}`,
  ],
  [
    ['--partitions', 'many'],
    `error: option '--partitions <number>' argument 'many' is invalid. A number from 1 to 10000 is accepted\n${MORE}`,
  ],
  [['--memory', '1m'], `error: option '--memory [size]' argument '1m' is invalid. 16 MiB is the least\n${MORE}`],
  [['--data-dir', 'data', '--memory'], 'error: --data-dir and --memory exclude each other\n'],
  [['--fsync'], 'error: --fsync needs --data-dir: without it nothing is on disk\n'],
  [['--user', 'a-password-alone'], 'error: --user: NAME:PASSWORD is accepted\n'],
  [['worker.properties'], `error: too many arguments. Expected 0 arguments but got 1.\n${MORE}`],
]

test('options that cannot be meant end with 1 and with what is accepted; a password is never shown', async () => {
  for (const [args, stderr] of REFUSED) assert.deepEqual(await broker(...args), { code: 1, stdout: '', stderr })
})
