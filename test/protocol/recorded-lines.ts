import { readFileSync } from 'node:fs'

export const recordedLines = <T>(name: string): T[] =>
  readFileSync(new URL(`recorded/${name}.jsonl`, import.meta.url), 'utf8')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as T)

/** Random whole numbers below `n`, the same in every run. */
export const seededRandom = (seed: number) => {
  let state = seed
  return (n: number): number => {
    state = (Math.imul(state, 1103515245) + 12345) & 0x7fffffff
    return (state >>> 8) % n
  }
}
