import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { TestContext } from 'node:test'

/** A folder that is gone after the test. @returns a function that gives the path of a name in it */
export const tempFolder = (t: TestContext): ((name: string) => string) => {
  const folder = mkdtempSync(join(tmpdir(), 'file-connector-'))
  t.after(() => rmSync(folder, { recursive: true }))
  return (name) => `${folder}/${name}`
}
