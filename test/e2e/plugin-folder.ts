import { cpSync, existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

/**
 * Our test plug-ins in a folder of their own, away from the program: what they import of it, it gives them itself.
 * @returns the folder for `plugin.path`
 */
export const installPlugins = (folder: string): string => {
  const installed = join(folder, 'plugin-path')
  cpSync(join(import.meta.dirname, 'plugins'), join(installed, 'e2e-plugins'), { recursive: true })
  return installed
}

/** What the diary sink wrote down. */
export interface DiaryEntry {
  readonly at: number
  readonly pid: number
  readonly task: number
  readonly call: 'start' | 'open' | 'close' | 'stop' | 'flush' | 'put' | 'put and fail'
  readonly values?: readonly string[]
  readonly partitions?: readonly (string | number)[]
}

/** A diary that nobody began has no entries; a line that is being written is none yet. */
export const readDiary = (file: string): DiaryEntry[] => {
  if (!existsSync(file)) return []
  const lines = readFileSync(file, 'utf8').split('\n').slice(0, -1)
  return lines.map((line) => JSON.parse(line) as DiaryEntry)
}
