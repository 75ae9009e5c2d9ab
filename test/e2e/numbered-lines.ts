import { closeSync, createReadStream, existsSync, openSync, readSync, writeSync } from 'node:fs'

/** Line `n` of a test file: every line differs, and each tells its number. */
export const lineOf = (n: number): string => `${n} ${PADDING.slice(0, 20 + (n % 60))}`

/** The JVM worker counts characters where it should count bytes: it can go on only in files of ASCII. */
export const asciiLineOf = (n: number): string => `${n} ${'only plain letters here'.slice(0, n % 20)}`

const PADDING = 'The quick brown fox jumps over the lazy dog, and ümläute come along: äöü ß €, ends here.'

/** Writes (or appends) the lines `from` to below `to`. */
export const writeLines = (file: string, from: number, to: number, line = lineOf): void => {
  const handle = openSync(file, 'a')
  try {
    for (let at = from; at < to; at += 10_000) {
      let text = ''
      for (let n = at; n < Math.min(to, at + 10_000); n++) text += `${line(n)}\n`
      writeSync(handle, text)
    }
  } finally {
    closeSync(handle)
  }
}

/** No file has no lines. */
export const countLines = (file: string): number => {
  if (!existsSync(file)) return 0
  const handle = openSync(file, 'r')
  const buffer = Buffer.alloc(1 << 20)
  let lines = 0
  try {
    for (let read = readSync(handle, buffer); read > 0; read = readSync(handle, buffer)) {
      for (let at = buffer.indexOf(10); at >= 0 && at < read; at = buffer.indexOf(10, at + 1)) lines++
    }
  } finally {
    closeSync(handle)
  }
  return lines
}

/** How often each number was seen. */
export interface Tally {
  add(line: string): void
  /** Lines that are none of ours. */
  readonly strange: readonly string[]
  missing(): readonly number[]
  repeated(): number
  /** Whether each number came for the first time after those before it. */
  readonly inOrder: boolean
}

export const tallyOf = (count: number, lineAt = lineOf): Tally => {
  const seen = new Uint16Array(count)
  const strange: string[] = []
  let next = 0
  let inOrder = true
  let repeats = 0
  return {
    strange,
    get inOrder() {
      return inOrder
    },
    add(line) {
      const n = Number.parseInt(line, 10)
      if (!(n >= 0 && n < count) || line !== lineAt(n)) {
        if (strange.length < 10) strange.push(line)
        return
      }
      if (seen[n]) repeats++
      else if (n === next) next++
      else inOrder = false
      seen[n] = seen[n]! + 1
    },
    missing() {
      const missing: number[] = []
      for (let n = 0; n < count && missing.length < 20; n++) if (seen[n] === 0) missing.push(n)
      return missing
    },
    repeated: () => repeats,
  }
}

/** The numbers in a file of lines. A last line that has no end yet counts as strange. */
export const tallyFile = async (
  file: string,
  count: number,
  lineAt = lineOf,
  tally = tallyOf(count, lineAt),
): Promise<Tally> => {
  let rest = ''
  for await (const chunk of createReadStream(file, { encoding: 'utf8', highWaterMark: 1 << 20 })) {
    const lines = (rest + chunk).split('\n')
    rest = lines.pop() ?? ''
    for (const line of lines) tally.add(line)
  }
  if (rest !== '') tally.add(`${rest} (and no end of line)`)
  return tally
}
