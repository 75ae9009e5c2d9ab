import { execFileSync } from 'node:child_process'
import { chmodSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { giveToServer, serverFolder } from '../../../helpers/databases.ts'

export interface Certificates {
  /** Whoever signed the server's and the client's. */
  readonly authority: string
  /** Another one, which signed nothing. */
  readonly stranger: string
  /** For the name `localhost`, and no address. */
  readonly server: string
  readonly serverKey: string
  /** For the user `certuser`. */
  readonly client: string
  /** PKCS-8 in PEM, and as pgjdbc wants it: in DER. */
  readonly clientKey: string
  readonly clientKeyDer: string
  /** Key and certificate, password `secret`. */
  readonly clientStore: string
}

/** MySQL 8.0 knows no common cipher for keys on elliptic curves. */
const RSA = ['-newkey', 'rsa:2048', '-nodes']

/** Makes certificates in a folder of their own, readable for the servers. */
export const makeCertificates = (t: { after(end: () => void): void }): Certificates => {
  const folder = serverFolder(t)
  const path = (name: string): string => join(folder, name)
  const run = (...args: readonly string[]): void => void execFileSync('openssl', args, { cwd: folder, stdio: 'pipe' })
  for (const name of ['authority', 'stranger']) {
    run('req', '-x509', ...RSA, '-keyout', `${name}.key`, '-out', `${name}.pem`, '-days', '30', '-subj', `/CN=${name}`)
  }
  const sign = (name: string, subject: string, extension: string): void => {
    run('req', ...RSA, '-keyout', `${name}.key`, '-out', `${name}.csr`, '-subj', `/CN=${subject}`)
    writeFileSync(path(`${name}.ext`), extension)
    const by = ['-CA', 'authority.pem', '-CAkey', 'authority.key', '-CAcreateserial', '-extfile', `${name}.ext`]
    run('x509', '-req', '-in', `${name}.csr`, ...by, '-days', '30', '-out', `${name}.pem`)
  }
  sign('server', 'localhost', 'subjectAltName=DNS:localhost\n')
  sign('client', 'certuser', 'extendedKeyUsage=clientAuth\n')
  run('pkcs8', '-topk8', '-nocrypt', '-in', 'client.key', '-outform', 'DER', '-out', 'client.pk8')
  const secret = ['-passout', 'pass:secret']
  run('pkcs12', '-export', '-in', 'client.pem', '-inkey', 'client.key', ...secret, '-out', 'client.p12')
  giveToServer(path('server.key'))
  chmodSync(path('server.key'), 0o600)
  return {
    authority: path('authority.pem'),
    stranger: path('stranger.pem'),
    server: path('server.pem'),
    serverKey: path('server.key'),
    client: path('client.pem'),
    clientKey: path('client.key'),
    clientKeyDer: path('client.pk8'),
    clientStore: path('client.p12'),
  }
}
