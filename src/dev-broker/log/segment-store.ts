import { closeSync, fdatasync, fdatasyncSync, ftruncateSync, openSync, readSync, rmSync, writeSync } from 'node:fs'

/** Where the bytes of a segment are: in a file or in memory. Bytes are only ever added at the end. */
export interface SegmentStore {
  readonly size: number
  append(bytes: Buffer): void
  /** At most `length` bytes from `position` on. What is returned never changes. */
  read(position: number, length: number): Buffer
  truncate(size: number): void
  /** Resolves when all that was appended before the call survives a power failure. */
  sync(): Promise<void>
  close(): void
  delete(): void
}

/** @param expected bytes that it is likely to get; it grows beyond them */
export const memoryStore = (expected = 1024): SegmentStore => {
  let buffer: Buffer = Buffer.alloc(0)
  let size = 0
  return {
    get size() {
      return size
    },
    append: (bytes) => {
      if (size + bytes.length > buffer.length) {
        const larger = Buffer.allocUnsafeSlow(Math.max(size + bytes.length, buffer.length * 2, expected))
        buffer.copy(larger, 0, 0, size)
        buffer = larger
      }
      bytes.copy(buffer, size)
      size += bytes.length
    },
    read: (position, length) => buffer.subarray(position, Math.min(position + length, size)),
    truncate: (to) => {
      size = to
    },
    sync: () => Promise.resolve(),
    close: () => {},
    delete: () => {
      buffer = Buffer.alloc(0)
      size = 0
    },
  }
}

/** @param size bytes that the file has already */
export const fileStore = (path: string, initialSize: number): SegmentStore => {
  let size = initialSize
  let fd = openSync(path, initialSize === 0 ? 'w+' : 'r+')
  let syncing: Promise<void> | undefined
  let next: Promise<void> | undefined
  const syncNow = (): Promise<void> =>
    new Promise<void>((resolve, reject) => {
      if (fd < 0) return resolve() // deleted, or compacted, meanwhile
      fdatasync(fd, (error) => (error ? reject(error) : resolve()))
    }).finally(() => {
      syncing = undefined
    })
  return {
    get size() {
      return size
    },
    append: (bytes) => {
      let written = 0
      while (written < bytes.length) {
        written += writeSync(fd, bytes, written, bytes.length - written, size + written)
      }
      size += bytes.length // only now: what a failed write left behind is written over
    },
    read: (position, length) => {
      const wanted = Math.min(length, size - position)
      const bytes = Buffer.allocUnsafe(wanted)
      let read = 0
      while (read < wanted) {
        const some = readSync(fd, bytes, read, wanted - read, position + read)
        if (some === 0) break
        read += some
      }
      return bytes.subarray(0, read)
    },
    truncate: (to) => {
      ftruncateSync(fd, to)
      size = to
    },
    sync: () => {
      // One that is under way may have begun before our bytes were written: all who come meanwhile share the one after it.
      if (syncing === undefined) {
        syncing = syncNow()
        return syncing
      }
      next ??= syncing
        .catch(() => undefined)
        .then(() => {
          next = undefined
          syncing = syncNow()
          return syncing
        })
      return next
    },
    close: () => {
      if (fd >= 0) closeSync(fd)
      fd = -1
    },
    delete: () => {
      if (fd >= 0) closeSync(fd)
      fd = -1
      rmSync(path, { force: true })
    },
  }
}

export const syncFile = (path: string): void => {
  const fd = openSync(path, 'r')
  try {
    fdatasyncSync(fd)
  } finally {
    closeSync(fd)
  }
}
