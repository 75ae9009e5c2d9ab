/** The requests of common clients to the genuine JVM worker and to ours: the same answers, but for what is named. */
import assert from 'node:assert/strict'
import { mkdirSync, writeFileSync } from 'node:fs'
import { type IncomingHttpHeaders, request as startRequest } from 'node:http'
import { join } from 'node:path'
import { test } from 'node:test'
import { withoutApachePrograms } from '../helpers/choose-broker.ts'
import { startJvmWorker } from '../helpers/jvm-worker.ts'
import { kafka, uniqueName } from '../helpers/kafka-server.ts'
import { startOurWorker, workerSettings, writeProperties } from '../helpers/our-worker.ts'
import { freePort, waitUntil } from '../helpers/processes.ts'
import { temporaryDir } from '../helpers/services-dir.ts'
import { type ClientRequest, clientRequests, type Place } from './client-requests.ts'

interface Answer {
  readonly status: number
  readonly type: string | undefined
  readonly location: string | undefined
  readonly allow: string | undefined
  readonly encoding: string | undefined
  /** JSON, else the text. */
  readonly body: unknown
}

const send = (
  url: string,
  { method, path, headers, body }: ClientRequest,
): Promise<{ status: number; headers: IncomingHttpHeaders; text: string }> =>
  new Promise((resolve, reject) => {
    const { hostname, port } = new URL(url)
    const length = body === undefined ? {} : { 'Content-Length': Buffer.byteLength(body) }
    const request = startRequest({ hostname, port, method, path, headers: { ...headers, ...length }, agent: false })
    request.setTimeout(60_000, () => request.destroy(new Error(`no answer to ${method} ${path} in 60 s`)))
    request.on('error', reject)
    request.on('response', (response) => {
      let text = ''
      response.setEncoding('utf8').on('data', (chunk: string) => {
        text += chunk
      })
      response.on('end', () => resolve({ status: response.statusCode ?? 0, headers: response.headers, text }))
    })
    request.end(body)
  })

/** What differs between any two workers, made the same. */
const comparable = (value: unknown, key = ''): unknown => {
  if (key === 'last_modified' && typeof value === 'number') return 'some time'
  if (typeof value === 'string') {
    return ['documentation', 'version', 'commit'].includes(key) ? `some ${key}` : value
  }
  if (Array.isArray(value)) {
    const items = value.map((item) => comparable(item))
    // Names of connectors come in the order of their hashes, and both workers' have names of their own
    return items.every((item) => item === '<source>' || item === '<sink>') ? items.sort() : items
  }
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, comparable(member, name)]))
}

const answersOf = async (url: string, place: Place): Promise<readonly Answer[]> => {
  const { host } = new URL(url)
  const plain = (text: string): string =>
    Object.entries({ ...place, host }).reduce((result, [name, value]) => result.replaceAll(value, `<${name}>`), text)
  const answerTo = async (asked: ClientRequest): Promise<Answer> => {
    const { status, headers, text } = await send(url, asked)
    const { location, allow } = headers
    let body: unknown = plain(text)
    try {
      body = comparable(JSON.parse(plain(text)))
    } catch {
      // a text, then
    }
    return {
      ...{ status, body, type: headers['content-type'], encoding: headers['content-encoding'] },
      location: location === undefined ? undefined : plain(location),
      // The order of methods is that of a hash table
      allow: allow?.split(/, */).sort().join(),
    }
  }
  const isReached = ({ body }: Answer, { state, tasks }: NonNullable<ClientRequest['until']>): boolean => {
    const status = body as { connector?: { state: string }; tasks?: readonly { state: string }[] }
    const states = [status.connector, ...(status.tasks ?? [])].map((each) => each?.state)
    return states.length === tasks + 1 && states.every((each) => each === state)
  }
  const answers: Answer[] = []
  for (const asked of clientRequests(place)) {
    const { until, untilIn } = asked
    const untilReached = async (): Promise<Answer | undefined> => {
      const answer = await answerTo(asked)
      if (untilIn !== undefined && !JSON.stringify(answer.body).includes(plain(untilIn))) return undefined
      return until === undefined || isReached(answer, until) ? answer : undefined
    }
    answers.push(
      await waitUntil(untilReached, {
        timeoutMs: 60_000,
        what: `${JSON.stringify(until ?? untilIn)} of ${asked.path}`,
      }),
    )
  }
  return answers
}

const skip = await withoutApachePrograms()

test('what kcctl, Terraform, UIs, operators, probes and scripts ask is answered as by the JVM worker', {
  skip,
  timeout: 400_000,
}, async (t) => {
  const server = await kafka()
  const folder = temporaryDir(t)
  const settings = async (name: string) => {
    const own = join(folder, name)
    mkdirSync(join(own, 'plugins'), { recursive: true })
    writeFileSync(join(own, 'in.txt'), 'one\ntwo\nthree\n')
    const place: Place = {
      source: uniqueName('source'),
      sink: uniqueName('sink'),
      topic: await server.newTopic('clients'),
      folder: own,
    }
    const listeners = `http://127.0.0.1:${await freePort()}`
    return { place, worker: workerSettings(server.bootstrap, own, { listeners, 'plugin.path': join(own, 'plugins') }) }
  }
  const [theirs, mine] = [await settings('jvm'), await settings('ours')]
  const workerFile = writeProperties(join(folder, 'jvm.properties'), theirs.worker)
  const [jvm, ours] = await Promise.all([
    startJvmWorker({ workerFile, connectorFiles: [], ready: 'rest' }),
    startOurWorker({ folder: mine.place.folder, worker: mine.worker }),
  ])
  t.after(() => jvm.kill())
  t.after(() => ours.kill9())
  const [expected, actual] = await Promise.all([
    answersOf(jvm.url, theirs.place),
    answersOf(ours.restUrl(), mine.place),
  ])
  const requests = clientRequests(mine.place)
  for (const [index, { name, ours: reason }] of requests.entries()) {
    await t.test(name, () => {
      const [wanted, found] = [expected[index]!, actual[index]!]
      if (reason !== undefined) {
        assert.equal(found.status, 200, `ours ${reason}`)
        assert.notDeepEqual(found, wanted, `ours ${reason}, and it is not to be seen`)
      } else if (wanted.status >= 500 || wanted.type?.startsWith('text/html')) {
        // An accident of the JVM, or a page of its server's: ours tells what is wrong with the request.
        const { error_code, message } = found.body as { readonly error_code?: unknown; readonly message?: unknown }
        assert.ok(found.status >= 400 && found.status < 500, JSON.stringify([wanted, found]))
        assert.equal(error_code, found.status)
        assert.ok(typeof message === 'string' && message.length > 10)
      } else {
        assert.deepEqual(found, wanted)
      }
    })
  }
  const accidents = expected.filter(({ status }) => status >= 500).length
  t.diagnostic(`${requests.length} requests; ${accidents} that the JVM answers with an internal error`)
  assert.equal(await ours.stop(), 143)
  await jvm.stop()
})
