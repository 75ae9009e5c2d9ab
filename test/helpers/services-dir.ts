import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

/** The project's folder, without a slash at its end. */
export const repoRoot = fileURLToPath(new URL('../..', import.meta.url)).replace(/\/$/, '')

/** Where downloads for tests are kept from run to run: `CONNECT_TEST_CACHE`, or `.cache` in the project. */
export const cacheDir = (): string => process.env['CONNECT_TEST_CACHE'] || join(repoRoot, '.cache')

/** A folder below `.services` in the project (git-ignored) for what a server of the tests keeps between runs. */
export const servicesDir = (name: string): string => {
  const folder = join(repoRoot, '.services', name)
  mkdirSync(folder, { recursive: true })
  return folder
}

/** The recorded cases: `ORACLE_DIR`, so that others can be run with the same tests, or our copy. */
export const oracleDir = (): string => process.env['ORACLE_DIR'] || join(repoRoot, 'test/oracle')

/** A new empty folder outside the project, removed when the test (or hook) that asks for it is over. */
export const temporaryDir = (t: { after(fn: () => void): void }, name = 'connect-test-'): string => {
  const folder = mkdtempSync(join(tmpdir(), name))
  const remove = (): void => rmSync(folder, { recursive: true, force: true })
  t.after(() => {
    try {
      remove()
    } catch {
      // A program of the test writes to it until a later hook ends it; an error here would keep that hook from running
      process.once('exit', remove)
    }
  })
  return folder
}
