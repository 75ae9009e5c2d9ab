import assert from 'node:assert/strict'
import { appendFileSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { inTime } from '../helpers/in-time.ts'
import { kafka, uniqueName } from '../helpers/kafka-server.ts'
import { fileSink, fileSource, type OurWorker, startOurWorker, workerSettings } from '../helpers/our-worker.ts'
import { waitUntil } from '../helpers/processes.ts'
import { temporaryDir } from '../helpers/services-dir.ts'
import { askRest } from './ask-rest.ts'
import { badSinks, badSources, type Misbehaviour } from './misbehaviour-rows.ts'
import { countLines } from './numbered-lines.ts'
import { installPlugins } from './plugin-folder.ts'

const REST_MS = 2000
/** The machine may have been busy elsewhere: one of so many answers must come in time. */
const REST_TIMES = 4
const GRACE_MS = 1000
const WAIT_MS = 90_000

interface Started extends Misbehaviour {
  readonly name: string
  /** What its create request was answered; undefined: nothing within the time. */
  readonly answer: Promise<{ readonly status: number; readonly text: string } | undefined>
}

for (const [kind, table] of [
  ['source', badSources],
  ['sink', badSinks],
] as const) {
  test(`${table.length} ways of a ${kind} to do wrong, in one worker: others go on, and so does REST`, {
    timeout: 360_000,
  }, async (t) => {
    const server = await kafka()
    const folder = temporaryDir(t)
    const topic = await server.newTopic('good')
    const badTopic = await server.newTopic('bad')
    await server.produce(badTopic, [{ value: 'one' }, { value: 'two' }])
    const [from, to] = [join(folder, 'from.txt'), join(folder, 'to.txt')]
    appendFileSync(from, '')
    const goodSink = uniqueName('good-sink')
    const worker = await startOurWorker({
      folder,
      worker: workerSettings(server.bootstrap, folder, {
        'plugin.path': installPlugins(folder),
        'task.shutdown.graceful.timeout.ms': GRACE_MS,
      }),
      connectors: [fileSource('good-source', from, topic), fileSink(goodSink, to, topic)],
    })
    t.after(() => worker.kill9())

    let lines = 0
    /** A line goes through, and REST answers in time, whatever the others do. */
    const othersGoOn = async (): Promise<void> => {
      appendFileSync(from, 'a line\n')
      lines++
      await inTime(REST_MS, REST_TIMES, async () => {
        const began = performance.now()
        assert.equal((await askRest(worker, 'GET /connectors?expand=status')).status, 200)
        return performance.now() - began
      })
      await waitUntil(() => countLines(to) >= lines, {
        timeoutMs: 90_000,
        what: `line ${lines} to arrive`,
        giveUp: () => (worker.exit === undefined ? undefined : `the worker ended: ${worker.output().slice(-2000)}`),
      })
    }

    await othersGoOn()
    const started = table.map((row, number) => start(worker, row, uniqueName(`bad-${number}`), badTopic))
    await othersGoOn()
    const outcomes = started.map((row) => ({
      row,
      outcome: becomes(worker, row)
        .then(() => (row.log === undefined ? undefined : logged(worker, row)))
        .catch((error: unknown) => ({ error })),
    }))
    for (const { row, outcome } of outcomes) {
      await t.test(`it ${row.does} [${row.where} ${row.how}]`, async () => {
        const failed = await outcome
        if (failed !== undefined) throw failed.error
      })
    }
    await othersGoOn()
    await t.test('all of them can be deleted', async () => {
      const asked = started.filter((row) => row.becomes !== 'refused' && row.becomes !== 'unanswered')
      const answers = await Promise.all(asked.map(({ name }) => askRest(worker, `DELETE /connectors/${name}`)))
      assert.deepEqual(
        answers.map(({ status }) => status),
        answers.map(() => 204),
      )
      await othersGoOn()
      const left = (await askRest(worker, 'GET /connectors')).json as string[]
      const unanswered = started.filter((row) => row.becomes === 'unanswered').map(({ name }) => name)
      assert.deepEqual(left.filter((name) => !unanswered.includes(name)).sort(), [goodSink, 'good-source'])
    })
    assert.equal(countLines(to), lines)
    assert.equal(readFileSync(to, 'utf8').replaceAll('a line\n', ''), '')
    assert.equal(worker.exit, undefined)
    await worker.kill9()
  })
}

const start = (worker: OurWorker, row: Misbehaviour, name: string, topic: string): Started => {
  const config = {
    'connector.class': row.kind === 'source' ? 'test.e2e.BadSource' : 'test.e2e.BadSink',
    where: row.where,
    how: row.how,
    ...(row.kind === 'source' ? { topic } : { topics: topic }),
    ...row.more,
  }
  const answer = fetch(`${worker.restUrl()}/connectors`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ name, config }),
    signal: AbortSignal.timeout(row.becomes === 'unanswered' ? 3000 : WAIT_MS),
  })
    .then(async (response) => ({ status: response.status, text: await response.text() }))
    .catch(() => undefined)
  return { ...row, name, answer }
}

interface Status {
  readonly connector: { readonly state: string; readonly trace?: string }
  readonly tasks: readonly { readonly state: string; readonly trace?: string }[]
}

const becomes = async (worker: OurWorker, { name, becomes, trace, answer }: Started): Promise<void> => {
  const answered = await answer
  if (becomes === 'unanswered') {
    assert.equal(answered, undefined)
    return
  }
  assert.ok(answered !== undefined, 'its create request is answered')
  if (becomes === 'refused') {
    assert.ok(answered.status >= 400, String(answered.status))
    assert.match(answered.text, trace!)
    assert.equal((await askRest(worker, `GET /connectors/${name}`)).status, 404)
    return
  }
  let last: Status | undefined
  const seen = await waitUntil(
    async () => {
      const { json, status } = await askRest(worker, `GET /connectors/${name}/status`)
      last = status === 200 ? (json as Status) : undefined
      return last !== undefined && stateOf(last) === becomes ? last : undefined
    },
    { timeoutMs: WAIT_MS, intervalMs: 500, what: `it to become ${becomes}` },
  ).catch((error: unknown) => {
    throw new Error(`${error instanceof Error ? error.message : error}; it is ${JSON.stringify(last)}`)
  })
  if (trace !== undefined) assert.match(seen.connector.trace ?? seen.tasks[0]?.trace ?? '', trace)
}

const stateOf = ({ connector, tasks }: Status): string => {
  if (connector.state === 'FAILED') return 'connector FAILED'
  const state = tasks[0]?.state
  if (state === 'FAILED') return 'task FAILED'
  if (state === undefined || state === 'UNASSIGNED') return 'opening'
  return connector.state === 'RUNNING' && state === 'RUNNING' ? 'runs' : `${connector.state}, ${state}`
}

/** A line of its own context, or one that no connector can be told to have caused. */
const logged = async (worker: OurWorker, { name, log }: Started): Promise<undefined> => {
  await waitUntil(
    () =>
      worker
        .output()
        .split('\n')
        .some((line) => line.includes(log!) && (line.includes(`${name}|`) || line.includes('nobody'))),
    { timeoutMs: WAIT_MS, intervalMs: 500, what: `the log of ${name} to say ${log}` },
  )
  return undefined
}
