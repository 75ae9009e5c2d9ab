/** Ten thousand requests that make no sense, or only a little, to the program as it is used, while a connector works. */
import assert from 'node:assert/strict'
import { appendFileSync, writeFileSync } from 'node:fs'
import { connect, type Socket } from 'node:net'
import { join } from 'node:path'
import { test } from 'node:test'
import { inTime } from '../helpers/in-time.ts'
import { kafka } from '../helpers/kafka-server.ts'
import { fileSource, startOurWorker, workerSettings } from '../helpers/our-worker.ts'
import { seededRandom } from '../helpers/seeded-random.ts'
import { temporaryDir } from '../helpers/services-dir.ts'
import { type RandomRequest, randomRequests } from '../rest/random-requests.ts'
import { type RawConversation, sendRaw } from '../rest/raw-http.ts'
import { askRest } from './ask-rest.ts'

const REQUESTS = 10_000
const AT_ONCE = 12
const SEED = Number(process.env['FUZZ_SEED'] ?? 4_711)
const PROMPT_MS = 2000
const MAX_MB = 260

/** Why this is no answer to that; undefined: it is one. */
const problemOf = (
  { answers: due, complete }: RandomRequest,
  { answers, rest, ms, gaveUp }: RawConversation,
): string | undefined => {
  // This side's patience may end in the middle of a long answer.
  if (rest !== '' && (complete || !gaveUp)) return `what comes after the answers is none: ${rest.slice(0, 200)}`
  if (due !== undefined && answers.length !== due) {
    return `${answers.length} answers instead of ${due}, ${gaveUp ? 'none' : 'an end'} after ${ms.toFixed(0)} ms`
  }
  for (const { status, headers, body } of answers) {
    if (status >= 500) return `an internal error: ${body}`
    if (status < 400 || body === '' || headers.get('content-type') === 'text/plain') continue
    const { error_code, message } = JSON.parse(body) as { readonly error_code?: unknown; readonly message?: unknown }
    if (error_code !== status || typeof message !== 'string' || message === '')
      return `no reason: ${body.slice(0, 300)}`
  }
  return undefined
}

const shown = ({ bytes }: RandomRequest): string => JSON.stringify(bytes.toString('latin1', 0, 400))

test(`${REQUESTS} random and malformed requests leave the worker healthy, small and at work`, {
  timeout: 500_000,
}, async (t) => {
  const server = await kafka()
  const folder = temporaryDir(t)
  const [file, topic] = [join(folder, 'steady.txt'), await server.newTopic('fuzz')]
  writeFileSync(file, 'before\n')
  const worker = await startOurWorker({
    folder,
    worker: workerSettings(server.bootstrap, folder),
    connectors: [fileSource('steady', file, topic), fileSource('x', join(folder, 'x.txt'), topic)],
  })
  t.after(() => worker.kill9())
  await askRest(worker, 'GET /connectors')
  const port = Number(new URL(worker.restUrl()).port)

  // Senders that never come to an end hold nobody up.
  const stalled: Socket[] = Array.from({ length: 50 }, (_, index) => {
    const socket = connect(port, '127.0.0.1', () => socket.write(`PUT /connectors/x/config HTTP/1.1\r\nHost: ${index}`))
    return socket.on('error', () => undefined)
  })
  t.after(() => {
    for (const socket of stalled) socket.destroy()
  })

  const config = { 'connector.class': 'FileStreamSource', file: join(folder, 'z.txt'), topic, 'tasks.max': '1' }
  const partition = { filename: config.file }
  const next = randomRequests(seededRandom(SEED), {
    names: [
      'x',
      'y',
      'z',
      'nobody',
      'FileStreamSource',
      'root',
      '__proto__',
      '%00',
      '%ff',
      '..',
      'ä',
      '',
      '%2F',
      'n'.repeat(3000),
    ],
    bodies: [
      JSON.stringify(config),
      JSON.stringify({ name: 'y', config }),
      JSON.stringify({ name: 'z', config, initial_state: 'STOPPED' }),
      JSON.stringify({ offsets: [{ partition, offset: { position: 3 } }] }),
      '{"tasks.max":null}',
      '{"level":"INFO"}',
    ],
  })
  const random = seededRandom(SEED + 1)
  const counts = new Map<string, number>()
  const count = (what: string): void => void counts.set(what, (counts.get(what) ?? 0) + 1)
  const problems: string[] = []
  const slow: RandomRequest[] = []
  let unanswered = 0
  const sender = async (share: number): Promise<void> => {
    for (let i = 0; i < share && problems.length < 10; i++) {
      const request = next()
      const slowly = random(100) === 0
      const pieces = slowly ? 2 + random(10) : 1
      // What is not complete gets no answer before the server's patience ends: this side has less.
      const giveUpMs = request.complete ? 60_000 : 300
      const found = await sendRaw(request.bytes, { port, giveUpMs, pieces, endsAfterwards: !request.complete })
      const problem = problemOf(request, found)
      if (problem !== undefined) problems.push(`${problem}\n  asked: ${shown(request)}`)
      if (request.complete && found.ms > PROMPT_MS) slow.push(request)
      if (found.answers.length === 0) unanswered++
      for (const { status } of found.answers) count(String(status))
    }
  }
  const began = performance.now()
  await Promise.all(Array.from({ length: AT_ONCE }, () => sender(Math.ceil(REQUESTS / AT_ONCE))))
  const seconds = (performance.now() - began) / 1000
  const { peakMb, residentMb } = worker.memory()
  t.diagnostic(
    `seed ${SEED}: ${seconds.toFixed(1)} s; ${[...counts].map(([what, times]) => `${what}: ${times}`).join(', ')}, ` +
      `no answer: ${unanswered}, slower than ${PROMPT_MS} ms: ${slow.length}; ${residentMb.toFixed(0)} MB, at most ${peakMb.toFixed(0)} MB`,
  )
  assert.deepEqual(problems, [], `FUZZ_SEED=${SEED}`)
  assert.ok(peakMb < MAX_MB, `${peakMb} MB`)
  // What was slow is asked again, alone.
  for (const request of slow) {
    t.diagnostic(`slow: ${shown(request)}`)
    await inTime(PROMPT_MS, 3, async () => (await sendRaw(request.bytes, { port, giveUpMs: 60_000 })).ms)
  }

  const health = await askRest(worker, 'GET /health')
  assert.equal(health.status, 200)
  assert.equal((await worker.settledTaskStates()).get('steady-0'), 'RUNNING')
  appendFileSync(file, 'after\n')
  const records = await server.consume(topic, { count: 2, timeoutMs: 60_000 })
  assert.deepEqual(records.map(({ value }) => String(value)).slice(-1), ['after'], 'the connector goes on')
  assert.equal(await worker.stop(), 143)
  assert.doesNotMatch(worker.output(), / (ERROR|FATAL) /)
  assert.ok(worker.output().length < 4_000_000, 'nobody fills the disk with log')
})
