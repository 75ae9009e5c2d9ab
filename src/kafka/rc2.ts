/**
 * RC2-CBC decryption (RFC 2268), without the padding. Key stores written by Java before 16 and by older OpenSSL protect their
 * certificates with it, and OpenSSL 3 no longer offers it. Never used to encrypt.
 */
export const decryptRc2Cbc = (key: Buffer, effectiveBits: number, iv: Buffer, data: Buffer): Buffer => {
  if (data.length === 0 || data.length % 8 !== 0) throw new Error('RC2 data is not made of whole blocks')
  const words = expandKey(key, effectiveBits)
  const plain = Buffer.alloc(data.length)
  let previous = iv
  for (let at = 0; at < data.length; at += 8) {
    const block = data.subarray(at, at + 8)
    decryptBlock(words, block, plain.subarray(at, at + 8))
    for (let i = 0; i < 8; i++) plain[at + i] = plain[at + i]! ^ previous[i]!
    previous = block
  }
  const padding = plain[plain.length - 1]!
  if (padding < 1 || padding > 8) throw new Error('wrong password')
  return plain.subarray(0, plain.length - padding)
}

const PI_TABLE = Buffer.from(
  'd978f9c419ddb5ed28e9fd794aa0d89dc67e37832b76538e624c6488448bfba2179a59f587b34f1361456d8d09817d32' +
    'bd8f40eb86b77b0bf09521225c6b4e8254d66593ce60b21c7356c014a78cf1dc1275ca1f3bbee4d1423dd430a33cb626' +
    '6fbf0eda4669075727f21d9bbc944303f811c7f690ef3ee706c3d52fc8661ed708e8eade8052eef784aa72ac354d6a2a' +
    '961ad2715a1549744b9fd05e0418a4ecc2e0416e0f51cbcc2491af50a1f47039997c3a8523b8b47afc02365b25559731' +
    '2d5dfa98e38a92ae05df2910676cbac9d300e6cfe19ea82c6316013f58e289a90d38341bab33ffb0bb480c5fb9b1cd2e' +
    'c5f3db47e5a59c770aa62068fe7fc1ad',
  'hex',
)

const expandKey = (key: Buffer, effectiveBits: number): Uint16Array => {
  const bytes = new Uint8Array(128)
  bytes.set(key)
  for (let i = key.length; i < 128; i++) bytes[i] = PI_TABLE[(bytes[i - 1]! + bytes[i - key.length]!) & 0xff]!
  const effectiveBytes = (effectiveBits + 7) >> 3
  const mask = 0xff >> (8 * effectiveBytes - effectiveBits)
  bytes[128 - effectiveBytes] = PI_TABLE[bytes[128 - effectiveBytes]! & mask]!
  for (let i = 127 - effectiveBytes; i >= 0; i--) bytes[i] = PI_TABLE[bytes[i + 1]! ^ bytes[i + effectiveBytes]!]!
  const words = new Uint16Array(64)
  for (let i = 0; i < 64; i++) words[i] = bytes[2 * i]! | (bytes[2 * i + 1]! << 8)
  return words
}

const ROTATIONS = [1, 2, 3, 5] as const

const decryptBlock = (words: Uint16Array, block: Buffer, out: Buffer): void => {
  const r = [0, 2, 4, 6].map((at) => block.readUInt16LE(at))
  let k = 63
  const unmix = (): void => {
    for (let i = 3; i >= 0; i--) {
      const turn = ROTATIONS[i]!
      const turned = ((r[i]! >>> turn) | (r[i]! << (16 - turn))) & 0xffff
      const [a, b, c] = [r[(i + 3) % 4]!, r[(i + 2) % 4]!, r[(i + 1) % 4]!]
      r[i] = (turned - words[k--]! - (a & b) - (~a & c)) & 0xffff
    }
  }
  const unmash = (): void => {
    for (let i = 3; i >= 0; i--) r[i] = (r[i]! - words[r[(i + 3) % 4]! & 63]!) & 0xffff
  }
  for (const [round, mash] of [
    [5, true],
    [6, true],
    [5, false],
  ] as const) {
    for (let i = 0; i < round; i++) unmix()
    if (mash) unmash()
  }
  for (const [i, word] of r.entries()) out.writeUInt16LE(word & 0xffff, 2 * i)
}
