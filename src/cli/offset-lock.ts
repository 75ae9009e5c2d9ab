import type { Logger } from '../plugin/logger.ts'
import { type OffsetLock, type OffsetLockHolder, offsetLockOf, takeOffsetLock } from '../storage/offset-lock.ts'

/** Notes that this worker uses the offset file. Two on one file are warned, not refused: there are such set-ups. */
export const noteOffsetFileInUse = async (file: string, rest: string | null, log: Logger): Promise<OffsetLock> => {
  const lock = await takeOffsetLock(file, rest)
  if (lock.heldBy !== undefined) {
    log.warn(
      `Offset file ${file} is in use by another worker already (${shownHolder(lock.heldBy)}): each will overwrite what the ` +
        `other stores, and records will be delivered again. Give each worker a file of its own (offset.storage.file.filename). ` +
        `If that worker is gone, remove ${offsetLockOf(file)}.`,
    )
  }
  return lock
}

export const shownHolder = ({ pid, host, since }: OffsetLockHolder): string =>
  `process ${pid} on ${host} since ${since}`
