import { createHash } from 'node:crypto'
import { derChild, derOctets, derOid, readDer } from './der.ts'
import type { KeyEntry, KeyStoreContents, KeyStorePasswords } from './key-store.ts'

export const JKS_MAGIC = 0xfeedfeed

/**
 * Reads Java's own key store format.
 * ```
 * magic int32 | version int32 (1 or 2) | count int32 | entries | SHA-1 of password, whitener and all before it
 * key:  1 int32 | alias utf | date int64 | length int32, EncryptedPrivateKeyInfo | count int32, certificates
 * cert: 2 int32 | alias utf | date int64 | certificate
 * certificate: type utf (version 2 only) | length int32, DER
 * ```
 * @throws Error on damage and on a wrong password
 */
export const readJks = (file: Buffer, passwords: KeyStorePasswords): KeyStoreContents => {
  if (passwords.store !== null) checkIntegrity(file, passwords.store)
  const keys: KeyEntry[] = []
  const certificates: Buffer[] = []
  const version = file.readInt32BE(4)
  let at = 12
  const int = (): number => {
    at += 4
    return file.readInt32BE(at - 4)
  }
  const bytes = (length: number): Buffer => {
    at += length
    if (length < 0 || at > file.length) throw new Error('the file is damaged')
    return file.subarray(at - length, at)
  }
  const text = (): string => {
    at += 2
    return bytes(file.readUInt16BE(at - 2)).toString()
  }
  const certificate = (): Buffer => {
    if (version === 2) text()
    return bytes(int())
  }
  for (let left = file.readInt32BE(8); left > 0; left--) {
    const tag = int()
    const alias = text()
    at += 8
    if (tag === 2) {
      certificates.push(certificate())
    } else if (tag === 1) {
      const protectedKey = bytes(int())
      const chain = Array.from({ length: int() }, certificate)
      const password = passwords.key ?? passwords.store
      // Without any password this file can only serve as a trust store.
      if (password === null) certificates.push(...chain.slice(0, 1))
      else keys.push({ alias, key: unprotect(protectedKey, password), chain })
    } else {
      throw new Error(`it has an entry of unknown kind ${tag}`)
    }
  }
  return { keys, certificates }
}

const SHA1_BYTES = 20

const checkIntegrity = (file: Buffer, password: string): void => {
  const body = file.subarray(0, -SHA1_BYTES)
  const digest = sha1(passwordBytes(password), Buffer.from('Mighty Aphrodite'), body)
  if (!digest.equals(file.subarray(-SHA1_BYTES))) throw new Error('the password is wrong, or the file is damaged')
}

const SUN_KEY_PROTECTOR = '1.3.6.1.4.1.42.2.17.1.1'

/** `EncryptedPrivateKeyInfo ::= SEQUENCE { algorithm, OCTET STRING { salt 20 | key xor stream | SHA-1 20 } }` */
const unprotect = (protectedKey: Buffer, password: string): Buffer => {
  const info = readDer(protectedKey)
  if (derOid(derChild(derChild(info, 0), 0)) !== SUN_KEY_PROTECTOR) throw new Error('the key has an unknown protection')
  const data = derOctets(derChild(info, 1))
  const secret = passwordBytes(password)
  const key = Buffer.from(data.subarray(SHA1_BYTES, -SHA1_BYTES))
  let stream: Buffer = data.subarray(0, SHA1_BYTES)
  for (let at = 0; at < key.length; at += SHA1_BYTES) {
    stream = sha1(secret, stream)
    for (let i = 0; i < SHA1_BYTES && at + i < key.length; i++) key[at + i] = key[at + i]! ^ stream[i]!
  }
  if (!sha1(secret, key).equals(data.subarray(-SHA1_BYTES))) throw new Error('the password of the key is wrong')
  return key
}

const sha1 = (...parts: readonly Buffer[]): Buffer => {
  const hash = createHash('sha1')
  for (const part of parts) hash.update(part)
  return hash.digest()
}

/** UTF-16, high byte first. */
const passwordBytes = (password: string): Buffer => Buffer.from(password, 'utf16le').swap16()
