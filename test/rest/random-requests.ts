/** Requests that make no sense, or only a little, as the bytes that go through the socket. */

/** Whole numbers from 0 to below the argument. */
type Random = (below: number) => number

export interface RandomRequest {
  readonly bytes: Buffer
  /** So many answers are due when all of it was sent; undefined: whatever becomes of it, even none. */
  readonly answers: number | undefined
  /** Whether it says all that it promises. */
  readonly complete: boolean
}

export interface RequestChoices {
  /** Put in for `N` in paths. */
  readonly names?: readonly string[]
  /** Bodies besides those that make no sense. */
  readonly bodies?: readonly string[]
}

const NAMES = [
  ...['x', 'y', '__proto__', 'constructor', '%00', '%ff', '%2e%2e', '..', 'ä', '%F0%9F%98%80', '', '%2F', "'", '{'],
  'x'.repeat(3000),
]
const PATHS = [
  ...['/', '/health', '/connectors', '/connectors/N', '/connectors/N/config', '/connectors/N/status', '/nope/N'],
  ...['/connectors/N/restart', '/connectors/N/pause', '/connectors/N/resume', '/connectors/N/stop', '//', '*'],
  ...['/connectors/N/tasks', '/connectors/N/tasks/N/status', '/connectors/N/tasks/0/restart', '/connectors/N/offsets'],
  ...['/connectors/N/topics', '/connectors/N/topics/reset', '/connector-plugins', '/connector-plugins/N/config'],
  ...['/connector-plugins/N/config/validate', '/admin/loggers', '/admin/loggers/N', '/openapi.json', 'http://evil/N'],
  ...['/connectors/N/fence', '/connectors/N/tasks/99999999999/status', '/metrics', '/connectors/', '/CONNECTORS', '?'],
]
const METHODS = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'HEAD', 'OPTIONS', 'TRACE', 'PROPFIND', 'BREW', 'get', '']
const QUERIES = [
  ...['', '?', '?expand=status&expand=info', '?expand', '?includeTasks=true', '?%', '?a=%ff&&=', '?scope=cluster'],
  ...[`?${'q=1&'.repeat(500)}`, '?includeTasks=true&onlyFailed=true', '?connectorsOnly=false', '?version=[1,'],
]
const BODIES = [
  ...['', '{', '[]', 'null', '"x"', '{"name":"x","config":{"a":"b"}}', '{"name":5,"config":{}}', '{"config":[]}', '\0'],
  ...['{"__proto__":{"a":1}}', '{"name":"__proto__","config":{"__proto__":"x"}}', '{"level":"DEBUG"}', '{"level":{}}'],
  ...['{"offsets":[{"partition":{"a":1e400},"offset":{"b":1}}]}', `{"offsets":[${'{},'.repeat(500)}{}]}`],
  ...['{"offsets":[null]}', '['.repeat(20_000), `{"a":${'{"b":'.repeat(2000)}`, '{"a":"\\ud800"}', '\ufeff{}'],
  `{"name":"${'n'.repeat(50_000)}"}`,
]
const JSON_TYPE = 'application/json'
const TYPES = [
  ...[JSON_TYPE, 'application/json; charset=utf-16', 'text/plain', '', ';', 'application/json, text/html', '\u00e4'],
]
const ACCEPTS = ['*/*', JSON_TYPE, 'text/xml', ',', ';q=1', 'a/b;q=0.5, */*;q=0']

export const randomRequests = (random: Random, { names = NAMES, bodies = [] }: RequestChoices = {}) => {
  const allBodies = [...BODIES, ...bodies, ...bodies, ...bodies]
  const pick = <T>(from: readonly T[]): T => from[random(from.length)]!
  const often = (chance: number): boolean => random(1000) < chance * 1000

  /** Chunks as they should be, in small pieces. */
  const chunked = (body: string): string => {
    const bytes = Buffer.from(body).toString('latin1')
    const size = 1 + random(Math.max(1, bytes.length))
    let text = ''
    for (let at = 0; at < bytes.length; at += size) {
      const piece = bytes.slice(at, at + size)
      text += `${piece.length.toString(16)}\r\n${piece}\r\n`
    }
    return `${text}0\r\n\r\n`
  }

  const target = (): string => pick(PATHS).replaceAll('N', () => pick(names)) + pick(QUERIES)

  const latin = (text: string): string => Buffer.from(text).toString('latin1')

  const noise = (): Buffer => Buffer.from(Array.from({ length: 200 }, () => random(256)))

  /** With a body, mostly as long as it says. */
  const single = (): RandomRequest => {
    const method = often(0.85) ? pick(METHODS.slice(0, 7)) : pick(METHODS)
    const body = pick(allBodies)
    const inChunks = often(0.1)
    const wrongChunks = inChunks && often(0.5)
    const wrongLength = !inChunks && often(0.05)
    const length = wrongLength ? pick(['-1', '5', 'x', '99999999999']) : String(Buffer.byteLength(body))
    const headers = [
      ...(often(0.97) ? [`Host: ${pick(['localhost', '', 'a b', '[::1'])}`] : []),
      ...(often(0.9) ? [`Content-Type: ${often(0.7) ? JSON_TYPE : pick(TYPES)}`] : []),
      ...(often(0.3) ? [`Accept: ${pick(ACCEPTS)}`] : []),
      ...(often(0.03) ? [`X-Long: ${'l'.repeat(20_000)}`] : []),
      ...(often(0.01) ? ['Expect: 100-continue'] : []),
      inChunks ? 'Transfer-Encoding: chunked' : `Content-Length: ${length}`,
      ...(often(0.1) ? [`Authorization: ${pick(['Basic', 'Basic ====', 'Bearer x'])}`] : []),
      'Connection: close',
    ]
    const sent = inChunks && !wrongChunks ? chunked(body) : latin(body)
    const text = `${method} ${latin(target())} HTTP/1.1\r\n${headers.join('\r\n')}\r\n\r\n${sent}`
    const complete = !wrongChunks && !wrongLength
    return { bytes: Buffer.from(text, 'latin1'), answers: complete ? 1 : undefined, complete }
  }

  /** Several that make sense, sent at once through one connection. */
  const pipelined = (): RandomRequest => {
    const count = 2 + random(6)
    const one = (last: boolean): string => {
      const path = pick(['/', '/connectors', `/connectors/${encodeURIComponent(pick(names))}x`, '/health', '/nope'])
      return `GET ${path} HTTP/1.1\r\nHost: a\r\n${last ? 'Connection: close\r\n' : ''}\r\n`
    }
    const text = Array.from({ length: count }, (_, index) => one(index === count - 1)).join('')
    return { bytes: Buffer.from(text, 'latin1'), answers: count, complete: true }
  }

  /** A body that is larger than any is allowed to be, or nearly so. */
  const huge = (): RandomRequest => {
    const size = pick([1_000_000, 8_300_000, 9_000_000])
    const head = `POST /connectors HTTP/1.1\r\nHost: a\r\nContent-Type: ${JSON_TYPE}\r\nContent-Length: ${size}\r\nConnection: close\r\n\r\n`
    return { bytes: Buffer.concat([Buffer.from(head), Buffer.alloc(size, '[')]), answers: undefined, complete: true }
  }

  const truncated = (): RandomRequest => {
    const { bytes } = single()
    return { bytes: bytes.subarray(0, random(bytes.length)), answers: undefined, complete: false }
  }

  return (): RandomRequest => {
    const kind = random(1000)
    if (kind < 40) return { bytes: noise(), answers: undefined, complete: false }
    if (kind < 80) return truncated()
    if (kind < 120) return pipelined()
    if (kind < 124) return huge()
    return single()
  }
}
