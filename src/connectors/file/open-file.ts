import { constants, type Stats } from 'node:fs'
import { type FileHandle, open, readdir, stat } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { ConnectError } from '../../plugin/errors.ts'
import { type FileIdentity, HEAD_BYTES, isSameFile } from './file-identity.ts'

export interface OpenFile {
  readonly handle: FileHandle
  readonly stats: Stats
}

/**
 * Opens a regular file for reading. Undefined when there is no such file.
 * @throws ConnectError when it cannot be opened, or is no regular file
 */
export const openFile = async (path: string): Promise<OpenFile | undefined> => {
  let handle: FileHandle
  try {
    // Without O_NONBLOCK, opening a named pipe would wait for its writer.
    handle = await open(path, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0))
  } catch (error) {
    if (isMissing(error)) return undefined
    throw new ConnectError(`Could not open ${path}: ${reasonOf(error)}`, { cause: error })
  }
  const stats = await handle.stat()
  if (stats.isFile()) return { handle, stats }
  await handle.close()
  const what = stats.isDirectory() ? 'is a directory; end it with / to read the files in it' : 'is no regular file'
  throw new ConnectError(`Could not open ${path}: it ${what}`)
}

/** The first bytes of a file, all of them when it is shorter than {@link HEAD_BYTES}. */
export const readHead = async (handle: FileHandle): Promise<Buffer> => {
  const { buffer, bytesRead } = await handle.read(Buffer.alloc(HEAD_BYTES), 0, HEAD_BYTES, 0)
  return buffer.subarray(0, bytesRead)
}

/** The identified file under the name it has now in the directory of `path`. `passOver`: names that are taken care of. */
export const openRenamed = async (
  path: string,
  identity: FileIdentity,
  passOver: (path: string) => boolean,
): Promise<OpenFile | undefined> => {
  const directory = dirname(path)
  for (const name of await readdir(directory)) {
    const other = join(directory, name)
    const stats = passOver(other) ? undefined : await statOf(other)
    if (!stats?.isFile() || String(stats.ino) !== identity.inode) continue
    const found = await openFile(other)
    if (found === undefined) continue
    if (isSameFile(identity, found.stats.ino, await readHead(found.handle))) return found
    await found.handle.close()
  }
  return undefined
}

/** Undefined when there is no such file. */
export const statOf = async (path: string): Promise<Stats | undefined> => {
  try {
    return await stat(path)
  } catch (error) {
    if (isMissing(error)) return undefined
    throw error
  }
}

export const reasonOf = (error: unknown): string => (error instanceof Error ? error.message : String(error))

const isMissing = (error: unknown): boolean => error instanceof Error && 'code' in error && error.code === 'ENOENT'
