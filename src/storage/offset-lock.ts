import { readFile, realpath, stat, unlink, writeFile } from 'node:fs/promises'
import { hostname } from 'node:os'
import { resolve } from 'node:path'
import { isPlainObject } from '../data/values.ts'
import { isAlive } from './process-alive.ts'
import { codeOf } from './replace-file.ts'

/** Who uses an offset file. */
export interface OffsetLockHolder {
  readonly pid: number
  readonly host: string
  /** When it began, as an ISO time. */
  readonly since: string
  /** Where its REST API listens; null: nowhere. */
  readonly rest: string | null
  /** What tells it from a later process of the same number; null where the system does not say. */
  readonly started: string | null
}

export interface OffsetLock {
  /** Whoever uses the file already; then nothing was taken. */
  readonly heldBy: OffsetLockHolder | undefined
  release(): Promise<void>
}

/** The file beside the offset file that says who uses it. */
export const offsetLockOf = (offsetFile: string): string => `${offsetFile}.lock`

/**
 * Notes beside an offset file that this process uses it. Nothing is enforced: the JVM worker does not know of the note. One
 * that a process left behind which is gone is taken over. Where no note can be written there is none.
 */
export const takeOffsetLock = async (offsetFile: string, rest: string | null): Promise<OffsetLock> => {
  const path = await realpath(offsetFile).catch(() => resolve(offsetFile))
  const lock = offsetLockOf(path)
  const own: OffsetLockHolder = {
    pid: process.pid,
    host: hostname(),
    since: new Date().toISOString(),
    rest,
    started: await startOf(process.pid),
  }
  const text = `${JSON.stringify(own)}\n`
  const none: OffsetLock = { heldBy: undefined, release: async () => undefined }
  // Not beside a device such as /dev/null.
  if ((await stat(path).catch(() => undefined))?.isFile() === false) return none
  for (let attempt = 0; attempt < 2; attempt++) {
    try {
      await writeFile(lock, text, { flag: 'wx' })
      return {
        heldBy: undefined,
        async release() {
          if ((await readFile(lock, 'utf8').catch(() => '')) === text) await unlink(lock).catch(() => undefined)
        },
      }
    } catch (error) {
      if (codeOf(error) !== 'EEXIST') return none
      const heldBy = await readOffsetLock(path)
      if (heldBy !== undefined) return { heldBy, release: async () => undefined }
      await unlink(lock).catch(() => undefined)
    }
  }
  return none
}

/** Who uses the offset file now; undefined: nobody that is known. A process of another machine counts: nobody can tell. */
export const readOffsetLock = async (offsetFile: string): Promise<OffsetLockHolder | undefined> => {
  const path = await realpath(offsetFile).catch(() => resolve(offsetFile))
  const holder = parse(await readFile(offsetLockOf(path), 'utf8').catch(() => ''))
  if (holder === undefined || holder.host !== hostname()) return holder
  if (!isAlive(holder.pid)) return undefined
  const started = await startOf(holder.pid)
  return holder.started === null || started === null || started === holder.started ? holder : undefined
}

const parse = (text: string): OffsetLockHolder | undefined => {
  let json: unknown
  try {
    json = JSON.parse(text)
  } catch {
    return undefined
  }
  if (!isPlainObject(json) || typeof json['pid'] !== 'number' || typeof json['host'] !== 'string') return undefined
  const textOf = (name: string): string | null => (typeof json[name] === 'string' ? json[name] : null)
  return {
    pid: json['pid'],
    host: json['host'],
    since: textOf('since') ?? 'an unknown time',
    rest: textOf('rest'),
    started: textOf('started'),
  }
}

/** On Linux: when the system was started, and how many ticks later the process was. */
const startOf = async (pid: number): Promise<string | null> => {
  try {
    const stat = await readFile(`/proc/${pid}/stat`, 'utf8')
    const boot = await readFile('/proc/sys/kernel/random/boot_id', 'utf8')
    // The name of the program, in brackets, may hold blanks.
    return `${boot.trim()} ${stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19]}`
  } catch {
    return null
  }
}
