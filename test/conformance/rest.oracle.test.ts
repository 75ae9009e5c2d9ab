/**
 * Plays the recorder that asked the JVM's REST API against ours, on a real broker, and compares the answers. The recorder
 * comes with the cases: ORACLE_DIR may hold others.
 */
import assert from 'node:assert/strict'
import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { kafka } from '../helpers/kafka-server.ts'
import { runProgram } from '../helpers/processes.ts'
import { startWorker } from '../rest/start-worker.ts'
import { oracleCases, oracleDir } from './oracle-dir.ts'
import { assertAnswer, type RestCase } from './rest-answers.ts'

const cases = oracleCases<RestCase>('rest')
let answers: ReadonlyMap<string, RestCase>

const recorderFile = (): string => {
  const recorders = [oracleDir(), join(import.meta.dirname, '../oracle')].map((dir) => join(dir, 'rest/record.mjs'))
  return recorders.find((file) => existsSync(file))!
}

before(async () => {
  const server = await kafka()
  // The recorder's names are always the same, and this broker may have seen them.
  for (const topic of await server.topics()) if (topic.startsWith('orc-rest-')) await server.deleteTopic(topic)
  const worker = await startWorker(server.bootstrap)
  const folder = mkdtempSync(join(tmpdir(), 'rest-oracle-'))
  try {
    const recorder = recorderFile()
    const finished = await runProgram(process.execPath, [recorder, worker.url, folder], { timeoutMs: 120_000 })
    assert.equal(finished.code, 0, finished.stderr)
    const lines = finished.stdout.split('\n').filter((line) => line !== '')
    answers = new Map(lines.map((line) => JSON.parse(line) as RestCase).map((answer) => [answer.name, answer]))
    assert.equal(finished.stderr, '', 'every state that the recorder waits for was reached')
  } finally {
    rmSync(folder, { recursive: true, force: true })
    await worker.close()
  }
})

for (const recorded of cases) {
  test(`REST answers as recorded: ${recorded.name}`, () => {
    const answer = answers.get(recorded.name)
    assert.ok(answer, 'the recorder asks this')
    assertAnswer(recorded, answer)
  })
}

after(() => console.log(`${cases.length} recorded REST cases, each compared with the answer of our worker`))
