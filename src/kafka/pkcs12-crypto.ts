import { createDecipheriv, createHash, pbkdf2Sync } from 'node:crypto'
import { DER, type DerNode, derChild, derChildren, derInteger, derOctets, derOid } from './der.ts'
import { decryptRc2Cbc } from './rc2.ts'

/** Decrypts what a PKCS#12 file encrypts with the password and an AlgorithmIdentifier. @throws Error on a wrong password */
export const decryptPbe = (algorithm: DerNode, data: Buffer, password: string): Buffer => {
  const oid = derOid(derChild(algorithm, 0))
  if (oid === PBES2) return decryptPbes2(derChild(algorithm, 1), data, password)
  const scheme = LEGACY_SCHEMES.get(oid)
  if (scheme === undefined) throw new Error(`it is encrypted with an unknown method (${oid})`)
  const parameters = derChild(algorithm, 1)
  const salt = derOctets(derChild(parameters, 0))
  const rounds = derInteger(derChild(parameters, 1))
  const key = pkcs12Key('sha1', KEY_MATERIAL, password, salt, rounds, scheme.keyBytes)
  const iv = pkcs12Key('sha1', IV_MATERIAL, password, salt, rounds, 8)
  if (scheme.cipher === 'rc2') return decryptRc2Cbc(key, scheme.keyBytes * 8, iv, data)
  return decipher(scheme.cipher, scheme.keyBytes === 16 ? Buffer.concat([key, key.subarray(0, 8)]) : key, iv, data)
}

const PBES2 = '1.2.840.113549.1.5.13'

const LEGACY_SCHEMES: ReadonlyMap<string, { cipher: 'des-ede3-cbc' | 'rc2'; keyBytes: number }> = new Map([
  ['1.2.840.113549.1.12.1.3', { cipher: 'des-ede3-cbc', keyBytes: 24 }],
  ['1.2.840.113549.1.12.1.4', { cipher: 'des-ede3-cbc', keyBytes: 16 }],
  ['1.2.840.113549.1.12.1.5', { cipher: 'rc2', keyBytes: 16 }],
  ['1.2.840.113549.1.12.1.6', { cipher: 'rc2', keyBytes: 5 }],
])

const PBES2_CIPHERS: ReadonlyMap<string, { cipher: string; keyBytes: number }> = new Map([
  ['2.16.840.1.101.3.4.1.2', { cipher: 'aes-128-cbc', keyBytes: 16 }],
  ['2.16.840.1.101.3.4.1.22', { cipher: 'aes-192-cbc', keyBytes: 24 }],
  ['2.16.840.1.101.3.4.1.42', { cipher: 'aes-256-cbc', keyBytes: 32 }],
  ['1.2.840.113549.3.7', { cipher: 'des-ede3-cbc', keyBytes: 24 }],
])

const HMAC_DIGESTS: ReadonlyMap<string, string> = new Map([
  ['1.2.840.113549.2.7', 'sha1'],
  ['1.2.840.113549.2.8', 'sha224'],
  ['1.2.840.113549.2.9', 'sha256'],
  ['1.2.840.113549.2.10', 'sha384'],
  ['1.2.840.113549.2.11', 'sha512'],
])

/** `SEQUENCE { kdf { PBKDF2, { salt, rounds, keyLength?, prf? } }, cipher { oid, iv } }` */
const decryptPbes2 = (parameters: DerNode, data: Buffer, password: string): Buffer => {
  const [salt, rounds, ...optional] = derChildren(derChild(derChild(parameters, 0), 1))
  const scheme = derChild(parameters, 1)
  const cipher = PBES2_CIPHERS.get(derOid(derChild(scheme, 0)))
  if (salt === undefined || rounds === undefined || cipher === undefined) {
    throw new Error(`it is encrypted with an unknown method (${derOid(derChild(scheme, 0))})`)
  }
  const prf = optional.find(({ tag }) => tag === DER.sequence)
  const digest = prf === undefined ? 'sha1' : HMAC_DIGESTS.get(derOid(derChild(prf, 0)))
  if (digest === undefined) throw new Error('its key is derived with an unknown method')
  const key = pbkdf2Sync(Buffer.from(password), derOctets(salt), derInteger(rounds), cipher.keyBytes, digest)
  return decipher(cipher.cipher, key, derOctets(derChild(scheme, 1)), data)
}

const decipher = (cipher: string, key: Buffer, iv: Buffer, data: Buffer): Buffer => {
  const decrypting = createDecipheriv(cipher, key, iv)
  try {
    return Buffer.concat([decrypting.update(data), decrypting.final()])
  } catch (cause) {
    throw new Error('the password is wrong', { cause })
  }
}

const KEY_MATERIAL = 1
const IV_MATERIAL = 2
export const MAC_MATERIAL = 3

/** Key derivation of RFC 7292, appendix B.2. */
export const pkcs12Key = (
  digest: string,
  purpose: number,
  password: string,
  salt: Buffer,
  rounds: number,
  length: number,
): Buffer => {
  const blockBytes = /sha(384|512)/.test(digest) ? 128 : 64
  const secret = Buffer.from(`${password}\0`, 'utf16le').swap16()
  const input = Buffer.concat([filling(salt, blockBytes), filling(secret, blockBytes)])
  const diversifier = Buffer.alloc(blockBytes, purpose)
  const output: Buffer[] = []
  for (let made = 0; made < length; ) {
    let part = createHash(digest).update(diversifier).update(input).digest()
    for (let i = 1; i < rounds; i++) part = createHash(digest).update(part).digest()
    output.push(part)
    made += part.length
    const addend = filling(part.subarray(0, blockBytes), blockBytes).subarray(0, blockBytes)
    for (let at = 0; at < input.length; at += blockBytes) addAndOne(input.subarray(at, at + blockBytes), addend)
  }
  return Buffer.concat(output).subarray(0, length)
}

/** The bytes again and again, up to a whole number of blocks. */
const filling = (bytes: Buffer, blockBytes: number): Buffer => {
  const length = blockBytes * Math.ceil(bytes.length / blockBytes)
  return Buffer.from(Uint8Array.from({ length }, (_, i) => bytes[i % bytes.length]!))
}

const addAndOne = (block: Buffer, addend: Buffer): void => {
  let carry = 1
  for (let i = block.length - 1; i >= 0; i--) {
    carry += block[i]! + addend[i]!
    block[i] = carry & 0xff
    carry >>= 8
  }
}
