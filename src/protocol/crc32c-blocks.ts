/** Each half of a block is gone through beside the other: their look-ups do not wait for each other. */
const HALF_BYTES = 2 * 1024
const DATA = 8 * 1024
/** In one page of memory: the tables, then a block. */
export const BLOCK_BYTES = 2 * HALF_BYTES

export interface BlockChecksum {
  /** Goes on with the {@link BLOCK_BYTES} bytes from `start` on. `crc` is the register as it is, not inverted. */
  update(crc: number, bytes: Uint8Array, start: number): number
}

/**
 * Checksums of whole blocks in WebAssembly, at 1.8 times the speed of JavaScript, which checks bounds at each look-up.
 *
 * @param tables of slicing-by-8: 256 entries for a byte that no, one, ... seven bytes follow
 * @returns undefined where there is no WebAssembly
 */
export const blockChecksum = (tables: Int32Array): BlockChecksum | undefined => {
  const module = instantiate()
  if (module === undefined) return undefined
  const { halves } = module
  const memory = new Uint8Array(module.memory.buffer)
  new Int32Array(memory.buffer).set(tables)
  // The first half's register has yet to be moved on by as many zeros as the second half has bytes.
  const moved = movedOn((crc) => halves(DATA, DATA + HALF_BYTES, crc, 0)[0])
  return {
    update(crc, bytes, start) {
      memory.set(bytes.subarray(start, start + BLOCK_BYTES), DATA)
      const [first, second] = halves(DATA, DATA + HALF_BYTES, crc, 0)
      return (
        moved[first & 255]! ^
        moved[256 + ((first >>> 8) & 255)]! ^
        moved[512 + ((first >>> 16) & 255)]! ^
        moved[768 + (first >>> 24)]! ^
        second
      )
    },
  }
}

/** What a linear `move` makes of each byte of a register, by table: four look-ups stand for it. */
const movedOn = (move: (crc: number) => number): Int32Array => {
  const table = new Int32Array(4 * 256)
  for (let bit = 0; bit < 32; bit++) {
    const moved = move(1 << bit)
    const row = (bit >> 3) * 256
    for (let byte = 0; byte < 256; byte++) if (byte & (1 << (bit & 7))) table[row + byte]! ^= moved
  }
  return table
}

/** What is used of WebAssembly, which the types of Node leave to those of browsers. */
interface Wasm {
  readonly Module: new (bytes: Uint8Array) => object
  readonly Instance: new (module: object) => { readonly exports: Exports }
}

interface Exports {
  readonly memory: { readonly buffer: ArrayBuffer }
  readonly halves: (at: number, end: number, first: number, second: number) => readonly [number, number]
}

const instantiate = (): Exports | undefined => {
  const { WebAssembly: wasm } = globalThis as unknown as { readonly WebAssembly?: Wasm }
  if (wasm === undefined) return undefined
  try {
    return new wasm.Instance(new wasm.Module(moduleBytes())).exports
  } catch {
    return undefined // no address space for it
  }
}

const op = {
  loop: 0x03,
  end: 0x0b,
  brIf: 0x0d,
  get: 0x20,
  set: 0x21,
  load: 0x28,
  const: 0x41,
  ltU: 0x49,
  add: 0x6a,
  and: 0x71,
  xor: 0x73,
  shl: 0x74,
  shrU: 0x76,
} as const
const I32 = 0x7f
const NO_RESULT = 0x40
/** Parameters, then the words of both halves. */
const [AT, END, FIRST, SECOND, A, B, C, D] = [0, 1, 2, 3, 4, 5, 6, 7] as const

/**
 * halves(at, end, first, second): goes through both halves from `at` to `end` of the first, eight bytes of each at a time.
 */
const moduleBytes = (): Uint8Array => {
  const body = [
    ...[op.loop, NO_RESULT],
    ...[...word(0), op.get, FIRST, op.xor, op.set, A, ...word(4), op.set, B],
    ...[...word(HALF_BYTES), op.get, SECOND, op.xor, op.set, C, ...word(HALF_BYTES + 4), op.set, D],
    ...[...eightBytes(A, B), op.set, FIRST, ...eightBytes(C, D), op.set, SECOND],
    ...[op.get, AT, ...constant(8), op.add, op.set, AT],
    ...[op.get, AT, op.get, END, op.ltU, op.brIf, 0, op.end],
    ...[op.get, FIRST, op.get, SECOND, op.end],
  ]
  const locals = [1, 4, I32]
  return Uint8Array.from([
    ...[0, 0x61, 0x73, 0x6d, 1, 0, 0, 0],
    ...section(1, [1, 0x60, 4, I32, I32, I32, I32, 2, I32, I32]),
    ...section(3, [1, 0]),
    ...section(5, [1, 0, 1]),
    ...section(7, [2, ...name('memory'), 2, 0, ...name('halves'), 0, 0]),
    ...section(10, [1, ...unsigned(locals.length + body.length), ...locals, ...body]),
  ])
}

/** The four bytes at `at` and so many more. */
const word = (offset: number): number[] => [op.get, AT, op.load, 2, ...unsigned(offset)]

const eightBytes = (first: number, second: number): number[] =>
  [first, first, first, first, second, second, second, second].flatMap((local, byte) => [
    ...lookUp(local, byte & 3, 7 - byte),
    ...(byte === 0 ? [] : [op.xor]),
  ])

/** The entry for one byte of a word: four bytes each, so the index is shifted by two less (or by two to the left). */
const lookUp = (local: number, byte: number, table: number): number[] => [
  ...[op.get, local],
  ...(byte === 0 ? [...constant(2), op.shl] : [...constant(8 * byte - 2), op.shrU]),
  ...[...constant(255 * 4), op.and, op.load, 2, ...unsigned(table * 1024)],
]

const section = (id: number, content: readonly number[]): number[] => [id, ...unsigned(content.length), ...content]

const name = (text: string): number[] => [text.length, ...Buffer.from(text)]

/** LEB128. */
const unsigned = (value: number): number[] =>
  value < 0x80 ? [value] : [(value & 0x7f) | 0x80, ...unsigned(value >>> 7)]

/** Signed LEB128 of a small positive number: its sixth bit of the last byte is the sign. */
const constant = (value: number): number[] =>
  value < 0x40 ? [op.const, value] : [op.const, (value & 0x7f) | 0x80, value >>> 7]
