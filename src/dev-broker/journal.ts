import { closeSync, existsSync, fdatasync, openSync, readFileSync, writeSync } from 'node:fs'
import { replaceFile } from './log/replace-file.ts'

type Part = string | number
export type JournalKey = readonly Part[]

/** Small things that outlive the process: topics, offsets of groups, transactions. The last value of each key counts. */
export interface Journal {
  get(key: JournalKey): unknown
  /** Keys that begin with these parts, and their values. */
  entries(...prefix: JournalKey): [key: JournalKey, value: unknown][]
  set(key: JournalKey, value: unknown): void
  delete(key: JournalKey): void
  /** Resolves when all that was set before survives a power failure. Undefined: nothing to wait for. */
  flush(): Promise<void> | undefined
  close(): void
}

export const memoryJournal = (): Journal => {
  const values = new Map<string, unknown>()
  return journalOver(values, () => {}, { flush: () => undefined, close: () => {} })
}

/** Lines that are out of date, beyond those in use, before the file is written anew. */
const slack = 10_000

/** A file of lines, each a JSON array of key and value; a key alone deletes it. A last line that was cut off is left out. */
export const openJournal = (path: string, fsync: boolean): Journal => {
  const values = existsSync(path) ? readLines(readFileSync(path, 'utf8')) : new Map<string, unknown>()
  let fd = -1
  let lines = 0
  let flushing: Promise<void> | undefined
  const rewrite = (): void => {
    const content = [...values].map(([key, value]) => `[${key},${JSON.stringify(value)}]\n`).join('')
    replaceFile(path, content, fsync)
    if (fd >= 0) closeSync(fd)
    fd = openSync(path, 'a')
    lines = values.size
  }
  rewrite()
  const append = (key: string, value: unknown): void => {
    writeSync(fd, value === undefined ? `[${key}]\n` : `[${key},${JSON.stringify(value)}]\n`)
    if (++lines > values.size * 4 + slack) rewrite()
  }
  const syncNow = (): Promise<void> =>
    new Promise((resolve, reject) => {
      fdatasync(fd, (error) => (error && error.code !== 'EBADF' ? reject(error) : resolve())) // EBADF: rewritten, and synced
    })
  return journalOver(values, append, {
    flush: () => {
      if (!fsync) return undefined
      const before = flushing ?? Promise.resolve()
      const mine = before.catch(() => undefined).then(syncNow)
      flushing = mine
      return mine
    },
    close: () => {
      rewrite()
      closeSync(fd)
    },
  })
}

const journalOver = (
  values: Map<string, unknown>,
  append: (key: string, value: unknown) => void,
  ends: Pick<Journal, 'flush' | 'close'>,
): Journal => ({
  get: (key) => values.get(JSON.stringify(key)),
  entries: (...prefix) => {
    const start = JSON.stringify(prefix).slice(0, -1)
    const found: [JournalKey, unknown][] = []
    for (const [text, value] of values) {
      if (text.startsWith(start) && (text[start.length] === ',' || text[start.length] === ']')) {
        found.push([JSON.parse(text) as JournalKey, value])
      }
    }
    return found
  },
  set: (key, value) => {
    const text = JSON.stringify(key)
    values.set(text, value)
    append(text, value)
  },
  delete: (key) => {
    const text = JSON.stringify(key)
    if (values.delete(text)) append(text, undefined)
  },
  ...ends,
})

const readLines = (content: string): Map<string, unknown> => {
  const values = new Map<string, unknown>()
  for (const line of content.split('\n')) {
    let entry: unknown[]
    try {
      entry = JSON.parse(line) as unknown[]
    } catch {
      continue // cut off when the process was killed; nobody was told that it is stored
    }
    const key = JSON.stringify(entry[0])
    if (entry.length === 1) values.delete(key)
    else values.set(key, entry[1])
  }
  return values
}
