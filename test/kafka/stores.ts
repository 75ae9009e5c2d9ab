/** Key stores made by the genuine tools, for the tests. */
import { execFileSync } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

const run = (command: string, ...args: string[]): void => {
  execFileSync(command, args, { stdio: 'pipe' })
}

export interface Stores {
  readonly folder: string
  path(name: string): string
  text(name: string): string
  remove(): void
}

/**
 * A CA `ca`, a server key for `localhost` that it signed, and both in all formats:
 * `ca.pem`, `server.pem` (chain), `server.key` (PKCS#8), `server-encrypted.key` (password `keysecret`),
 * `server.p12`, `server-legacy.p12` (RC2 and 3DES), `server.jks` (key password `keysecret`), `trust.p12`, `trust-legacy.p12`, `trust.jks`.
 * Every store has the password `storesecret`.
 */
export const makeStores = (): Stores => {
  const folder = mkdtempSync(join(tmpdir(), 'stores-'))
  const path = (name: string): string => join(folder, name)
  const rsa = ['-newkey', 'rsa:2048', '-nodes', '-keyout']
  run('openssl', 'req', '-x509', ...rsa, path('ca.key'), '-out', path('ca.pem'), '-days', '30', '-subj', '/CN=Test CA')
  run('openssl', 'req', ...rsa, path('server.key'), '-out', path('server.csr'), '-subj', '/CN=localhost')
  writeFileSync(path('san.ext'), 'subjectAltName=DNS:localhost\n')
  const ca = ['-CA', path('ca.pem'), '-CAkey', path('ca.key'), '-CAcreateserial', '-extfile', path('san.ext')]
  run('openssl', 'x509', '-req', '-in', path('server.csr'), ...ca, '-days', '30', '-out', path('leaf.pem'))
  writeFileSync(path('server.pem'), readFileSync(path('leaf.pem'), 'utf8') + readFileSync(path('ca.pem'), 'utf8'))
  const encrypted = ['-out', path('server-encrypted.key'), '-passout', 'pass:keysecret']
  run('openssl', 'pkcs8', '-topk8', '-in', path('server.key'), '-v2', 'aes-256-cbc', ...encrypted)

  const chain = ['-in', path('server.pem'), '-inkey', path('server.key'), '-name', 'server']
  const secret = ['-passout', 'pass:storesecret']
  run('openssl', 'pkcs12', '-export', ...chain, ...secret, '-out', path('server.p12'))
  const legacy = ['-legacy', '-certpbe', 'PBE-SHA1-RC2-40', '-keypbe', 'PBE-SHA1-3DES', '-macalg', 'sha1']
  run('openssl', 'pkcs12', '-export', ...legacy, ...chain, ...secret, '-out', path('server-legacy.p12'))

  const from = ['-srckeystore', path('server.p12'), '-srcstorepass', 'storesecret', '-srcalias', 'server']
  const to = ['-deststoretype', 'JKS', '-destkeystore', path('server.jks'), '-deststorepass', 'storesecret']
  run('keytool', '-importkeystore', '-noprompt', ...from, ...to, '-destkeypass', 'keysecret')
  const trust = (type: string, file: string, ...options: string[]): void => {
    const store = ['-storetype', type, '-keystore', path(file), '-storepass', 'storesecret']
    run('keytool', ...options, '-importcert', '-noprompt', '-alias', 'ca', '-file', path('ca.pem'), ...store)
  }
  trust('JKS', 'trust.jks')
  trust('PKCS12', 'trust.p12')
  trust('PKCS12', 'trust-legacy.p12', '-J-Dkeystore.pkcs12.legacy')
  return {
    folder,
    path,
    text: (name) => readFileSync(path(name), 'utf8'),
    remove: () => existsSync(folder) && rmSync(folder, { recursive: true }),
  }
}
