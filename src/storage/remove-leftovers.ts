import { readdir, unlink } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { isAlive } from './process-alive.ts'
import { backupOf, temporaryOf } from './replace-file.ts'

/** Removes the half-written files that processes which are gone left beside the path, those of its backup included. */
export const removeLeftovers = async (path: string): Promise<void> => {
  const folder = dirname(path)
  const names = await readdir(folder).catch(() => [])
  for (const written of [path, backupOf(path)]) {
    const [head = '', tail = ''] = basename(temporaryOf(written, '*')).split('*')
    for (const name of names) {
      if (!name.startsWith(head) || !name.endsWith(tail)) continue
      const pid = name.slice(head.length, -tail.length)
      if (/^\d+$/.test(pid) && !isAlive(Number(pid))) await unlink(join(folder, name)).catch(() => undefined)
    }
  }
}
