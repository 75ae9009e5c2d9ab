import type { Stats } from 'node:fs'
import type { FileHandle } from 'node:fs/promises'
import { ConnectError } from '../../plugin/errors.ts'
import type { Logger } from '../../plugin/logger.ts'
import type { SourceRecord } from '../../plugin/record.ts'
import { type FilePlace, HEAD_BYTES, identityOf, identityText, isSameFile } from './file-identity.ts'
import { type ChunkPool, LineBuffer } from './line-buffer.ts'
import { lineRecord } from './line-record.ts'
import { type OpenFile, openFile, openRenamed, readHead, reasonOf, statOf } from './open-file.ts'
import type { TakenLines } from './taken-lines.ts'

/** How long a replaced file must be quiet before the new one is read: its writer may not have noticed yet. */
const REPLACED_QUIET_MS = 1000
/** The same for a file that is gone without a new one, and the longest that an old one is kept for. */
const GONE_QUIET_MS = 30_000

export interface TailSettings {
  /** As configured or found; it is the `filename` of the source partition, too. */
  readonly path: string
  readonly topic: string
  readonly chunks: ChunkPool
  readonly log: Logger
  /** After so many milliseconds without growth the last line is handed out unfinished. Negative: never. */
  readonly lastLineTimeout: number
  /** Whether offsets tell the file from others of the same name. */
  readonly withIdentity: boolean
  readonly known: KnownFiles
}

/** What is known of files under other names: a renamed file is not read twice. */
export interface KnownFiles {
  /** Where to go on in this file, which whoever else reads it lets go. Undefined for a new file. */
  claim(inode: number, head: Buffer): Promise<number | undefined>
  /** Whether another tail reads, or is about to read, the file of this name. */
  isRead(path: string): boolean
  /** A file was read as far as this and let go. */
  left(place: FilePlace): void
}

/** Reads one file as it grows, is truncated, renamed and made anew. Positions are bytes. */
export class FileTail {
  readonly path: string
  readonly #settings: TailSettings
  readonly #lines: LineBuffer
  readonly #partition: { readonly filename: string }
  #start: FilePlace
  #handle: FileHandle | undefined
  #device = 0
  #inode = 0
  #head: Buffer = Buffer.alloc(0)
  #identity: string | undefined
  #modified = Number.NaN
  /** Nothing was left behind what was read last. */
  #atEnd = false
  #grewAt = 0
  /** Since when another file, or none, has the name. */
  #goneAt: number | undefined
  #unfinishedDue = false
  #missingWasTold = false
  #readAt = 0
  #opened = 0

  constructor(settings: TailSettings, start: FilePlace) {
    this.path = settings.path
    this.#settings = settings
    this.#lines = new LineBuffer(settings.chunks)
    this.#partition = Object.freeze({ filename: settings.path })
    this.#start = start
  }

  /** How often a file was opened. */
  get opened(): number {
    return this.#opened
  }

  /** The file was removed and all of it is read. */
  get gone(): boolean {
    return this.#opened > 0 && this.#handle === undefined && this.#lines.held === 0
  }

  /** There may be whole lines to take. */
  get unsearched(): boolean {
    return this.#lines.unsearched
  }

  /** Nothing to take, and the end of the file was reached. */
  get caughtUp(): boolean {
    return this.#atEnd && !this.#lines.unsearched
  }

  /** Adds whole lines until there are `most`. */
  take(taken: TakenLines, most: number): void {
    const { block, records } = taken
    if (block !== undefined && this.#lines.takeBlock(block, most)) {
      block.describe(this.#partition, this.#lines.position, this.#record)
      return
    }
    this.#lines.take(records, most, this.#record)
    if (this.#unfinishedDue && records.length < most) {
      this.#unfinishedDue = false
      this.#lines.takeUnfinished(records, this.#record)
    }
  }

  /**
   * Reads on. To be called when `take` has nothing left.
   * @returns whether there may be something to take
   * @throws ConnectError when the file cannot be opened or read
   */
  async advance(now: number): Promise<boolean> {
    try {
      if (this.#handle === undefined && !(await this.#open(now))) return false
      return this.#atEnd ? await this.#lookAndRead(now) : await this.#read(now)
    } catch (error) {
      if (error instanceof ConnectError) throw error
      throw new ConnectError(`Could not read ${this.path}: ${reasonOf(error)}`, { cause: error })
    }
  }

  /** Gives memory back while nothing happens. */
  rest(): void {
    this.#lines.rest()
  }

  holds(inode: number): boolean {
    return this.#handle !== undefined && this.#inode === inode
  }

  /** Lets the open file go if it has another name now. @returns where reading has come to, undefined if it is kept */
  async release(): Promise<number | undefined> {
    if (this.#isOpen(await statOf(this.path))) return undefined
    const { position } = this.#lines
    await this.#leave()
    this.#lines.moveTo(0)
    return position
  }

  async close(): Promise<void> {
    const handle = this.#handle
    this.#handle = undefined
    await handle?.close()
  }

  readonly #record = (line: string, position: number): SourceRecord =>
    lineRecord(
      this.#settings.topic,
      line,
      this.#readAt,
      this.#partition,
      this.#identity === undefined ? { position } : { position, identity: this.#identity },
    )

  async #open(now: number): Promise<boolean> {
    const { path } = this
    const { log } = this.#settings
    const found = await openFile(path)
    if (found === undefined) {
      if (!this.#missingWasTold) log.warn(`File ${path} does not exist; waiting for it to be created`)
      this.#missingWasTold = true
      return false
    }
    // Ours from here on, so that it is closed whatever happens next.
    this.#handle = found.handle
    try {
      await this.#begin(await this.#resume(found), now)
    } catch (error) {
      await this.close()
      throw error
    }
    this.#start = FROM_START
    this.#opened++
    return true
  }

  /** Which file to go on with, and where: the one of this name, or the one that had it when offsets were stored. */
  async #resume(found: OpenFile): Promise<Resumed> {
    const { position, identity } = this.#start
    const { known, log } = this.#settings
    const head = await readHead(found.handle)
    const claimed = await known.claim(found.stats.ino, head)
    if (claimed !== undefined) return { file: found, position: claimed }
    if (identity === undefined || isSameFile(identity, found.stats.ino, head)) return { file: found, position }
    const renamed = await openRenamed(this.path, identity, known.isRead)
    if (renamed !== undefined) {
      await found.handle.close()
      return { file: renamed, position }
    }
    log.warn(`File ${this.path} is another one than before: reading it from the start`)
    return { file: found, position: 0 }
  }

  async #begin({ file: { handle, stats }, position: wanted }: Resumed, now: number): Promise<void> {
    const { log, lastLineTimeout } = this.#settings
    const tooFar = wanted > stats.size
    if (tooFar) {
      log.warn(`File ${this.path} has ${stats.size} bytes, but byte ${wanted} was stored: reading it from the start`)
    }
    const position = tooFar ? 0 : wanted
    this.#handle = handle
    this.#device = stats.dev
    this.#inode = stats.ino
    this.#head = Buffer.alloc(0)
    this.#identity = undefined
    this.#modified = Number.NaN
    this.#atEnd = false
    this.#grewAt = now
    this.#goneAt = undefined
    this.#missingWasTold = false
    this.#lines.moveTo(position)
    await this.#rememberHead()
    if (lastLineTimeout < 0 || position === 0) return
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(1), 0, 1, position - 1)
    this.#lines.skipTerminatorAfter(bytesRead === 1 ? buffer[0] : undefined)
  }

  async #read(now: number): Promise<boolean> {
    const handle = this.#handle
    if (handle === undefined) return false
    const room = this.#lines.room()
    const { bytesRead } = await handle.read(room, 0, room.length, this.#lines.end)
    this.#lines.filled(bytesRead)
    this.#atEnd = bytesRead < room.length
    if (bytesRead === 0) return false
    this.#readAt = Date.now()
    this.#grewAt = now
    if (this.#settings.withIdentity && this.#head.length < HEAD_BYTES) await this.#rememberHead()
    return true
  }

  /** At the end: what happened to the file since? */
  async #lookAndRead(now: number): Promise<boolean> {
    const stats = await statOf(this.path)
    if (!this.#isOpen(stats)) return (await this.#read(now)) || this.#leaveWhenQuiet(stats !== undefined, now)
    this.#goneAt = undefined
    const { end } = this.#lines
    if (stats.size === end && stats.mtimeMs === this.#modified) return this.#lastLineIsDue(now)
    this.#modified = stats.mtimeMs
    if (stats.size < end || !(await this.#rememberHead())) {
      this.#settings.log.warn(`File ${this.path} was truncated or written anew: reading it from the start`)
      this.#lines.moveTo(0)
      this.#head = Buffer.alloc(0)
      await this.#rememberHead()
    }
    return (await this.#read(now)) || this.#lastLineIsDue(now)
  }

  #lastLineIsDue(now: number): boolean {
    const { lastLineTimeout } = this.#settings
    this.#unfinishedDue = lastLineTimeout >= 0 && this.#lines.held > 0 && now - this.#grewAt >= lastLineTimeout
    return this.#unfinishedDue
  }

  /** @returns whether there is a last line to take, which nobody will finish any more */
  async #leaveWhenQuiet(replaced: boolean, now: number): Promise<boolean> {
    this.#goneAt ??= now
    const gone = now - this.#goneAt
    const quiet = Math.min(gone, now - this.#grewAt)
    if (quiet < (replaced ? REPLACED_QUIET_MS : GONE_QUIET_MS) && gone < GONE_QUIET_MS) return false
    this.#settings.log.info(`File ${this.path} was ${replaced ? 'replaced' : 'removed'} after byte ${this.#lines.end}`)
    const identity = identityOf(this.#inode, this.#head)
    this.#settings.known.left({ position: this.#lines.end, identity })
    await this.#leave()
    this.#unfinishedDue = this.#lines.held > 0
    // Also with nothing to take the caller shall come again, for the file that took the name.
    return this.#unfinishedDue || replaced
  }

  async #leave(): Promise<void> {
    await this.close()
    this.#start = FROM_START
    this.#missingWasTold = true
  }

  /** Takes in what is new of the head. @returns false when the file starts otherwise than before */
  async #rememberHead(): Promise<boolean> {
    if (this.#handle === undefined) return true
    const head = await readHead(this.#handle)
    if (!head.subarray(0, this.#head.length).equals(this.#head)) return false
    if (head.length > this.#head.length || this.#identity === undefined) {
      this.#head = head
      if (this.#settings.withIdentity) this.#identity = identityText(identityOf(this.#inode, head))
    }
    return true
  }

  #isOpen(stats: Stats | undefined): stats is Stats {
    return stats !== undefined && stats.ino === this.#inode && stats.dev === this.#device
  }
}

interface Resumed {
  readonly file: OpenFile
  readonly position: number
}

const FROM_START: FilePlace = { position: 0, identity: undefined }
