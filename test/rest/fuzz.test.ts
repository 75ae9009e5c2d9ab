/** Requests that make no sense: each is answered, or its connection closed, and the API goes on. */
import assert from 'node:assert/strict'
import { connect } from 'node:net'
import { after, test } from 'node:test'
import { startRest } from '../../src/rest/server.ts'
import { FakeLogger } from '../helpers/fake-context.ts'
import { seededRandom } from '../helpers/seeded-random.ts'
import { FakeHerder, restParts, workerSettings } from './fake-rest.ts'

const REQUESTS = 2000
const AT_ONCE = 20

const herder = new FakeHerder()
const log = new FakeLogger()
const parts = restParts({ settings: workerSettings({ listeners: 'http://127.0.0.1:0' }), herder, log })
const rest = await startRest({ ...parts, tls: () => ({}) })
after(() => rest.close(0))
const { port } = new URL(rest.addresses[0]!)

const random = seededRandom(20260101)
const pick = <T>(from: readonly T[]): T => from[random(from.length)]!
const often = (chance: number): boolean => random(1000) < chance * 1000

const NAMES = [
  'x',
  'y',
  '__proto__',
  'constructor',
  '%00',
  '%ff',
  '%2e%2e',
  '..',
  'ä',
  '%F0%9F%98%80',
  '',
  '%2F',
  "'",
  '{',
  'x'.repeat(3000),
]
const PATHS = [
  ...['/', '/health', '/connectors', '/connectors/N', '/connectors/N/config', '/connectors/N/status', '/nope/N'],
  ...['/connectors/N/restart', '/connectors/N/pause', '/connectors/N/resume', '/connectors/N/stop', '//', '*'],
  ...['/connectors/N/tasks', '/connectors/N/tasks/N/status', '/connectors/N/tasks/0/restart', '/connectors/N/offsets'],
  ...['/connectors/N/topics', '/connectors/N/topics/reset', '/connector-plugins', '/connector-plugins/N/config'],
  ...['/connector-plugins/N/config/validate', '/admin/loggers', '/admin/loggers/N', '/openapi.json', 'http://evil/N'],
]
const METHODS = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'HEAD', 'OPTIONS', 'TRACE', 'PROPFIND', 'BREW', 'get', '']
const QUERIES = [
  '',
  '?',
  '?expand=status&expand=info',
  '?expand',
  '?includeTasks=true',
  '?%',
  '?a=%ff&&=',
  `?${'q=1&'.repeat(500)}`,
  '?scope=cluster',
]
const BODIES = [
  ...[
    '',
    '{',
    '[]',
    'null',
    '"x"',
    '{"name":"x","config":{"a":"b"}}',
    '{"name":5,"config":{}}',
    '{"config":[]}',
    '\u0000',
  ],
  ...['{"__proto__":{"a":1}}', '{"name":"__proto__","config":{"__proto__":"x"}}', '{"level":"DEBUG"}', '{"level":{}}'],
  ...[
    '{"offsets":[{"partition":{"a":1e400},"offset":{"b":1}}]}',
    `{"offsets":[${'{},'.repeat(500)}{}]}`,
    '{"offsets":[null]}',
  ],
  ...[
    '['.repeat(20_000),
    `{"a":${'{"b":'.repeat(2000)}`,
    '{"a":"\\ud800"}',
    '\ufeff{}',
    `{"name":"${'n'.repeat(50_000)}"}`,
  ],
]
const TYPES = [
  'application/json',
  'application/json; charset=utf-16',
  'text/plain',
  '',
  ';',
  'application/json, text/html',
  '\u00e4',
]
const ACCEPTS = ['*/*', 'application/json', 'text/xml', ',', ';q=1', 'a/b;q=0.5, */*;q=0']

const randomRequest = (): string => {
  if (often(0.05)) return Array.from({ length: 200 }, () => String.fromCharCode(random(256))).join('')
  const body = pick(BODIES)
  const length = often(0.05) ? pick(['-1', '5', 'x', '99999999999']) : String(Buffer.byteLength(body))
  const headers = [
    ...(often(0.97) ? [`Host: ${pick(['localhost', '', 'a b', '[::1'])}`] : []),
    ...(often(0.9) ? [`Content-Type: ${often(0.7) ? 'application/json' : pick(TYPES)}`] : []),
    ...(often(0.3) ? [`Accept: ${pick(ACCEPTS)}`] : []),
    ...(often(0.03) ? [`X-Long: ${'l'.repeat(20_000)}`] : []),
    ...(often(0.1) ? ['Transfer-Encoding: chunked'] : [`Content-Length: ${length}`]),
    ...(often(0.1) ? [`Authorization: ${pick(['Basic', 'Basic ====', 'Bearer x'])}`] : []),
    'Connection: close',
  ]
  const target = pick(PATHS).replaceAll('N', () => pick(NAMES)) + pick(QUERIES)
  return `${often(0.85) ? pick(METHODS.slice(0, 7)) : pick(METHODS)} ${target} HTTP/1.1\r\n${headers.join('\r\n')}\r\n\r\n${body}`
}

/** @returns the status, or undefined when the connection ended without one */
const send = (text: string): Promise<number | undefined> =>
  new Promise((resolve) => {
    let answer = ''
    const socket = connect(Number(port), '127.0.0.1')
    // A request that promises more than it sends is never complete: this side gives up.
    socket.setTimeout(1500, () => socket.destroy())
    socket.on('data', (bytes) => {
      answer += bytes.toString('latin1')
    })
    socket.on('error', () => undefined)
    socket.on('close', () => {
      const status = /^HTTP\/1\.1 (\d{3}) /.exec(answer)?.[1]
      resolve(status === undefined ? undefined : Number(status))
    })
    socket.end(Buffer.from(text))
  })

test(`${REQUESTS} random requests are all answered without an internal error, and the API is healthy after them`, async () => {
  const counts = new Map<number | undefined, number>()
  const failed: string[] = []
  const worker = async (share: number): Promise<void> => {
    for (let i = 0; i < share; i++) {
      const text = randomRequest()
      const status = await send(text)
      counts.set(status, (counts.get(status) ?? 0) + 1)
      if (status === 500) failed.push(text.slice(0, 300))
    }
  }
  await Promise.all(Array.from({ length: AT_ONCE }, () => worker(REQUESTS / AT_ONCE)))
  console.log(`answers by status: ${[...counts].map(([status, count]) => `${status ?? 'none'} ${count}`).join(', ')}`)
  assert.deepEqual(failed, [])
  assert.ok((counts.get(200) ?? 0) > 100 && (counts.get(400) ?? 0) > 100 && (counts.get(404) ?? 0) > 100)
  assert.ok((counts.get(undefined) ?? 0) < REQUESTS / 50, 'hardly any stays without an answer')
  assert.deepEqual(
    log.lines.filter(({ level }) => level === 'error'),
    [],
  )
  const health = await fetch(`${rest.addresses[0]}/health`)
  assert.equal(health.status, 200)
  assert.equal(Object.hasOwn(Object.prototype, 'a'), false)
})
