import { type FileHandle, open } from 'node:fs/promises'
import { ConnectError } from '../../plugin/errors.ts'
import type { Logger } from '../../plugin/logger.ts'
import type { LineTarget } from './line-target.ts'
import { reasonOf, statOf } from './open-file.ts'

/** How often at most the name is looked at, to see whether it still means the open file. */
const LOOK_MS = 1000

export interface AppendOptions {
  /** Whether `flush` forces the bytes to the disk. */
  readonly fsync: boolean
  /** Whether a file that was renamed or removed is left for a new one. */
  readonly reopen: boolean
  readonly log: Logger
}

/** A file that several may append to: each write is one piece of whole lines, put at the end by the operating system. */
export class AppendedFile implements LineTarget {
  readonly #path: string
  readonly #options: AppendOptions
  #handle: FileHandle
  #unsynced = false
  #lookAt = 0

  private constructor(path: string, options: AppendOptions, handle: FileHandle) {
    this.#path = path
    this.#options = options
    this.#handle = handle
  }

  /** @throws ConnectError with the reason when the file can be neither opened nor made */
  static async open(path: string, options: AppendOptions): Promise<AppendedFile> {
    return new AppendedFile(path, options, await openToAppend(path))
  }

  async write(lines: Buffer): Promise<void> {
    if (this.#options.reopen) await this.#followName()
    await this.#try('write to', async () => {
      this.#unsynced = true
      for (let written = 0; written < lines.length; ) {
        written += (await this.#handle.write(lines, written, lines.length - written)).bytesWritten
      }
    })
  }

  async flush(): Promise<void> {
    if (!this.#unsynced || !this.#options.fsync) return
    await this.#try('sync', () => this.#sync())
  }

  async close(): Promise<void> {
    try {
      await this.flush()
    } finally {
      await this.#handle.close()
    }
  }

  async #sync(): Promise<void> {
    try {
      await this.#handle.datasync()
    } catch (error) {
      // A pipe or a terminal has nothing to sync.
      if (!(error instanceof Error && 'code' in error && error.code === 'EINVAL')) throw error
    }
    this.#unsynced = false
  }

  /** A file that got another name is complete: go on in the one that has the name, made if there is none. */
  async #followName(): Promise<void> {
    const now = performance.now()
    if (now < this.#lookAt) return
    this.#lookAt = now + LOOK_MS
    await this.#try('look at', async () => {
      const [named, open] = await Promise.all([statOf(this.#path), this.#handle.stat()])
      if (named?.ino === open.ino && named.dev === open.dev) return
      const next = await openToAppend(this.#path)
      try {
        if (this.#unsynced && this.#options.fsync) await this.#sync()
      } catch (error) {
        await next.close()
        throw error
      }
      await this.#handle.close()
      this.#handle = next
      this.#options.log.info(`File ${this.#path} was renamed or removed: going on in a new one`)
    })
  }

  async #try(what: string, step: () => Promise<void>): Promise<void> {
    try {
      await step()
    } catch (error) {
      if (error instanceof ConnectError) throw error
      throw new ConnectError(`Could not ${what} file '${this.#path}': ${reasonOf(error)}`, { cause: error })
    }
  }
}

const openToAppend = async (path: string): Promise<FileHandle> => {
  try {
    return await open(path, 'a')
  } catch (error) {
    const message = `Couldn't find or create file '${path}' for FileStreamSinkTask: ${reasonOf(error)}`
    throw new ConnectError(message, { cause: error })
  }
}
