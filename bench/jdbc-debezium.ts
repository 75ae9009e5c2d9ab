/** The genuine JVM sink to measure beside: Debezium's JDBC connector, fetched from Maven Central once into the cache. */
import { existsSync, mkdirSync, mkdtempSync, renameSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { hasProgram, runProgram } from '../test/helpers/processes.ts'
import { cacheDir } from '../test/helpers/services-dir.ts'

export const DEBEZIUM_VERSION = '3.5.0.Final'

const ARCHIVE = `debezium-connector-jdbc-${DEBEZIUM_VERSION}-plugin.tar.gz`
const FETCH_MS = 300_000

/** A folder for `plugin.path` that holds the connector with all that it needs. */
export const debeziumPlugins = async (): Promise<string> => {
  const folder = join(cacheDir(), `debezium-jdbc-${DEBEZIUM_VERSION}`)
  if (existsSync(folder)) return folder
  if (!(await hasProgram('mvn'))) throw new Error(`${folder} is missing and there is no mvn on PATH to fetch it with`)
  mkdirSync(cacheDir(), { recursive: true })
  const work = mkdtempSync(`${folder}-`)
  try {
    const artifact = `io.debezium:debezium-connector-jdbc:${DEBEZIUM_VERSION}:tar.gz:plugin`
    const to = `-DoutputDirectory=${work}`
    await must('mvn', ['-q', '-B', '-ntp', 'dependency:copy', `-Dartifact=${artifact}`, to])
    await must('tar', ['xzf', join(work, ARCHIVE), '-C', work])
    rmSync(join(work, ARCHIVE))
    renameSync(work, folder)
  } finally {
    rmSync(work, { recursive: true, force: true })
  }
  return folder
}

const must = async (command: string, args: readonly string[]): Promise<void> => {
  const { code, stdout, stderr } = await runProgram(command, args, { timeoutMs: FETCH_MS })
  if (code !== 0) throw new Error(`${command} failed (${code}):\n${`${stdout}${stderr}`.slice(-2000)}`)
}
