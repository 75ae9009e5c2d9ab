import { appendFileSync, writeFileSync } from 'node:fs'
import { lineOf } from './numbered-lines.ts'

export interface GrowingFile {
  /** Lines so far. */
  readonly lines: number
  /** Adds no more. @returns how many there are */
  stop(): Promise<number>
}

/** Appends numbered lines to a new file in steady steps, so that there is always work in the middle. */
export const growFile = (
  file: string,
  { lines: step, everyMs }: { readonly lines: number; readonly everyMs: number },
): GrowingFile => {
  let lines = 0
  writeFileSync(file, '')
  const grow = (): void => {
    let text = ''
    for (const end = lines + step; lines < end; lines++) text += `${lineOf(lines)}\n`
    appendFileSync(file, text)
  }
  const timer = setInterval(grow, everyMs)
  return {
    get lines() {
      return lines
    },
    async stop() {
      clearInterval(timer)
      return lines
    },
  }
}
