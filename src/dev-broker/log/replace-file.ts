import { closeSync, fsyncSync, openSync, renameSync, writeSync } from 'node:fs'
import { dirname } from 'node:path'

/** Writes a file that is, whenever the process is killed, the old one or the new one. */
export const replaceFile = (path: string, content: string | Buffer, fsync: boolean): void => {
  const beside = `${path}.new`
  const bytes = typeof content === 'string' ? Buffer.from(content) : content
  const fd = openSync(beside, 'w')
  try {
    let written = 0
    while (written < bytes.length) written += writeSync(fd, bytes, written)
    if (fsync) fsyncSync(fd)
  } finally {
    closeSync(fd)
  }
  renameSync(beside, path)
  if (fsync) syncFolder(dirname(path))
}

/** Makes names in a folder survive a power failure. */
export const syncFolder = (folder: string): void => {
  if (process.platform === 'win32') return // has no such call
  const fd = openSync(folder, 'r')
  try {
    fsyncSync(fd)
  } finally {
    closeSync(fd)
  }
}
