/** Ways to a PostgreSQL server that a URL of pgjdbc can name: TLS, Unix sockets, several hosts; and time-outs. */
import assert from 'node:assert/strict'
import { writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import type { Database } from '../../../../src/connectors/jdbc/database.ts'
import { DatabaseError } from '../../../../src/connectors/jdbc/database-error.ts'
import { openPg } from '../../../../src/connectors/jdbc/drivers/pg.ts'
import { database, serverFolder, startDatabase, type TestDatabase, whyNoDatabase } from '../../../helpers/databases.ts'
import { freePort, waitUntil, within } from '../../../helpers/processes.ts'
import { serverMissing } from '../../../helpers/servers-used.ts'
import { makeCertificates } from './certificates.ts'

const KIND = 'postgres-18'
const WAIT_MS = 60_000

const open = (url: string, user = 'postgres'): Promise<Database> =>
  openPg({ url, user, password: null, properties: {} })

/** Opens, asks, closes. */
const ask = async (url: string, sql: string, user?: string): Promise<unknown> => {
  const db = await open(url, user)
  try {
    return (await db.query(sql)).rows[0]?.[0]
  } finally {
    await db.close()
  }
}

const fails = (url: string, expected: RegExp): Promise<void> =>
  assert.rejects(within(ask(url, 'SELECT 1'), WAIT_MS, 'the error'), (error: Error) => {
    assert.match(error.message, expected)
    return true
  })

const IS_ENCRYPTED = 'SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()'

const here = async (t: TestContext): Promise<boolean> => {
  const why = await whyNoDatabase(KIND)
  if (why === undefined) return true
  serverMissing(t, why)
  return false
}

test('sslmode, sslrootcert, sslcert, sslkey and sslfactory mean what they mean to pgjdbc', async (t) => {
  if (!(await here(t))) return
  const made = makeCertificates(t)
  const folder = serverFolder(t)
  const hba = join(folder, 'pg_hba.conf')
  const rules = ['hostssl all certuser 127.0.0.1/32 cert', 'hostnossl all onlyplain all trust']
  writeFileSync(hba, [...rules, 'hostssl all onlyplain all reject', 'host all all all trust', ''].join('\n'))
  const files = { ssl_cert_file: made.server, ssl_key_file: made.serverKey, ssl_ca_file: made.authority, hba_file: hba }
  const settings = ['ssl=on', ...Object.entries(files).map(([name, path]) => `${name}=${path}`)]
  const server = await startDatabase(KIND, { args: settings.flatMap((setting) => ['-c', setting]) })
  t.after(() => server.close())
  const db = await server.newDatabase('tls')
  for (const user of ['certuser', 'onlyplain']) await db.run(`CREATE USER ${user}`)
  const url = (host: string, parameters: string): string =>
    `jdbc:postgresql://${host}:${server.port}/${db.name}?${parameters}`
  const root = `sslrootcert=${made.authority}`

  const encrypted: readonly (readonly [string, string])[] = [
    ['127.0.0.1', ''],
    ['127.0.0.1', 'sslmode=require'],
    ['127.0.0.1', `sslmode=verify-ca&${root}`],
    ['localhost', `sslmode=verify-full&${root}`],
    ['localhost', `ssl=true&${root}`],
    ['127.0.0.1', 'ssl=true&sslfactory=org.postgresql.ssl.NonValidatingFactory'],
  ]
  for (const [host, parameters] of encrypted)
    assert.equal(await ask(url(host, parameters), IS_ENCRYPTED), 't', parameters)
  for (const parameters of ['sslmode=disable', 'sslmode=allow']) {
    assert.equal(await ask(url('127.0.0.1', parameters), IS_ENCRYPTED), 'f', parameters)
  }

  await fails(url('127.0.0.1', `sslmode=verify-full&${root}`), /127\.0\.0\.1.*cert/)
  await fails(url('localhost', `sslmode=verify-ca&sslrootcert=${made.stranger}`), /127\.0\.0\.1|localhost.*certificate/)
  await fails(url('localhost', 'sslmode=verify-full'), /certificate/)
  await fails(
    url('localhost', 'sslmode=verify-ca&sslrootcert=/no/such.pem'),
    /sslrootcert names cannot be read: \/no\/such/,
  )
  await fails(url('localhost', 'sslmode=verify'), /Invalid sslmode value: verify; it may be disable, allow/)
  await fails(
    url('localhost', 'ssl=true&sslfactory=com.acme.Factory'),
    /sslfactory names a Java class.*com\.acme\.Factory/,
  )

  // Preferred, but not insisted on
  assert.equal(await ask(url('127.0.0.1', 'sslmode=prefer'), IS_ENCRYPTED, 'onlyplain'), 'f')
  await assert.rejects(ask(url('127.0.0.1', 'sslmode=require'), IS_ENCRYPTED, 'onlyplain'), /pg_hba\.conf rejects/)

  const own = `sslmode=verify-ca&${root}`
  for (const key of [
    `sslcert=${made.client}&sslkey=${made.clientKeyDer}`,
    `sslcert=${made.client}&sslkey=${made.clientKey}`,
    `sslkey=${made.clientStore}&sslpassword=secret`,
  ]) {
    assert.equal(await ask(url('127.0.0.1', `${own}&${key}`), 'SELECT current_user', 'certuser'), 'certuser', key)
  }
  await assert.rejects(ask(url('127.0.0.1', own), 'SELECT 1', 'certuser'), /requires a valid client certificate/)
})

test('a server without TLS is used unless sslmode insists, and a Unix socket has none', async (t) => {
  if (!(await here(t))) return
  const folder = serverFolder(t)
  const server = await startDatabase(KIND, { args: ['-c', `unix_socket_directories=${folder}`] })
  t.after(() => server.close())
  const { name, url } = await server.newDatabase('plain')
  assert.equal(await ask(`${url}?sslmode=prefer`, IS_ENCRYPTED), 'f')
  await fails(`${url}?sslmode=require`, /does not support SSL/)

  const path = `${folder}/.s.PGSQL.${server.port}`
  const factory = 'socketFactory=org.newsclub.net.unix.AFUNIXSocketFactory$FactoryArg'
  const none = 'SELECT inet_server_port() IS NULL'
  // No such port: nothing is reached but by the socket
  assert.equal(await ask(`jdbc:postgresql://localhost:1/${name}?${factory}&socketFactoryArg=${path}`, none), 't')
  assert.equal(await ask(`jdbc:postgresql://localhost:${server.port}/${name}?unixSocket=${folder}`, none), 't')
  await fails(`jdbc:postgresql://localhost:1/${name}?${factory}&socketFactoryArg=${path}0`, /ENOENT.*\.s\.PGSQL/)
  await fails(`${url}?socketFactory=com.acme.Factory`, /socketFactory names a Java class.*com\.acme\.Factory/)
})

test('of several hosts the first that answers is used, and targetServerType decides which kind', async (t) => {
  if (!(await here(t))) return
  const server = await database(KIND)
  const dead = await freePort()
  const db = await server.newDatabase('hosts')
  const reader = await server.newDatabase('reader')
  await reader.run(`ALTER DATABASE ${reader.name} SET default_transaction_read_only = on`)
  const both = (first: number, second: number, { name }: TestDatabase, parameters = ''): string =>
    `jdbc:postgresql://127.0.0.1:${first},127.0.0.1:${second}/${name}?${parameters}`
  const one = 'SELECT 1'
  assert.equal(await ask(both(dead, server.port, db), one), '1')
  assert.equal(await ask(both(server.port, dead, db), one), '1')
  assert.equal(await ask(both(dead, server.port, db, 'loadBalanceHosts=true'), one), '1')
  await fails(both(dead, dead, db), /^Connection to 127\.0\.0\.1:\d+ refused/)

  for (const target of ['primary', 'master', 'preferPrimary', 'preferSecondary', 'any']) {
    assert.equal(await ask(both(dead, server.port, db, `targetServerType=${target}`), one), '1', target)
  }
  for (const target of ['secondary', 'slave', 'preferSecondary', 'preferPrimary']) {
    assert.equal(await ask(both(dead, server.port, reader, `targetServerType=${target}`), one), '1', target)
  }
  const single = (target: string, { url }: TestDatabase): string => `${url}?targetServerType=${target}`
  await fails(single('secondary', db), /^Could not find a server with specified targetServerType: secondary$/)
  await fails(single('primary', reader), /^Could not find a server with specified targetServerType: primary$/)
  await fails(single('leader', db), /Invalid targetServerType value: leader/)
})

test('connectTimeout and socketTimeout bound every wait; without them the end of the connection does', async (t) => {
  if (!(await here(t))) return
  const silent = createServer(() => undefined)
  await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve))
  t.after(() => silent.close())
  const { port } = silent.address() as { port: number }
  await fails(`jdbc:postgresql://127.0.0.1:${port}/d?connectTimeout=1`, /timeout expired/)
  await fails('jdbc:postgresql://127.0.0.1/d?connectTimeout=soon', /Invalid connectTimeout value: soon/)

  const { url } = await (await database(KIND)).newDatabase('time')
  const sleep = 'SELECT pg_sleep(120)'
  const isTimeout = (error: unknown): boolean =>
    error instanceof DatabaseError &&
    error.kind === 'connection' &&
    /within 2000 ms \(socketTimeout\)/.test(error.message)
  for (const work of [
    (db: Database) => db.query(sleep),
    (db: Database) => db.execute(sleep),
    (db: Database) => db.executeMany('SELECT pg_sleep($1::int)', [['120']]),
    async (db: Database) => (await db.stream(sleep)).read(10),
  ]) {
    const db = await open(`${url}?socketTimeout=2`)
    await assert.rejects(within<unknown>(work(db), WAIT_MS, 'the time-out'), isTimeout)
    assert.equal(db.usable, false)
    await db.close()
  }

  // Without a time-out: what waits ends with the connection
  const db = await open(url)
  const waiting = [db.query(sleep), db.stream(sleep).then((rows) => rows.read(10))]
  for (const each of waiting) each.catch(() => undefined)
  await within(db.close(), WAIT_MS, 'the end of the connection')
  for (const each of waiting) await assert.rejects(within<unknown>(each, WAIT_MS, 'the error'), DatabaseError)
})

test('a result that is slow to read, or not read at all, is no time-out', async (t) => {
  if (!(await here(t))) return
  const { url } = await (await database(KIND)).newDatabase('slow')
  const db = await open(`${url}?socketTimeout=2`)
  t.after(() => db.close())
  const stream = await db.stream(`SELECT repeat('x', 1000) FROM generate_series(1, 20000)`)
  let rows = (await stream.read(100)).length
  const began = performance.now()
  await waitUntil(() => performance.now() - began > 4500, { timeoutMs: 20_000, what: 'more than two time-outs' })
  for (;;) {
    const some = await stream.read(4000)
    if (some.length === 0) break
    rows += some.length
  }
  assert.equal(rows, 20_000)
  await stream.close()
  assert.equal((await db.query('SELECT 1')).rows.length, 1)
})
