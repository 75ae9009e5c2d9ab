import { codeOf } from './replace-file.ts'

/** Whether a process of this machine (or of another user) has this id now. */
export const isAlive = (pid: number): boolean => {
  if (pid === process.pid) return true
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return codeOf(error) !== 'ESRCH'
  }
}
