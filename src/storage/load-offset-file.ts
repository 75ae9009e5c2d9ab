import { readFile } from 'node:fs/promises'
import { type JavaMapEntry, JavaMapFormatError, readJavaMap } from './java-map-file.ts'
import { removeLeftovers } from './remove-leftovers.ts'
import { backupOf, codeOf, replaceFile } from './replace-file.ts'
import { setAside } from './set-aside.ts'

/** Where an offset file reports what a user should know. Any logger of ours fits. */
export interface OffsetFileLog {
  warn(message: string): void
}

/** The offset file cannot be read or written. `message` names the file and what is wrong. */
export class OffsetFileError extends Error {
  override readonly name = 'OffsetFileError'
}

/**
 * What an offset file holds; a missing one holds nothing. A damaged one is set aside and replaced by its backup when that
 * is good, so that nothing is ever overwritten that somebody might still want to look into.
 *
 * @throws OffsetFileError when the file is there and cannot be read, or cannot be set aside
 */
export const loadOffsetFile = async (path: string, log: OffsetFileLog): Promise<readonly JavaMapEntry[]> => {
  await removeLeftovers(path)
  const content = await read(path)
  if (content === undefined) return []
  const problem = problemOf(content)
  if (problem === undefined) return readJavaMap(content)

  const backup = await read(backupOf(path)).catch(() => undefined)
  const usable = backup !== undefined && problemOf(backup) === undefined ? backup : undefined
  // Nothing to look into: a file made by `touch`, a device, or one that a crashing JVM had just truncated.
  if (content.length === 0 && usable === undefined) return []

  const aside = content.length === 0 ? undefined : await moveAside(path, usable !== undefined)
  const kept = aside === undefined ? '' : ` It was set aside as ${aside}.`
  if (usable === undefined) {
    log.warn(
      `Offset file ${path} is damaged: ${problem}.${kept} No good copy was found: connectors start without offsets.`,
    )
    return []
  }
  await replaceFile(path, usable, { keepOld: false })
  const entries = readJavaMap(usable)
  log.warn(
    `Offset file ${path} is damaged: ${problem}.${kept} The copy from before its last change, ${backupOf(path)}, is used ` +
      `instead (${entries.length} entries): some records may be delivered again.`,
  )
  return entries
}

const READ_FAILURES: Readonly<Record<string, string>> = {
  EISDIR: 'it is a folder',
  EACCES: 'permission denied',
  ENOTDIR: 'a part of its path is not a folder',
}

const read = async (path: string): Promise<Buffer | undefined> => {
  try {
    return await readFile(path)
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return undefined
    const reason = READ_FAILURES[codeOf(error) ?? ''] ?? (error instanceof Error ? error.message : String(error))
    throw new OffsetFileError(`Offset file ${path} cannot be read: ${reason}`, { cause: error })
  }
}

const problemOf = (content: Buffer): string | undefined => {
  try {
    readJavaMap(content)
    return undefined
  } catch (error) {
    if (error instanceof JavaMapFormatError) return error.message
    throw error
  }
}

const moveAside = async (path: string, replacementFollows: boolean): Promise<string> => {
  try {
    return await setAside(path, replacementFollows)
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error)
    throw new OffsetFileError(`Offset file ${path} is damaged and cannot be set aside: ${reason}`, { cause: error })
  }
}
