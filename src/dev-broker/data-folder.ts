import { closeSync, mkdirSync, openSync, readFileSync, rmSync, writeSync } from 'node:fs'
import { join } from 'node:path'

/** Keeps a second broker out of a data folder. @throws Error when another process has it; @returns gives it free */
export const lockDataFolder = (folder: string): (() => void) => {
  mkdirSync(folder, { recursive: true })
  const path = join(folder, 'broker.pid')
  for (let attempt = 0; attempt < 2; attempt++) {
    try {
      const fd = openSync(path, 'wx')
      writeSync(fd, `${process.pid} ${startOf(process.pid)}`)
      closeSync(fd)
      return () => rmSync(path, { force: true })
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
      const [pid = '', start = ''] = readFileSync(path, 'utf8').trim().split(' ')
      if (attempt > 0 || isRunning(Number(pid), start)) {
        throw new Error(`The data folder ${folder} is in use by the broker with process id ${pid} (${path})`)
      }
      rmSync(path, { force: true }) // it was killed
    }
  }
  throw new Error(`The data folder ${folder} cannot be locked`)
}

const isRunning = (pid: number, start: string): boolean => {
  if (!Number.isInteger(pid) || pid <= 0) return false
  try {
    process.kill(pid, 0)
    return start === startOf(pid)
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
}

/** In a container the next process often has the same id: when it began tells them apart, where the system says it. */
const startOf = (pid: number): string => {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? ''
  } catch {
    return ''
  }
}
