import { readFileSync } from 'node:fs'
import { ConfigFileError } from './config-file-error.ts'

const REASONS: Readonly<Record<string, string>> = {
  ENOENT: 'no such file',
  EACCES: 'permission denied',
  EISDIR: 'it is a directory',
  ENOTDIR: 'a part of its path is not a directory',
  ELOOP: 'too many symbolic links',
}

/** Why a file could not be read, for people. */
export const readFailure = (error: unknown): string => {
  const code = (error as NodeJS.ErrnoException).code ?? ''
  return REASONS[code] ?? (code || String(error))
}

/** @throws ConfigFileError naming the file and why it cannot be read; `what` says what it was wanted for */
export const readBytes = (path: string, what: string): Buffer => {
  try {
    return readFileSync(path)
  } catch (error) {
    throw new ConfigFileError(path, [{ message: `could not read ${what} '${path}': ${readFailure(error)}` }], {
      cause: error,
    })
  }
}

export interface DecodedText {
  readonly text: string
  readonly encoding: 'UTF-8' | 'ISO-8859-1'
}

/** UTF-8 where the bytes are valid UTF-8 (a byte order mark is dropped), else ISO-8859-1, as the JVM reads every file. */
export const decodeText = (bytes: Uint8Array): DecodedText => {
  try {
    return { text: new TextDecoder('utf-8', { fatal: true }).decode(bytes), encoding: 'UTF-8' }
  } catch {
    return { text: Buffer.from(bytes).toString('latin1'), encoding: 'ISO-8859-1' }
  }
}
