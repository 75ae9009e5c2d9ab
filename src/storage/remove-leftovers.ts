import { readdir, unlink } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { isAlive } from './process-alive.ts'
import { temporaryOf } from './replace-file.ts'

/** Removes the half-written files that processes which are gone left beside the path. */
export const removeLeftovers = async (path: string): Promise<void> => {
  const [head = '', tail = ''] = basename(temporaryOf(path, '*')).split('*')
  const names = await readdir(dirname(path)).catch(() => [])
  for (const name of names) {
    if (!name.startsWith(head) || !name.endsWith(tail)) continue
    const pid = name.slice(head.length, -tail.length)
    if (/^\d+$/.test(pid) && !isAlive(Number(pid))) await unlink(join(dirname(path), name)).catch(() => undefined)
  }
}
