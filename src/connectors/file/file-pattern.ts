import type { Dirent } from 'node:fs'
import { readdir, stat } from 'node:fs/promises'
import { basename } from 'node:path'

const GLOB = /[*?[{]/

/** Whether `file` stands for many files: a directory that ends with `/`, or a glob that is not itself a file's name. */
export const namesManyFiles = async (file: string): Promise<boolean> => {
  if (file.endsWith('/')) return true
  return GLOB.test(file) && (await stat(file).catch(() => undefined)) === undefined
}

/** Files to be read, found again and again as they come and go. */
export interface FilePattern {
  /** The deepest directory that all files are in. */
  readonly base: string
  /** How many directories below `base` there can be matches. */
  readonly depth: number
  /** Whether a file of this name can be one of them, wherever it is. */
  mayMatch(path: string): boolean
  /** Matching regular files, sorted. Links to files count, links to directories are not followed by `**`. */
  list(): Promise<readonly string[]>
}

/**
 * `*`, `?`, `[a-z]`, `[!a-z]`, `{a,b}` within a name, `**` for any number of directories. Names that start with a dot match
 * only a dot. `\` takes the next character as it is. A path that ends with `/` means the files directly in it.
 */
export const compileFilePattern = (file: string): FilePattern => {
  const directory = file.endsWith('/')
  const parts = file.split('/')
  const firstGlob = directory ? parts.length - 1 : parts.findIndex((part) => GLOB.test(part))
  const base = parts.slice(0, firstGlob).join('/') || (file.startsWith('/') ? '/' : '.')
  const prefix = parts.slice(0, firstGlob).map((part) => `${part}/`)
  const names = directory ? [nameMatcher('*')] : parts.slice(firstGlob).map(nameMatcher)
  return {
    base,
    depth: names.includes('**') ? Number.POSITIVE_INFINITY : names.length - 1,
    mayMatch: (path) => {
      const name = names.at(-1)
      return path === file || name === undefined || name === '**' || name.test(basename(path))
    },
    list: async () => {
      const found = new Set<string>()
      await walk(prefix.join(''), names, found)
      if (!directory && (await isFile(file))) found.add(file)
      return [...found].sort()
    },
  }
}

type NameMatcher = RegExp | '**'

const walk = async (prefix: string, names: readonly NameMatcher[], found: Set<string>): Promise<void> => {
  const [name, ...rest] = names
  if (name === undefined) return
  // `a/**/b` finds `a/b`, and a final `**` the files right here.
  if (name === '**') await walk(prefix, rest.length === 0 ? [ANY_NAME] : rest, found)
  for (const entry of await entriesOf(prefix)) {
    const path = prefix + entry.name
    if (name === '**') {
      if (entry.isDirectory() && !entry.name.startsWith('.')) await walk(`${path}/`, names, found)
    } else if (name.test(entry.name)) {
      if (rest.length > 0) {
        if (entry.isDirectory() || entry.isSymbolicLink()) await walk(`${path}/`, rest, found)
      } else if (entry.isFile() || (entry.isSymbolicLink() && (await isFile(path)))) found.add(path)
    }
  }
}

const entriesOf = async (prefix: string): Promise<readonly Dirent[]> => {
  try {
    return await readdir(prefix || '.', { withFileTypes: true })
  } catch {
    // Not there, no directory, not ours to read: nothing matches in it now.
    return []
  }
}

const isFile = async (path: string): Promise<boolean> => (await stat(path).catch(() => undefined))?.isFile() ?? false

const nameMatcher = (glob: string): NameMatcher => {
  if (glob === '**') return '**'
  let source = glob.startsWith('.') ? '' : '(?!\\.)'
  let depth = 0
  for (let at = 0; at < glob.length; at++) {
    const char = glob.charAt(at)
    const close = char === '[' ? glob.indexOf(']', at + 2) : -1
    if (char === '\\' && at + 1 < glob.length) source += literal(glob.charAt(++at))
    else if (char === '*') source += '.*'
    else if (char === '?') source += '.'
    else if (close > 0) {
      const set = glob.slice(at + 1, close).replace(/[\\[\]]/g, '\\$&')
      source += `[${set.replace(/^[!^]/, '^')}]`
      at = close
    } else if (char === '{' && glob.includes('}', at)) {
      source += '(?:'
      depth++
    } else if (char === ',' && depth > 0) source += '|'
    else if (char === '}' && depth > 0) {
      source += ')'
      depth--
    } else source += literal(char)
  }
  try {
    return new RegExp(`^${source}${')'.repeat(depth)}$`, 's')
  } catch {
    // For example the set `[z-a]`: then the name is meant as it is written.
    return new RegExp(`^${[...glob].map(literal).join('')}$`, 's')
  }
}

const literal = (char: string): string => char.replace(/[\\^$.*+?()[\]{}|]/, '\\$&')
const ANY_NAME = nameMatcher('*')

/** Which of `count` tasks reads this file: the same one wherever and whenever it is asked. */
export const shareOf = (path: string, count: number): number => {
  let hash = 0x811c9dc5
  for (let at = 0; at < path.length; at++) hash = Math.imul(hash ^ path.charCodeAt(at), 0x01000193)
  return (hash >>> 0) % count
}
