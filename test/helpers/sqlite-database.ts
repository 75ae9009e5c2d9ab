import { rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { chooseDialect } from '../../src/connectors/jdbc/choose-dialect.ts'
import type { Database } from '../../src/connectors/jdbc/database.ts'
import { uniqueName } from './kafka-server.ts'

/** A file of its own for a test, with these statements done in it; gone after the test. */
export const sqliteDatabase = async (
  t: { after(work: () => Promise<void>): void },
  ...statements: string[]
): Promise<{ db: Database; url: string }> => {
  const path = join(tmpdir(), `${uniqueName('source')}.db`)
  const url = `jdbc:sqlite:${path}`
  const db = await chooseDialect(url).open({ url, user: null, password: null, properties: {} })
  t.after(async () => {
    await db.close()
    rmSync(path, { force: true })
  })
  for (const statement of statements) await db.execute(statement)
  return { db, url }
}
