/**
 * Genuine database servers on loopback for the tests, one of a kind for each test file, ended with it. They are fetched on
 * first use; where one cannot be had, `whyNoDatabase` says why.
 */
import {
  chmodSync,
  chownSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  realpathSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import mysql from 'mysql2/promise'
import pg from 'pg'
import { isRoot, mariadb, mysql8, NOBODY, postgres18, systemPostgres, unprivileged } from './database-installs.ts'
import { uniqueName } from './kafka-server.ts'
import { freePort, type Running, runProgram, startProgram, waitUntil } from './processes.ts'
import { usesServer } from './servers-used.ts'
import { cacheDir } from './services-dir.ts'

export type DatabaseKind = 'postgres-18' | 'postgres-15' | 'mariadb' | 'mysql-8'

export const DATABASE_KINDS: readonly DatabaseKind[] = ['postgres-18', 'postgres-15', 'mariadb', 'mysql-8']

/** A database (schema, in MySQL's words) of its own on a server. */
export interface TestDatabase {
  readonly name: string
  /** `jdbc:...` as a user would write it. */
  readonly url: string
  readonly user: string
  /** Runs statements; several, divided by `;`, are fine. */
  run(sql: string): Promise<void>
  /** Rows as objects; values as the client library makes them. */
  query(sql: string): Promise<Record<string, unknown>[]>
  /** Runs statements on one connection, which stays until `end`: for open transactions. */
  session(): Promise<{ run(sql: string): Promise<void>; end(): Promise<void> }>
}

export interface DatabaseServer {
  readonly kind: DatabaseKind
  readonly port: number
  /** Its own folder; MySQL's and MariaDB's Unix socket `m.sock` is in it, PostgreSQL's where `args` puts it. */
  readonly folder: string
  readonly version: string
  /** What its log holds so far; of PostgreSQL every statement, see `logStatements`. */
  output(): string
  newDatabase(prefix?: string): Promise<TestDatabase>
  /** One with exactly this name; it must not exist. */
  createDatabase(name: string): Promise<TestDatabase>
  dropDatabase(name: string): Promise<void>
  /** An orderly end; data stay. Clients are cut. */
  stop(): Promise<void>
  /** SIGKILL. */
  kill(): Promise<void>
  start(): Promise<void>
  /** Ends it and removes its data. */
  close(): Promise<void>
}

export interface DatabaseOptions {
  /** More settings of the server, such as `['-c', 'log_statement=all']`. */
  readonly args?: readonly string[]
  /** Environment of the server, such as TZ. */
  readonly env?: Readonly<Record<string, string>>
}

/** A new folder below `tmpdir` that servers can write to, whichever user they run as; short enough for a Unix socket. */
export const serverFolder = (t: { after(end: () => void): void }): string => {
  const folder = mkdtempSync(join(tmpdir(), 'db-'))
  giveToServer(folder)
  chmodSync(folder, 0o755)
  t.after(() => rmSync(folder, { recursive: true, force: true }))
  return folder
}

/** Makes the user that the servers run as the owner of a file. */
export const giveToServer = (path: string): void => {
  if (isRoot()) chownSync(path, NOBODY, NOBODY)
}

// Each server removes its folder at the end of the process, and is killed then.
process.setMaxListeners(40)

const shared = new Map<DatabaseKind, Promise<DatabaseServer>>()

/** The server of this kind for this test file: started at the first call, ended with the process. */
export const database = (kind: DatabaseKind): Promise<DatabaseServer> => {
  let server = shared.get(kind)
  if (server === undefined) {
    server = startDatabase(kind)
    shared.set(kind, server)
  }
  return server
}

/** Why there is no such server here; undefined: there is one (which may take a download). */
export const whyNoDatabase = async (kind: DatabaseKind): Promise<string | undefined> => {
  try {
    await INSTALL[kind]()
    return undefined
  } catch (error) {
    return `${kind}: ${error instanceof Error ? error.message : error}`
  }
}

const INSTALL: Readonly<Record<DatabaseKind, () => Promise<string>>> = {
  'postgres-18': postgres18,
  'postgres-15': systemPostgres,
  mariadb,
  'mysql-8': mysql8,
}

const READY_MS = 150_000

/** Starts a server of one's own, in a temporary folder, on a free port. */
export const startDatabase = async (kind: DatabaseKind, options: DatabaseOptions = {}): Promise<DatabaseServer> => {
  const place = await INSTALL[kind]()
  // Short: the path of a Unix socket has room for 107 characters.
  const folder = mkdtempSync(join(tmpdir(), 'db-'))
  if (isRoot()) {
    chownSync(folder, NOBODY, NOBODY)
    chmodSync(folder, 0o755)
  }
  const removeFolder = (): void => rmSync(folder, { recursive: true, force: true, maxRetries: 3 })
  process.once('exit', removeFolder)
  const port = await freePort()
  const isPostgres = kind.startsWith('postgres')
  const [command, args] = isPostgres
    ? await preparePostgres(place, folder, port)
    : await prepareMysql(kind === 'mariadb', place, folder, port)
  const client = isPostgres ? postgresClient(port) : mysqlClient(port)
  const logFile = join(folder, 'server.log')
  let running: Running | undefined
  const start = async (): Promise<void> => {
    const all = [...args, ...(options.args ?? [])]
    const [program, parts] = isPostgres ? unprivileged(command, all) : [command, all]
    const started = startProgram(program, parts, {
      logFile,
      cwd: folder,
      unref: true,
      env: { LC_ALL: 'C', TZ: 'UTC', ...options.env },
    })
    running = started
    await waitUntil(async () => started.exit !== undefined || (await client.ready()), {
      timeoutMs: READY_MS,
      what: `${kind} to accept connections on port ${port}`,
      intervalMs: 50,
    })
    if (started.exit !== undefined) {
      throw new Error(`${kind} ended at its start (${started.exit}):\n${started.output().slice(-3000)}`)
    }
  }
  const stop = async (): Promise<void> => {
    await staying(stopServer())
  }
  const stopServer = async (): Promise<void> => {
    // PostgreSQL waits for its clients at SIGTERM; SIGINT before it cuts them.
    if (isPostgres) running?.signal('SIGINT')
    await running?.stop(30_000)
    running = undefined
  }
  await start()
  const version = await client.version()
  usesServer(isPostgres ? 'PostgreSQL' : kind === 'mariadb' ? 'MariaDB' : 'MySQL', version)
  return {
    kind,
    port,
    folder,
    version,
    output: () => running?.output() ?? '',
    newDatabase: (prefix = 'db') => client.create(uniqueName(prefix).replaceAll('-', '_')),
    createDatabase: (name) => client.create(name),
    dropDatabase: (name) => client.drop(name),
    start,
    stop,
    async kill() {
      await staying(running?.kill())
      running = undefined
    },
    async close() {
      await staying(running?.kill())
      process.removeListener('exit', removeFolder)
      removeFolder()
    },
  }
}

/** MySQL and MariaDB run as root only when told to. */
const AS_ROOT: readonly string[] = isRoot() ? ['--user=root'] : []

/** The server's process alone does not keep a test file running: waiting for its end has to. */
const staying = async (end: Promise<unknown> | undefined): Promise<void> => {
  const timer = setInterval(() => undefined, 1000)
  try {
    await end
  } finally {
    clearInterval(timer)
  }
}

type Command = readonly [string, readonly string[]]

const preparePostgres = async (bin: string, folder: string, port: number): Promise<Command> => {
  const data = join(folder, 'data')
  await must(
    ...unprivileged(join(bin, 'initdb'), [
      ...['-D', data, '-U', 'postgres', '-A', 'trust', '-E', 'UTF8', '--no-locale', '--no-sync'],
    ]),
    folder,
  )
  const settings = [
    // What is acknowledged is with the system before: it outlives a killed server, though not a power failure
    ...['listen_addresses=127.0.0.1', 'unix_socket_directories=', 'fsync=off'],
    ...['full_page_writes=off', 'wal_level=logical', 'max_wal_senders=10', 'max_replication_slots=10'],
    'shared_buffers=32MB',
    // In its own folder: what a killed server leaves elsewhere nobody removes
    'dynamic_shared_memory_type=mmap',
  ]
  return [join(bin, 'postgres'), ['-D', data, '-p', String(port), ...settings.flatMap((setting) => ['-c', setting])]]
}

const prepareMysql = async (isMaria: boolean, root: string, folder: string, port: number): Promise<Command> => {
  const data = join(folder, 'data')
  const template = join(cacheDir(), isMaria ? 'mariadb-data' : 'mysql-8.0-data')
  if (!existsSync(template)) await makeTemplate(isMaria, root, template)
  // What a link leads to: a copied link would let every server work in the template itself
  cpSync(realpathSync(template), data, { recursive: true })
  const shared = [
    ...[
      '--no-defaults',
      ...AS_ROOT,
      `--datadir=${data}`,
      // One that starts removes the temporary tables that it finds there, also of another that runs
      `--tmpdir=${folder}`,
      '--bind-address=127.0.0.1',
      `--port=${port}`,
      '--server-id=1',
    ],
    ...[`--socket=${folder}/m.sock`, `--pid-file=${folder}/m.pid`, '--log-bin=binlog', '--binlog-format=ROW'],
    ...['--binlog-row-image=FULL', '--binlog-row-metadata=FULL', '--sync-binlog=0', '--skip-name-resolve'],
    ...['--innodb-flush-log-at-trx-commit=2', '--innodb-buffer-pool-size=64M', '--character-set-server=utf8mb4'],
  ]
  return isMaria
    ? [`${root}/sbin/mariadbd`, [...shared, `--basedir=${root}`, '--gtid-strict-mode=1', '--innodb-log-file-size=8M']]
    : [
        `${root}/bin/mysqld`,
        [
          ...[...shared, `--basedir=${root}`, `--lc-messages-dir=${root}/share`, '--mysqlx=0', '--gtid-mode=ON'],
          ...['--enforce-gtid-consistency=ON', '--innodb-log-file-size=4M', '--innodb-flush-method=nosync'],
          '--performance-schema=OFF',
        ],
      ]
}

/** An initialised data folder, kept: making one takes up to five seconds. */
const makeTemplate = async (isMaria: boolean, root: string, template: string): Promise<void> => {
  const work = mkdtempSync(join(tmpdir(), 'db-new-'))
  const data = join(work, 'data')
  mkdirSync(data)
  try {
    if (isMaria) {
      await must(
        `${root}/bin/mariadb-install-db`,
        [
          ...[
            '--no-defaults',
            ...AS_ROOT,
            `--basedir=${root}`,
            `--datadir=${data}`,
            `--tmpdir=${work}`,
            '--auth-root-authentication-method=normal',
          ],
          ...['--skip-test-db', '--innodb-log-file-size=8M'],
        ],
        work,
      )
    } else {
      const init = join(work, 'init.sql')
      writeFileSync(
        init,
        `CREATE USER IF NOT EXISTS root@'127.0.0.1' IDENTIFIED BY '';\nGRANT ALL ON *.* TO root@'127.0.0.1' WITH GRANT OPTION;\n`,
      )
      await must(
        `${root}/bin/mysqld`,
        [
          ...['--no-defaults', ...AS_ROOT, `--basedir=${root}`, `--lc-messages-dir=${root}/share`, `--datadir=${data}`],
          `--tmpdir=${work}`,
          ...[
            '--initialize-insecure',
            `--init-file=${init}`,
            '--innodb-log-file-size=4M',
            '--innodb-flush-method=nosync',
          ],
          '--disable-log-bin',
        ],
        work,
      )
    }
    // Beside its place first: `rename` cannot cross file systems.
    const beside = mkdtempSync(`${template}-`)
    cpSync(data, beside, { recursive: true })
    try {
      renameSync(beside, template)
    } catch {
      rmSync(beside, { recursive: true, force: true })
    }
  } finally {
    rmSync(work, { recursive: true, force: true })
  }
}

const must = async (command: string, args: readonly string[], cwd: string): Promise<void> => {
  const { code, stdout, stderr } = await runProgram(command, args, { timeoutMs: 120_000, cwd })
  if (code !== 0) throw new Error(`${command} failed (${code}):\n${`${stdout}${stderr}`.slice(-2000)}`)
}

interface AdminClient {
  ready(): Promise<boolean>
  version(): Promise<string>
  create(name: string): Promise<TestDatabase>
  drop(name: string): Promise<void>
}

const postgresClient = (port: number): AdminClient => {
  const withClient = async <T>(name: string, work: (client: pg.Client) => Promise<T>): Promise<T> => {
    const client = new pg.Client({ host: '127.0.0.1', port, user: 'postgres', database: name })
    client.on('error', () => undefined)
    await client.connect()
    try {
      return await work(client)
    } finally {
      await client.end().catch(() => undefined)
    }
  }
  return {
    ready: () => withClient('postgres', async () => true).catch(() => false),
    version: () =>
      withClient('postgres', async (client) =>
        String((await client.query('SHOW server_version')).rows[0]?.server_version),
      ),
    drop: (name) =>
      withClient('postgres', async (client) => void (await client.query(`DROP DATABASE "${name}" WITH (FORCE)`))),
    async create(name) {
      await withClient('postgres', (client) => client.query(`CREATE DATABASE "${name}"`))
      return {
        name,
        url: `jdbc:postgresql://127.0.0.1:${port}/${name}`,
        user: 'postgres',
        run: (sql) => withClient(name, async (client) => void (await client.query(sql))),
        query: (sql) => withClient(name, async (client) => (await client.query(sql)).rows as Record<string, unknown>[]),
        async session() {
          const client = new pg.Client({ host: '127.0.0.1', port, user: 'postgres', database: name })
          client.on('error', () => undefined)
          await client.connect()
          return {
            run: async (sql) => void (await client.query(sql)),
            end: async () => client.end().catch(() => undefined),
          }
        },
      }
    },
  }
}

const mysqlClient = (port: number): AdminClient => {
  const connect = (name?: string) =>
    mysql.createConnection({
      host: '127.0.0.1',
      port,
      user: 'root',
      multipleStatements: true,
      supportBigNumbers: true,
      dateStrings: true,
      ...(name === undefined ? {} : { database: name }),
    })
  const withClient = async <T>(
    name: string | undefined,
    work: (client: mysql.Connection) => Promise<T>,
  ): Promise<T> => {
    const client = await connect(name)
    try {
      return await work(client)
    } finally {
      client.destroy()
    }
  }
  const rows = async (client: mysql.Connection, sql: string) =>
    (await client.query(sql))[0] as Record<string, unknown>[]
  return {
    ready: () => withClient(undefined, async () => true).catch(() => false),
    version: () =>
      withClient(undefined, async (client) =>
        String((await rows(client, 'SELECT version() AS version'))[0]?.['version']),
      ),
    drop: (name) => withClient(undefined, async (client) => void (await client.query(`DROP DATABASE \`${name}\``))),
    async create(name) {
      await withClient(undefined, (client) => client.query(`CREATE DATABASE \`${name}\``))
      return {
        name,
        url: `jdbc:mysql://127.0.0.1:${port}/${name}`,
        user: 'root',
        run: (sql) => withClient(name, async (client) => void (await client.query(sql))),
        query: (sql) => withClient(name, (client) => rows(client, sql)),
        async session() {
          const client = await connect(name)
          return { run: async (sql) => void (await client.query(sql)), end: async () => client.destroy() }
        },
      }
    },
  }
}
