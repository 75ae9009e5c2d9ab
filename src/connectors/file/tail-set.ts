import { resolve } from 'node:path'
import type { SourceTaskContext } from '../../plugin/connector.ts'
import { type FilePlace, startsAs } from './file-identity.ts'
import { FileTail, type KnownFiles, type TailSettings } from './file-tail.ts'
import { placeOf } from './line-record.ts'

/** Files that were read and let go are remembered, in case they come up under another name. */
const MOST_REMEMBERED = 1000

export interface TailSetParts {
  readonly tail: Omit<TailSettings, 'path' | 'known'>
  /** The files to be read as of now. */
  readonly list: () => Promise<readonly string[]>
  readonly readOffset: SourceTaskContext['readOffset']
}

/** The files that a task reads, one tail each. */
export class TailSet {
  readonly #parts: TailSetParts
  readonly #tails = new Map<string, FileTail>()
  /** By inode. */
  readonly #places = new Map<string, FilePlace>()

  constructor(parts: TailSetParts) {
    this.#parts = parts
  }

  get all(): readonly FileTail[] {
    return [...this.#tails.values()]
  }

  of(path: string): FileTail | undefined {
    return this.#tails.get(resolve(path))
  }

  /** Looks which files there are. @returns the new ones; files that are gone and read to their end are dropped */
  async refresh(): Promise<readonly FileTail[]> {
    const { list, readOffset, tail } = this.#parts
    const paths = await list()
    const starts: (readonly [string, FilePlace])[] = []
    for (const path of paths) {
      if (this.of(path) !== undefined) continue
      const place = placeOf(await readOffset({ filename: path }))
      this.#remember(place)
      starts.push([path, place])
    }
    // Only now, with all places known, a file that has another name than before can be recognised.
    const fresh = starts.map(([path, start]) => new FileTail({ ...tail, path, known: this.#known }, start))
    const listed = new Set(paths)
    for (const [key, known] of this.#tails) if (known.gone && !listed.has(known.path)) this.#tails.delete(key)
    for (const each of fresh) this.#tails.set(resolve(each.path), each)
    return fresh
  }

  async close(): Promise<void> {
    await Promise.all(this.all.map((tail) => tail.close()))
    this.#tails.clear()
  }

  readonly #known: KnownFiles = {
    claim: async (inode, head) => {
      for (const tail of this.#tails.values()) {
        if (!tail.holds(inode)) continue
        const position = await tail.release()
        if (position !== undefined) return position
      }
      const place = this.#places.get(String(inode))
      if (place?.identity === undefined || !startsAs(place.identity, head)) return undefined
      this.#places.delete(String(inode))
      return place.position
    },
    isRead: (path) => this.of(path) !== undefined,
    left: (place) => this.#remember(place),
  }

  #remember(place: FilePlace): void {
    if (place.identity === undefined) return
    const { inode } = place.identity
    const before = this.#places.get(inode)
    // The same file under two names: the name it was read under last has come further.
    if (before !== undefined && before.position > place.position) return
    this.#places.delete(inode)
    this.#places.set(inode, place)
    const [oldest] = this.#places.keys()
    if (this.#places.size > MOST_REMEMBERED && oldest !== undefined) this.#places.delete(oldest)
  }
}
