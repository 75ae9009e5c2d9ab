import { untilSharedMoment } from '../../config/shared-moment.ts'
import type { SourceTask, TaskContext } from '../../plugin/connector.ts'
import type { SourceRecord } from '../../plugin/record.ts'
import type { Polled } from '../../plugin/text-block.ts'
import type { FileTail } from './file-tail.ts'
import { LineBlock } from './line-block.ts'
import { reasonOf } from './open-file.ts'
import type { TailSet } from './tail-set.ts'
import { TakenLines } from './taken-lines.ts'
import { WakeUp } from './wake-up.ts'
import { type PathWatch, type WatchTarget, watchPath } from './watch-path.ts'

/** How long a poll waits for lines. */
const POLL_MS = 1000
/** After a change the next look is this near, then twice as far each time: watching may miss what follows at once. */
const NEAREST_LOOK_MS = 20
/** All files are looked at this often, watched or not; of many watched ones, so many at a time. */
const LOOK_MS = 1000
const MOST_LOOKS = 100
/** How often matching files are searched for, and how often at most when something appears. */
const FIND_MS = 5000
const UNWATCHED_FIND_MS = 1000
const NEAREST_FIND_MS = 200
/** How soon one of many files that could not be read is tried again. */
const BROKEN_MS = 60_000

export interface FileReaderParts {
  /** Most records of one poll. */
  readonly most: number
  readonly tails: TailSet
  /** Many files: they come and go, and one that cannot be read does not fail the task. */
  readonly many: boolean
  /** What to watch; undefined to look each second only. */
  readonly watch: WatchTarget | undefined
  readonly context: Pick<TaskContext, 'log' | 'signal'>
}

/** Reads one file or many, in turns of a chunk. */
export class FileReader implements SourceTask {
  readonly #parts: FileReaderParts
  /** There may be something to read in these. */
  readonly #ready = new Set<FileTail>()
  /** These changed a moment ago. */
  readonly #recent = new Set<FileTail>()
  readonly #brokenUntil = new Map<FileTail, number>()
  readonly #wakeUp = new WakeUp()
  readonly #block = new LineBlock()
  #delay = NEAREST_LOOK_MS
  #lookAt = 0
  #looked = 0
  #findAt = 0
  #foundAt = Number.NEGATIVE_INFINITY
  #watch: PathWatch | undefined
  #watchFailed = false
  /** Which opening of the one file is watched. */
  #watchedOpening = 0
  #failure: unknown

  constructor(parts: FileReaderParts) {
    this.#parts = parts
  }

  async poll(): Promise<readonly SourceRecord[] | null> {
    const taken = await this.#poll(new TakenLines())
    return taken?.records ?? null
  }

  async pollTexts(): Promise<Polled | null> {
    const taken = await this.#poll(new TakenLines(this.#block))
    return taken?.polled ?? null
  }

  /** @returns what was taken, null when there was nothing to take in time */
  async #poll(taken: TakenLines): Promise<TakenLines | null> {
    const { signal } = this.#parts.context
    const began = performance.now()
    const until = began + untilSharedMoment(POLL_MS, began)
    while (!signal.aborted) {
      await this.#collect(taken)
      if (taken.length > 0) {
        this.#delay = NEAREST_LOOK_MS
        return taken
      }
      const left = until - performance.now()
      if (left <= 0) break
      await this.#keepWatch()
      await this.#wait(left)
    }
    return null
  }

  async stop(): Promise<void> {
    await this.#watch?.close()
    await this.#parts.tails.close()
  }

  async #collect(taken: TakenLines): Promise<void> {
    if (this.#failure !== undefined) throw this.#failure
    const now = performance.now()
    if (now >= this.#findAt) await this.#find(now)
    for (const tail of [...this.#ready]) {
      if (taken.length >= this.#parts.most || taken.closed) return
      try {
        await this.#readFrom(tail, taken, now)
      } catch (error) {
        this.#ready.delete(tail)
        this.#failed(tail, error, now)
      }
    }
    if (this.#failure !== undefined && taken.length === 0) throw this.#failure
  }

  async #readFrom(tail: FileTail, taken: TakenLines, now: number): Promise<void> {
    const { most } = this.#parts
    const before = taken.length
    if ((this.#brokenUntil.get(tail) ?? now) > now) {
      this.#ready.delete(tail)
      return
    }
    tail.take(taken, most)
    while (taken.length < most && !taken.closed) {
      // What comes after the end of the file can wait until these records are on their way.
      if (taken.length > 0 && tail.caughtUp) break
      if (taken.length > before && this.#ready.size > 1) break
      if (!(await tail.advance(now))) {
        this.#ready.delete(tail)
        tail.rest()
        break
      }
      tail.take(taken, most)
    }
    if (taken.length === before) return
    this.#recent.add(tail)
    // The others' turn comes when the chunk is used up.
    if (this.#ready.size > 1 && !tail.unsearched && this.#ready.delete(tail)) this.#ready.add(tail)
  }

  /** Lines read before the failure go their way first; the next poll throws. */
  #failed(tail: FileTail, error: unknown, now: number): void {
    if (!this.#parts.many) {
      this.#failure = error
      return
    }
    this.#parts.context.log.error(`${reasonOf(error)}; going on with the other files`, { error })
    this.#brokenUntil.set(tail, now + BROKEN_MS)
  }

  async #find(now: number): Promise<void> {
    const { tails, many } = this.#parts
    this.#foundAt = now
    this.#findAt = many ? now + (this.#watch === undefined ? UNWATCHED_FIND_MS : FIND_MS) : Number.POSITIVE_INFINITY
    for (const tail of await tails.refresh()) this.#ready.add(tail)
  }

  async #wait(left: number): Promise<void> {
    const { tails, context } = this.#parts
    await this.#wakeUp.wait(Math.min(left, this.#delay), context.signal)
    this.#delay = Math.min(this.#delay * 2, LOOK_MS)
    for (const tail of this.#recent) this.#ready.add(tail)
    if (this.#delay === LOOK_MS) this.#recent.clear()
    const now = performance.now()
    if (now < this.#lookAt) return
    // A poll that begins now ends no later.
    this.#lookAt = now + untilSharedMoment(LOOK_MS, now)
    const { all } = tails
    const looks = this.#watch === undefined ? all.length : Math.min(all.length, MOST_LOOKS)
    for (let count = 0; count < looks; count++) {
      const tail = all[this.#looked++ % all.length]
      if (tail !== undefined) this.#ready.add(tail)
    }
  }

  async #keepWatch(): Promise<void> {
    const { watch, many, tails } = this.#parts
    if (watch === undefined || this.#watchFailed) return
    // A watch on a file follows its inode, so the one that took its name is watched anew.
    const opening = many ? 1 : (tails.all[0]?.opened ?? 0)
    if (opening === this.#watchedOpening) return
    this.#watchedOpening = opening
    await this.#watch?.close()
    try {
      this.#watch = await watchPath(watch, {
        changed: (path) => this.#changed(tails.of(path)),
        appeared: (path) => {
          this.#changed(tails.of(path))
          if (many) this.#findAt = Math.max(performance.now(), this.#foundAt + NEAREST_FIND_MS)
        },
        failed: (error) => this.#unwatch(error),
      })
    } catch (error) {
      this.#unwatch(error)
    }
  }

  #changed(tail: FileTail | undefined): void {
    if (tail !== undefined) {
      this.#ready.add(tail)
      this.#recent.add(tail)
    }
    this.#delay = NEAREST_LOOK_MS
    this.#wakeUp.wake()
  }

  #unwatch(error: unknown): void {
    const { watch, context } = this.#parts
    this.#watch = undefined
    this.#watchFailed = true
    context.log.warn(`Changes of ${watch?.path} cannot be watched; looking each second: ${reasonOf(error)}`)
  }
}
