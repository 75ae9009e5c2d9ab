/**
 * Plays the recorder that asked the JVM's REST API against our program, on a real broker, and compares the answers. The
 * recorder comes with the cases: ORACLE_DIR may hold others.
 */
import assert from 'node:assert/strict'
import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { kafka } from '../helpers/kafka-server.ts'
import { startOurWorker, workerSettings } from '../helpers/our-worker.ts'
import { runProgram } from '../helpers/processes.ts'
import { oracleCases, oracleDir } from './oracle-dir.ts'
import { assertAnswer, type RestCase } from './rest-answers.ts'

const JSON_CONVERTER = 'org.apache.kafka.connect.json.JsonConverter'

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
  const folder = mkdtempSync(join(tmpdir(), 'rest-oracle-'))
  const worker = await startOurWorker({
    folder,
    worker: workerSettings(server.bootstrap, folder, {
      'key.converter': JSON_CONVERTER,
      'value.converter': JSON_CONVERTER,
    }),
  })
  try {
    const args = [recorderFile(), worker.restUrl(), join(folder, 'scratch')]
    const finished = await runProgram(process.execPath, args, { timeoutMs: 300_000 })
    assert.equal(finished.code, 0, finished.stderr)
    const lines = finished.stdout.split('\n').filter((line) => line !== '')
    answers = new Map(lines.map((line) => JSON.parse(line) as RestCase).map((answer) => [answer.name, answer]))
    assert.equal(finished.stderr, '', 'every state that the recorder waits for was reached')
    assert.equal(await worker.stop(), 143)
  } finally {
    await worker.kill9()
    rmSync(folder, { recursive: true, force: true })
  }
})

for (const recorded of cases) {
  test(`REST answers as recorded: ${recorded.name}`, () => {
    const answer = answers.get(recorded.name)
    assert.ok(answer, 'the recorder asks this')
    assertAnswer(recorded, answer)
  })
}

test('whatever the recorder asks, recorded or not, is no internal error, and each refusal tells its reason as JSON', () => {
  assert.ok(answers.size >= cases.length)
  for (const answer of answers.values()) {
    assert.ok(Number(answer.status) < 500, JSON.stringify(answer))
    if (Number(answer.status) < 400) continue
    const { error_code, message } = answer.response as { readonly error_code?: unknown; readonly message?: unknown }
    assert.equal(error_code, answer.status, JSON.stringify(answer))
    assert.ok(typeof message === 'string' && message.length > 10, JSON.stringify(answer))
  }
})

after(() => console.log(`${cases.length} recorded REST cases, each compared with the answer of our program`))
