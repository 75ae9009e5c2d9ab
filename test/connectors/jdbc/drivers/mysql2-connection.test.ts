/** Ways to a MySQL or MariaDB server that the URLs of their JDBC drivers can name: TLS, Unix sockets, several hosts; and time-outs. */
import assert from 'node:assert/strict'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import type { Database } from '../../../../src/connectors/jdbc/database.ts'
import { DatabaseError } from '../../../../src/connectors/jdbc/database-error.ts'
import { openMysql } from '../../../../src/connectors/jdbc/drivers/mysql2.ts'
import { type DatabaseKind, type DatabaseServer, startDatabase, whyNoDatabase } from '../../../helpers/databases.ts'
import { freePort, within } from '../../../helpers/processes.ts'
import { serverMissing } from '../../../helpers/servers-used.ts'
import { makeCertificates } from './certificates.ts'

const WAIT_MS = 60_000

const open = (url: string, user = 'root'): Promise<Database> => openMysql({ url, user, password: null, properties: {} })

/** Opens, asks, closes. */
const ask = async (url: string, sql: string, user?: string): Promise<unknown> => {
  const db = await open(url, user)
  try {
    return (await db.query(sql)).rows[0]?.at(-1)
  } finally {
    await db.close()
  }
}

const fails = (url: string, expected: RegExp, user?: string): Promise<void> =>
  assert.rejects(within(ask(url, 'SELECT 1', user), WAIT_MS, 'the error'), (error: Error) => {
    assert.match(error.message, expected)
    return true
  })

/** A server of this kind for one test; undefined: there is none, and the test is skipped. */
const started = async (t: TestContext, kind: DatabaseKind, args: readonly string[] = []) => {
  const why = await whyNoDatabase(kind)
  if (why !== undefined) return serverMissing(t, why)
  const server: DatabaseServer = await startDatabase(kind, { args })
  t.after(() => server.close())
  return server
}

const CIPHER = `SHOW SESSION STATUS LIKE 'Ssl_cipher'`

for (const [kind, scheme] of [
  ['mysql-8', 'mysql'],
  ['mariadb', 'mariadb'],
] as const) {
  test(`${kind}: sslMode, and what stood in its place before, mean what they mean to the JDBC driver`, async (t) => {
    const made = makeCertificates(t)
    const files = { cert: made.server, key: made.serverKey, ca: made.authority }
    const server = await started(
      t,
      kind,
      Object.entries(files).map(([name, path]) => `--ssl-${name}=${path}`),
    )
    if (server === undefined) return
    const { name, run } = await server.newDatabase('tls')
    const grant = (user: string, requires: string): string =>
      `CREATE USER ${user} REQUIRE ${requires}; GRANT ALL ON *.* TO ${user}`
    await run(`${grant(`'certuser'@'127.0.0.1'`, 'X509')}; ${grant(`'root'@'localhost.'`, 'NONE')}`)
    const url = (host: string, parameters: string): string =>
      `jdbc:${scheme}://${host}:${server.port}/${name}?${parameters}`
    const trusted = `serverSslCert=${made.authority}`
    const older = `trustCertificateKeyStoreUrl=file:${made.authority}`

    const encrypted: readonly (readonly [string, string])[] = [
      ['127.0.0.1', ''],
      ['127.0.0.1', 'sslMode=REQUIRED'],
      ['127.0.0.1', `sslMode=VERIFY_CA&${older}`],
      ['localhost', `sslMode=VERIFY_IDENTITY&${older}`],
      ['127.0.0.1', 'sslMode=trust'],
      ['127.0.0.1', `sslMode=verify-ca&${trusted}`],
      ['localhost', `sslMode=verify-full&${trusted}`],
      ...(scheme === 'mysql'
        ? ([
            ['127.0.0.1', 'useSSL=true'],
            ['127.0.0.1', 'requireSSL=true'],
            ['127.0.0.1', `useSSL=true&verifyServerCertificate=true&${older}`],
          ] as const)
        : ([
            ['localhost', `useSsl=true&${trusted}`],
            ['127.0.0.1', 'useSSL=true&trustServerCertificate=true'],
            ['127.0.0.1', `useSSL=true&disableSslHostnameVerification=true&${trusted}`],
          ] as const)),
    ]
    for (const [host, parameters] of encrypted)
      assert.match(String(await ask(url(host, parameters), CIPHER)), /./, parameters)
    for (const parameters of ['sslMode=DISABLED', 'sslMode=disable', 'useSSL=false']) {
      assert.equal(await ask(url('127.0.0.1', parameters), CIPHER), '', parameters)
    }

    await fails(url('127.0.0.1', `sslMode=VERIFY_IDENTITY&${trusted}`), /IP: 127\.0\.0\.1 is not in the cert/)
    await fails(
      url('127.0.0.1', `sslMode=VERIFY_CA&serverSslCert=${made.stranger}`),
      /Communications link failure.*certificate/,
    )
    await fails(url('localhost', 'sslMode=verify-full'), /Communications link failure.*certificate/)
    await fails(url('localhost', 'sslMode=verify-ca&serverSslCert=/no/such.pem'), /cannot be read: \/no\/such\.pem/)
    await fails(url('localhost', 'sslMode=maybe'), /Invalid sslMode value: maybe; it may be disabled, preferred/)
    if (scheme === 'mariadb')
      await fails(url('127.0.0.1', `useSsl=true&${trusted}`), /IP: 127\.0\.0\.1 is not in the cert/)

    const own = `sslMode=VERIFY_CA&${trusted}&clientCertificate=${made.client}&clientKey=${made.clientKey}`
    assert.match(String(await ask(url('127.0.0.1', own), 'SELECT current_user()', 'certuser')), /^certuser@/)
    await fails(url('127.0.0.1', 'sslMode=REQUIRED'), /^Access denied for user 'certuser'/, 'certuser')
  })
}

test('a server without TLS is used unless sslMode insists, and localSocket and junixsocket.file name a Unix socket', async (t) => {
  const server = await started(t, 'mariadb', ['--skip-ssl'])
  if (server === undefined) return
  const { name } = await server.newDatabase('plain')
  const url = (parameters: string): string => `jdbc:mysql://127.0.0.1:${server.port}/${name}?${parameters}`
  for (const parameters of ['', 'useSSL=true', 'sslMode=PREFERRED'])
    assert.equal(await ask(url(parameters), CIPHER), '')
  // What counts is why the way without TLS failed.
  await fails(url(''), /^Access denied for user 'stranger'/, 'stranger')
  for (const parameters of ['sslMode=REQUIRED', 'useSSL=true&requireSSL=true']) {
    await fails(url(parameters), /Communications link failure.*secure connection/)
  }

  const path = join(server.folder, 'm.sock')
  const nowhere = `jdbc:mariadb://localhost:1/${name}`
  const factory = 'socketFactory=org.newsclub.net.mysql.AFUNIXDatabaseSocketFactory'
  const user = 'SELECT user()'
  assert.equal(await ask(`${nowhere}?localSocket=${path}`, user), 'root@localhost')
  assert.equal(await ask(`${nowhere}?${factory}&junixsocket.file=${path}`, user), 'root@localhost')
  await fails(`${nowhere}?localSocket=${path}0`, /Communications link failure.*ENOENT.*m\.sock0/)
  await fails(url('socketFactory=com.acme.Factory'), /socketFactory names a Java class.*com\.acme\.Factory/)

  const dead = await freePort()
  const hosts = (first: number, second: number): string => `jdbc:mysql://127.0.0.1:${first},127.0.0.1:${second}/${name}`
  assert.equal(await ask(hosts(dead, server.port), 'SELECT 1'), 1)
  assert.equal(await ask(hosts(server.port, dead), 'SELECT 1'), 1)
  await fails(hosts(dead, dead), /^Communications link failure with 127\.0\.0\.1:\d+: .*ECONNREFUSED/)

  await fails(url('connectTimeout=soon'), /Invalid connectTimeout value: soon; it must be a number of milliseconds/)
  const isTimeout = (error: unknown): boolean =>
    error instanceof DatabaseError &&
    error.kind === 'connection' &&
    /within 2000 ms \(socketTimeout\)/.test(error.message)
  const sleep = 'SELECT SLEEP(120)'
  for (const work of [
    (db: Database) => db.query(sleep),
    (db: Database) => db.executeMany('DO SLEEP(?)', [[120]]),
    async (db: Database) => (await db.stream(sleep)).read(10),
  ]) {
    const db = await open(url('socketTimeout=2000'))
    await assert.rejects(within<unknown>(work(db), WAIT_MS, 'the time-out'), isTimeout)
    assert.equal(db.usable, false)
    await db.close()
  }
})
