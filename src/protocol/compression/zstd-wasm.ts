import { compress, decompress, init } from '@bokuweb/zstd-wasm'

// Here, and not in a function: a second `init` would replace the memory under what runs, and a module is run once.
await init()

/** zstd for Node before 22.15. */
export const wasmZstd = {
  compress: (bytes: Uint8Array, level: number): Uint8Array => compress(bytes as never, level),
  /** Without its size in the frame (the Java client leaves it out) room must be guessed: try again with more. */
  decompress: (bytes: Uint8Array, maxBytes: number): Uint8Array => {
    for (let room = Math.max(bytes.length * 8, 1 << 20); ; room *= 4) {
      const defaultHeapSize = Math.min(room, maxBytes)
      try {
        return decompress(bytes as never, { defaultHeapSize })
      } catch (error) {
        if (defaultHeapSize === maxBytes || !isTooSmall(error)) throw error
      }
    }
  },
}

/** zstd's error 70, "destination buffer is too small". */
const isTooSmall = (error: unknown): boolean => /code -70\b/.test(String(error))
