import { readdir } from 'node:fs/promises'
import { setTimeout as sleep } from 'node:timers/promises'

const running = async (): Promise<Map<string, number>> => {
  const counts = new Map<string, number>()
  for (const name of process.getActiveResourcesInfo()) counts.set(name, (counts.get(name) ?? 0) + 1)
  // Where there is no /proc, open files are not counted.
  const files = await readdir('/proc/self/fd').catch(() => [])
  counts.set('open files', files.length)
  return counts
}

/** What runs now (timers, sockets, watchers, open files). The result waits until no more than that runs and names what does. */
export const rememberRunning = async (): Promise<() => Promise<readonly string[]>> => {
  const before = await running()
  return async () => {
    for (let tries = 0; ; tries++) {
      const now = await running()
      const more = [...now].filter(([name, count]) => count > (before.get(name) ?? 0)).map(([name]) => name)
      // Closing takes a turn or two; requests under way (`FSReqPromise`, this look included) end by themselves.
      const left = more.filter((name) => !name.startsWith('FSReq'))
      if (left.length === 0 || tries === 500) return left
      await sleep(20)
    }
  }
}
