// Finds code that stands twice in src/: runs of at least 12 lines that are the same when blanks and comments are left out.
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'

const LEAST_LINES = 12

interface Line {
  readonly file: string
  readonly number: number
  readonly text: string
}

export interface Duplicate {
  readonly lines: number
  readonly first: string
  readonly second: string
}

/** `file:line` of both places, longest first. */
export const findDuplicates = (sources: ReadonlyMap<string, string>, least = LEAST_LINES): Duplicate[] => {
  const files = [...sources].map(([file, code]) => meaningfulLines(file, code))
  const seen = new Map<string, { readonly file: Line[]; readonly at: number }>()
  const found: Duplicate[] = []
  for (const file of files) {
    for (let at = 0; at + least <= file.length; at++) {
      const window = file.slice(at, at + least).map(({ text }) => text)
      const key = window.join('\n')
      const earlier = seen.get(key)
      if (earlier === undefined) {
        seen.set(key, { file, at })
        continue
      }
      const overlaps = earlier.file === file && earlier.at + least > at
      if (overlaps) continue
      let lines = least
      while (sameLine(earlier.file[earlier.at + lines], file[at + lines])) lines++
      found.push({ lines, first: placeOf(earlier.file[earlier.at]), second: placeOf(file[at]) })
      at += lines - 1
    }
  }
  return found.sort((a, b) => b.lines - a.lines)
}

const sameLine = (a: Line | undefined, b: Line | undefined): boolean =>
  a !== undefined && b !== undefined && a.text === b.text
const placeOf = (line: Line | undefined): string => `${line?.file}:${line?.number}`

/** Imports repeat by nature, and so do closing brackets by themselves. */
const meaningfulLines = (file: string, code: string): Line[] => {
  const bare = code
    .replace(/\/\*[\s\S]*?\*\//g, (comment) => comment.replace(/[^\n]/g, ''))
    .replace(/^import\b[\s\S]*?\bfrom\s*'[^']*'/gm, (statement) => statement.replace(/[^\n]/g, ''))
  return bare
    .split('\n')
    .map((text, index) => ({
      file,
      number: index + 1,
      text: text
        .replace(/^\s*\/\/.*$/, '')
        .trim()
        .replace(/\s+/g, ' '),
    }))
    .filter(({ text }) => /\w/.test(text))
}

const main = (): void => {
  const root = fileURLToPath(new URL('..', import.meta.url))
  const names = readdirSync(join(root, 'src'), { recursive: true, encoding: 'utf8' }).filter((name) =>
    name.endsWith('.ts'),
  )
  const sources = new Map(
    names
      .sort()
      .map((name): [string, string] => [`src/${name}`, readFileSync(join(root, 'src', name), 'utf8')])
      // tables written by a program say so in their first line
      .filter(([, code]) => !/^\/[/*].*\bgenerated\b/i.test(code)),
  )
  const found = findDuplicates(sources)
  for (const { lines, first, second } of found) console.log(`${lines} lines stand twice: ${first} and ${second}`)
  console.log(
    found.length === 0 ? `No ${LEAST_LINES} lines stand twice in ${sources.size} files` : `${found.length} found`,
  )
  process.exitCode = found.length === 0 ? 0 : 1
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) main()
