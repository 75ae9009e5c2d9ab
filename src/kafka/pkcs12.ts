import { createHmac, X509Certificate } from 'node:crypto'
import { type DerNode, derChild, derChildren, derInteger, derOctets, derOid, readDer } from './der.ts'
import type { KeyStoreContents, KeyStorePasswords } from './key-store.ts'
import { decryptPbe, MAC_MATERIAL, pkcs12Key } from './pkcs12-crypto.ts'

/**
 * Reads a PKCS#12 file, as keytool, OpenSSL and others write it.
 * ```
 * PFX { version, ContentInfo { data, OCTET STRING { ContentInfo* } }, MacData? }
 * each inner ContentInfo, plain or encrypted: { SafeBag* },  SafeBag { kind, [0] value, attributes? }
 * ```
 * @throws Error on damage and on a wrong password
 */
export const readPkcs12 = (file: Buffer, passwords: KeyStorePasswords): KeyStoreContents => {
  const [, authSafe, mac] = derChildren(readDer(file))
  if (authSafe === undefined || oidOf(authSafe) !== DATA) throw new Error('the file is damaged')
  const content = derOctets(derChild(derChild(authSafe, 1), 0))
  if (mac !== undefined && passwords.store !== null) checkMac(mac, content, passwords.store)
  const bags = derChildren(readDer(content)).flatMap((part) => bagsOf(part, passwords.store))
  const certificates = bags.filter(({ kind }) => kind === BAG.certificate)
  const keys = bags
    .filter(({ kind }) => kind === BAG.key || kind === BAG.shroudedKey)
    .map((bag) => {
      const own = certificates.find(({ keyId }) => keyId !== null && bag.keyId?.equals(keyId))
      return { alias: bag.alias, key: keyOf(bag, passwords), chain: chainFrom(own, certificates) }
    })
  const used = new Set(keys.flatMap(({ chain }) => chain.map((certificate) => certificate.toString('hex'))))
  return {
    keys,
    certificates: certificates.map(certificateOf).filter((certificate) => !used.has(certificate.toString('hex'))),
  }
}

const DATA = '1.2.840.113549.1.7.1'
const ENCRYPTED_DATA = '1.2.840.113549.1.7.6'
const BAG = {
  key: '1.2.840.113549.1.12.10.1.1',
  shroudedKey: '1.2.840.113549.1.12.10.1.2',
  certificate: '1.2.840.113549.1.12.10.1.3',
  nested: '1.2.840.113549.1.12.10.1.6',
} as const
const FRIENDLY_NAME = '1.2.840.113549.1.9.20'
const LOCAL_KEY_ID = '1.2.840.113549.1.9.21'
const X509_CERTIFICATE = '1.2.840.113549.1.9.22.1'

interface SafeBag {
  readonly kind: string
  readonly value: DerNode
  readonly alias: string
  readonly keyId: Buffer | null
}

const oidOf = (node: DerNode): string => derOid(derChild(node, 0))

const bagsOf = (part: DerNode, password: string | null): SafeBag[] => {
  const value = derChild(derChild(part, 1), 0)
  switch (oidOf(part)) {
    case DATA:
      return readBags(readDer(derOctets(value)))
    case ENCRYPTED_DATA: {
      if (password === null) throw new Error('it is encrypted, and no password is set')
      const [, algorithm, encrypted] = derChildren(derChild(value, 1))
      if (algorithm === undefined || encrypted === undefined) throw new Error('the file is damaged')
      return readBags(readDer(decryptPbe(algorithm, derOctets(encrypted), password)))
    }
    default:
      return []
  }
}

const readBags = (sequence: DerNode): SafeBag[] =>
  derChildren(sequence).flatMap((bag) => {
    const [kind, value, attributes] = derChildren(bag)
    if (kind === undefined || value === undefined) throw new Error('the file is damaged')
    if (derOid(kind) === BAG.nested) return readBags(derChild(value, 0))
    const found = new Map<string, DerNode>()
    for (const attribute of attributes === undefined ? [] : derChildren(attributes)) {
      const [first] = derChildren(derChild(attribute, 1))
      if (first !== undefined) found.set(oidOf(attribute), first)
    }
    const name = found.get(FRIENDLY_NAME)
    return {
      kind: derOid(kind),
      value: derChild(value, 0),
      alias: name === undefined ? '' : Buffer.from(name.content).swap16().toString('utf16le'),
      keyId: found.get(LOCAL_KEY_ID)?.content ?? null,
    }
  })

const keyOf = ({ kind, value }: SafeBag, { store, key }: KeyStorePasswords): Buffer => {
  if (kind === BAG.key) return value.whole
  const password = key ?? store
  if (password === null) throw new Error('its key is encrypted, and no password is set')
  return decryptPbe(derChild(value, 0), derOctets(derChild(value, 1)), password)
}

const certificateOf = ({ value }: SafeBag): Buffer => {
  if (oidOf(value) !== X509_CERTIFICATE) throw new Error('it has a certificate that is not X.509')
  return derOctets(derChild(derChild(value, 1), 0))
}

/** The key's certificate and those that issued it, as far as the file has them. */
const chainFrom = (own: SafeBag | undefined, all: readonly SafeBag[]): Buffer[] => {
  if (own === undefined) return []
  const chain = [own]
  for (;;) {
    const last = new X509Certificate(certificateOf(chain.at(-1)!))
    const issuer = all.find((bag) => !chain.includes(bag) && last.checkIssued(new X509Certificate(certificateOf(bag))))
    if (issuer === undefined) return chain.map(certificateOf)
    chain.push(issuer)
  }
}

const DIGESTS: ReadonlyMap<string, readonly [name: string, bytes: number]> = new Map([
  ['1.3.14.3.2.26', ['sha1', 20]],
  ['2.16.840.1.101.3.4.2.4', ['sha224', 28]],
  ['2.16.840.1.101.3.4.2.1', ['sha256', 32]],
  ['2.16.840.1.101.3.4.2.2', ['sha384', 48]],
  ['2.16.840.1.101.3.4.2.3', ['sha512', 64]],
])

/** `MacData { { digestAlgorithm, digest }, salt, rounds DEFAULT 1 }` */
const checkMac = (mac: DerNode, content: Buffer, password: string): void => {
  const [info, salt, rounds] = derChildren(mac)
  if (info === undefined || salt === undefined) throw new Error('the file is damaged')
  const digest = DIGESTS.get(oidOf(derChild(info, 0)))
  if (digest === undefined) return // a newer kind of check: decryption still notices a wrong password
  const [name, bytes] = digest
  const key = pkcs12Key(
    name,
    MAC_MATERIAL,
    password,
    derOctets(salt),
    rounds === undefined ? 1 : derInteger(rounds),
    bytes,
  )
  const expected = createHmac(name, key).update(content).digest()
  if (!expected.equals(derOctets(derChild(info, 1)))) throw new Error('the password is wrong, or the file is damaged')
}
