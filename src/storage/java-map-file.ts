/**
 * The bytes of a Java-serialised `HashMap<byte[], byte[]>`, the container of an offset file. Big-endian:
 *
 *     AC ED 00 05                      magic, version
 *     73                               an object ...
 *       72 name serial flags fields    ... of this class: java.util.HashMap, with its fields loadFactor and threshold
 *       78 70                          no annotation, no super class
 *     3F400000 threshold               loadFactor 0.75, threshold = 0.75 * capacity (0: never filled)
 *     77 08 capacity count             a block of 8 bytes
 *     count * (key value)              each a byte array, 71 <handle> (the same array again) or 70 (null):
 *       75 72 "[B" ... length bytes      the first array describes its class
 *       75 71 007E0002 length bytes      later ones refer to it
 *     78                               end of the map
 *
 * Handles number what was described so far, from 7E0000: map class, map, array class, then each array.
 */

export interface JavaMapEntry {
  readonly key: Buffer | null
  readonly value: Buffer | null
}

/** The bytes are not a Java-serialised HashMap of byte arrays, or not all of one. `message` says what was found. */
export class JavaMapFormatError extends Error {
  override readonly name = 'JavaMapFormatError'
}

const HEAD = Buffer.from(
  'aced000573720011 6a6176612e7574696c2e486173684d6170 0507dac1c31660d1 03 0002 46000a6c6f6164466163746f72 4900097468726573686f6c64 7870 3f400000'.replaceAll(
    ' ',
    '',
  ),
  'hex',
)
const FIRST_ARRAY = Buffer.from('75 72 00025b42 acf317f8060854e0 02 0000 7870'.replaceAll(' ', ''), 'hex')
const NEXT_ARRAY = Buffer.from('7571007e0002', 'hex')
const MAP_CLASS = 'java.util.HashMap'
const ARRAY_CLASS = '[B'
const BASE_HANDLE = 0x7e0000

const NULL = 0x70
const REFERENCE = 0x71
const CLASS = 0x72
const OBJECT = 0x73
const ARRAY = 0x75
const BLOCK = 0x77
const END = 0x78

/**
 * The entries, in the order of the file. Keys and values are views on `bytes`.
 *
 * @throws JavaMapFormatError for anything else than one complete map of byte arrays
 */
export const readJavaMap = (bytes: Buffer): JavaMapEntry[] => {
  const reader = new Reader(bytes)
  if (reader.uint32() !== 0xaced0005) throw new JavaMapFormatError('it does not begin as a Java serialisation stream')
  const kind = reader.byte()
  if (kind !== OBJECT) throw new JavaMapFormatError(`expected HashMap but found ${kindName(kind)}`)
  const name = reader.className()
  if (name !== MAP_CLASS) throw new JavaMapFormatError(`expected HashMap but found ${name}`)
  reader.handles.push(null) // the map itself
  reader.skip(8) // load factor and threshold say nothing about the entries
  reader.expect(BLOCK, 'the size of the map')
  reader.expect(8, 'the size of the map')
  reader.skip(4)
  const count = reader.int32()
  if (count < 0) throw new JavaMapFormatError(`the map has a negative number of entries, ${count}`)
  const entries: JavaMapEntry[] = []
  for (let index = 0; index < count; index++) entries.push({ key: reader.array(), value: reader.array() })
  reader.expect(END, 'the end of the map')
  return entries
}

/** The file that the JVM's own `ObjectOutputStream` writes for these entries in this order. */
export const writeJavaMap = (entries: readonly JavaMapEntry[]): Buffer => {
  let size = HEAD.length + 15
  let first = true
  for (const { key, value } of entries) {
    for (const array of [key, value]) {
      if (array === null) size += 1
      else size += (first ? FIRST_ARRAY.length : NEXT_ARRAY.length) + 4 + array.length
      if (array !== null) first = false
    }
  }
  const bytes = Buffer.allocUnsafe(size)
  let capacity = 16
  while (entries.length > capacity * 0.75) capacity *= 2
  let at = HEAD.copy(bytes)
  at = bytes.writeInt32BE(entries.length === 0 ? 0 : capacity * 0.75, at)
  at = bytes.writeUInt16BE(0x7708, at)
  at = bytes.writeInt32BE(capacity, at)
  at = bytes.writeInt32BE(entries.length, at)
  let head = FIRST_ARRAY
  const put = (array: Buffer | null): void => {
    if (array === null) {
      at = bytes.writeUInt8(NULL, at)
      return
    }
    at += head.copy(bytes, at)
    head = NEXT_ARRAY
    at = bytes.writeInt32BE(array.length, at)
    at += array.copy(bytes, at)
  }
  for (const { key, value } of entries) {
    put(key)
    put(value)
  }
  bytes.writeUInt8(END, at)
  return bytes
}

const kindName = (kind: number): string => {
  if (kind === NULL) return 'null'
  if (kind === 0x74) return 'a string'
  return kind === ARRAY ? 'an array' : `type code 0x${kind.toString(16).padStart(2, '0')}`
}

type Handle = { readonly class: string } | { readonly array: Buffer } | null

class Reader {
  readonly handles: Handle[] = []
  readonly #bytes: Buffer
  #at = 0

  constructor(bytes: Buffer) {
    this.#bytes = bytes
  }

  /** The position, after moving on by `length`. */
  skip(length: number): number {
    const start = this.#at
    if (length < 0 || start + length > this.#bytes.length) {
      throw new JavaMapFormatError(`it ends early, after ${this.#bytes.length} bytes`)
    }
    this.#at += length
    return start
  }
  byte(): number {
    return this.#bytes.readUInt8(this.skip(1))
  }
  uint16(): number {
    return this.#bytes.readUInt16BE(this.skip(2))
  }
  int32(): number {
    return this.#bytes.readInt32BE(this.skip(4))
  }
  uint32(): number {
    return this.#bytes.readUInt32BE(this.skip(4))
  }
  text(): string {
    const length = this.uint16()
    const start = this.skip(length)
    return this.#bytes.toString('latin1', start, start + length)
  }
  expect(byte: number, what: string): void {
    const at = this.#at
    const found = this.byte()
    if (found !== byte) {
      throw new JavaMapFormatError(`${what} was expected at byte ${at}, but there is 0x${found.toString(16)}`)
    }
  }
  reference(): Handle | undefined {
    return this.handles[this.uint32() - BASE_HANDLE]
  }

  /** A class described here, or a reference to one. Only classes with primitive fields and no super class can occur. */
  className(): string {
    const kind = this.byte()
    if (kind === REFERENCE) {
      const seen = this.reference()
      if (seen && 'class' in seen) return seen.class
      throw new JavaMapFormatError('a reference to a class leads nowhere')
    }
    if (kind !== CLASS) throw new JavaMapFormatError(`a class was expected, but there is ${kindName(kind)}`)
    const name = this.text()
    this.handles.push({ class: name })
    if (name !== MAP_CLASS && name !== ARRAY_CLASS) return name
    this.skip(9) // serial version, flags
    for (let fields = this.uint16(); fields > 0; fields--) {
      this.skip(1)
      this.text()
    }
    this.expect(END, `the end of class ${name}`)
    this.expect(NULL, `no super class of ${name}`)
    return name
  }

  array(): Buffer | null {
    const kind = this.byte()
    if (kind === NULL) return null
    if (kind === REFERENCE) {
      const seen = this.reference()
      if (seen && 'array' in seen) return seen.array
      throw new JavaMapFormatError('a reference to a byte array leads nowhere')
    }
    if (kind !== ARRAY) throw new JavaMapFormatError(`a byte array was expected, but there is ${kindName(kind)}`)
    const name = this.className()
    if (name !== ARRAY_CLASS) throw new JavaMapFormatError(`a byte array was expected, but there is ${name}`)
    const length = this.int32()
    const start = this.skip(length)
    const array = this.#bytes.subarray(start, start + length)
    this.handles.push({ array })
    return array
  }
}
