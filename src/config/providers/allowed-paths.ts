import { realpathSync } from 'node:fs'
import { realpath } from 'node:fs/promises'
import { isAbsolute, normalize, sep } from 'node:path'
import type { RawConfig } from '../define.ts'

/** The path to read in place of the given one, or undefined when that may not be read. */
export type AllowPath = (path: string) => Promise<string | undefined>

interface AllowedPath {
  readonly written: string
  readonly real: string
}

const withoutTrailingSeparator = (path: string): string =>
  path.length > 1 && path.endsWith(sep) ? path.slice(0, -1) : path

const isWithin = (path: string, folder: string): boolean =>
  path === folder || path.startsWith(folder === sep ? folder : folder + sep)

const parse = (entry: string): AllowedPath => {
  const written = withoutTrailingSeparator(normalize(entry.trim()))
  if (!isAbsolute(written)) throw new Error(`allowed.paths: Path ${written} is not absolute`)
  try {
    return { written, real: realpathSync(written) }
  } catch (error) {
    throw new Error(`allowed.paths: Path ${written} does not exist`, { cause: error })
  }
}

/**
 * Reads `allowed.paths`, a comma-separated list of files and folders; everything is allowed without it.
 *
 * The JVM compares paths as text, after removing `..`. Here the file a path really leads to must be allowed as well, so a
 * symbolic link cannot lead out of an allowed folder.
 *
 * @throws Error when a listed path is not absolute or does not exist
 */
export const allowedPaths = (parameters: RawConfig): AllowPath => {
  const setting = parameters['allowed.paths']
  if (!setting) return async (path) => path
  const allowed = setting.split(',').map(parse)
  return async (path) => {
    const written = normalize(path)
    if (!allowed.some((entry) => isWithin(written, entry.written))) return undefined
    // A path that leads nowhere stays as it is: reading it gives the error that tells so.
    const real = await realpath(written).catch(() => undefined)
    if (real === undefined) return written
    return allowed.some((entry) => isWithin(real, entry.real)) ? real : undefined
  }
}

export const pathNotAllowed = (path: string): string =>
  `The path ${path} is not allowed to be accessed: it is not within allowed.paths`
