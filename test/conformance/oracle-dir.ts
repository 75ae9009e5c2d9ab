import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

/** Where the recorded cases are: `ORACLE_DIR`, else the project's own copy. */
export const oracleDir = (): string => process.env['ORACLE_DIR'] ?? fileURLToPath(new URL('../oracle', import.meta.url))

/** Every line of every `.jsonl` file in a folder of the oracle, in order; an empty folder is an error, never a pass. */
export const oracleCases = <Case>(folder: string): Case[] => {
  const path = join(oracleDir(), folder)
  const cases = readdirSync(path)
    .filter((name) => name.endsWith('.jsonl'))
    .sort()
    .flatMap((name) => readFileSync(join(path, name), 'utf8').split('\n'))
    .filter((line) => line.trim() !== '')
    .map((line) => JSON.parse(line) as Case)
  if (cases.length === 0) throw new Error(`no cases in ${path}`)
  return cases
}
