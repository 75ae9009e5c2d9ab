import { readdirSync, readFileSync } from 'node:fs'

/** What a process and its descendants have used so far. */
export interface ProcessUsage {
  /** User and system time, in seconds, since they were started. */
  readonly cpuSeconds: number
  /** Resident memory now, in MB (10^6 bytes). */
  readonly residentMb: number
  /** The most resident memory that each ever had, added up, in MB. */
  readonly peakMb: number
}

/** USER_HZ: what /proc counts in, on every Linux. */
const TICKS_PER_SECOND = 100

export const usageOf = (pid: number): ProcessUsage => {
  const total = { cpuSeconds: 0, residentMb: 0, peakMb: 0 }
  for (const one of treeOf(pid)) {
    const used = usageOfOne(one)
    total.cpuSeconds += used.cpuSeconds
    total.residentMb += used.residentMb
    total.peakMb += used.peakMb
  }
  return total
}

const usageOfOne = (pid: number): ProcessUsage => {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
  const status = readFileSync(`/proc/${pid}/status`, 'utf8')
  // The program's name, in brackets, may hold blanks. utime, stime, and those of children that have ended.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  const ticks = [11, 12, 13, 14].reduce((sum, index) => sum + Number(fields[index]), 0)
  const megabytes = (name: string): number => {
    const kilobytes = new RegExp(`^${name}:\\s+(\\d+) kB`, 'm').exec(status)?.[1]
    if (kilobytes === undefined) throw new Error(`/proc/${pid}/status has no ${name}`)
    return (Number(kilobytes) * 1024) / 1e6
  }
  return { cpuSeconds: ticks / TICKS_PER_SECOND, residentMb: megabytes('VmRSS'), peakMb: megabytes('VmHWM') }
}

const treeOf = (pid: number): number[] => {
  const children = readdirSync(`/proc/${pid}/task`).flatMap((thread) => childrenOf(pid, thread))
  return [pid, ...children.flatMap(treeOf)]
}

const childrenOf = (pid: number, thread: string): number[] => {
  try {
    const list = readFileSync(`/proc/${pid}/task/${thread}/children`, 'utf8')
    return list.split(' ').filter(Boolean).map(Number)
  } catch {
    return [] // the thread has ended
  }
}
