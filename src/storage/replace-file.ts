import type { Stats } from 'node:fs'
import { copyFile, type FileHandle, link, open, rename, stat, unlink, writeFile } from 'node:fs/promises'
import { dirname } from 'node:path'

/** Where the copy before the last one is kept. */
export const backupOf = (path: string): string => `${path}.bak`

/** Suffix of the file that is being written; the process id keeps two workers out of each other's. */
export const temporaryOf = (path: string, pid: number | string = process.pid): string => `${path}.${pid}.tmp`

/** `atomic` false: the file had to be rewritten in place, where a crash can damage it; `reason` says why. */
export type Replaced = { readonly atomic: true } | { readonly atomic: false; readonly reason: string }

/**
 * Replaces a file so that at any moment, `kill -9` and power failure included, the path holds the old or the new content
 * in full; the new content is on disk when the promise resolves. Owner stays, and the mode, unless `mode` is given. With
 * `keepOld` the old content becomes {@link backupOf} the path.
 *
 * A path that cannot be renamed onto (a device such as /dev/null, a file mounted by itself into a container, a folder
 * without write permission) is rewritten in place, as the JVM worker always does.
 *
 * @throws the file system's error when neither is possible
 */
export const replaceFile = async (
  path: string,
  content: Uint8Array,
  { keepOld, mode }: { readonly keepOld: boolean; readonly mode?: number },
): Promise<Replaced> => {
  const before = await statOf(path)
  if (before !== undefined && !before.isFile()) {
    await writeFile(path, content)
    return { atomic: false, reason: 'it is not a regular file' }
  }
  const temporary = temporaryOf(path)
  try {
    await writeDurably(temporary, content, before, mode)
    if (keepOld) await keepBackup(path, before !== undefined)
    await rename(temporary, path)
    await syncFolder(dirname(path))
    return { atomic: true }
  } catch (error) {
    await unlink(temporary).catch(() => undefined)
    if (before === undefined || !IN_PLACE_CODES.has(codeOf(error))) throw error
    await writeInPlace(path, content)
    return { atomic: false, reason: `its folder does not allow to replace it (${codeOf(error)})` }
  }
}

const IN_PLACE_CODES: ReadonlySet<string> = new Set(['EBUSY', 'EACCES', 'EPERM', 'EROFS', 'EXDEV'])

/** The `code` of a system error, or an empty text. */
export const codeOf = (error: unknown): string =>
  error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : ''

const statOf = async (path: string): Promise<Stats | undefined> => {
  try {
    return await stat(path)
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return undefined
    throw error
  }
}

const writeDurably = async (
  path: string,
  content: Uint8Array,
  before: Stats | undefined,
  mode: number | undefined,
): Promise<void> =>
  using(await open(path, 'w', mode), async (file) => {
    // Before there is anything to read: a file of that name may have been left behind with another mode.
    if (mode !== undefined) await file.chmod(mode)
    await file.writeFile(content)
    if (before !== undefined) {
      const own = await file.stat()
      if (mode === undefined && own.mode !== before.mode) await file.chmod(before.mode & 0o7777)
      // Only root may give a file away; anyone else goes on with a file of their own.
      if (own.uid !== before.uid || own.gid !== before.gid)
        await file.chown(before.uid, before.gid).catch(() => undefined)
    }
    await file.sync()
  })

const writeInPlace = async (path: string, content: Uint8Array): Promise<void> =>
  using(await open(path, 'r+'), async (file) => {
    await file.truncate(0)
    await file.writeFile(content)
    await file.sync()
  })

const using = async (file: FileHandle, work: (file: FileHandle) => Promise<void>): Promise<void> => {
  try {
    await work(file)
  } finally {
    await file.close()
  }
}

/** A second name for the content that is about to be replaced. A file that begins anew must not inherit an old backup. */
const keepBackup = async (path: string, exists: boolean): Promise<void> => {
  const backup = backupOf(path)
  if (!exists) {
    await unlink(backup).catch(() => undefined)
    return
  }
  const next = temporaryOf(backup)
  await unlink(next).catch(() => undefined)
  try {
    await link(path, next)
  } catch {
    await copyFile(path, next) // a file system without hard links
  }
  await rename(next, backup)
}

const syncFolder = async (folder: string): Promise<void> => {
  if (process.platform === 'win32') return // folders cannot be opened there
  await using(await open(folder, 'r'), (handle) => handle.sync())
}
