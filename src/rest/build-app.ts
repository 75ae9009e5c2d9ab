/** A table of routes as a fastify application, answering as the JVM's server does around them. */
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import type { Logger } from '../plugin/logger.ts'
import { errorAnswer, errorBody, httpError, RestError } from './errors.ts'
import { jsonText } from './json-text.ts'
import { checkMediaTypes } from './media-types.ts'
import type { Answer, RestRequest, Route } from './route.ts'
import { allowedMethods, allowHeader } from './route-table.ts'

/** A connector's config is a few KB; offsets of very many partitions may be set at once. */
export const MAX_BODY_BYTES = 8 * 1024 * 1024

const REQUEST_TIMEOUT_MS = 90_000

export interface AppOptions {
  readonly log: Logger
  readonly mask: (text: string) => string
  /** Milliseconds after which a request is answered without a result. Default 90 s, as on the JVM. */
  readonly timeoutMs?: number
}

export const buildApp = async (
  routes: readonly Route[],
  { log, mask, timeoutMs }: AppOptions,
): Promise<FastifyInstance> => {
  // Loaded only now: the ports are open already, and nobody else needs it.
  const { default: fastify } = await import('fastify')
  const app = fastify({
    bodyLimit: MAX_BODY_BYTES,
    // The size of a URL is bounded by that of the header.
    routerOptions: { ignoreTrailingSlash: true, maxParamLength: 65_536 },
    frameworkErrors: (_error, _request, reply) => {
      send(reply, errorBody(400, 'HTTP 400 Bad Request: the URL cannot be decoded'), true)
    },
  })
  app.removeAllContentTypeParsers()
  app.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, body, done) => done(null, body))

  const failed = (error: unknown, request: FastifyRequest): Answer => {
    const answer = errorAnswer(error)
    if (answer.status >= 500) log.error(`${request.method} ${pathOf(request)} failed`, { error })
    return { ...answer, body: { ...answer.body, message: mask(answer.body.message) } }
  }

  app.setErrorHandler((error, request, reply) => {
    // What fastify refuses (a body that is too large or cut off) has a status; what a route throws comes not here.
    const { statusCode } = error as { statusCode?: number }
    if (statusCode === undefined || statusCode >= 500) return send(reply, failed(error, request))
    send(reply, errorBody(statusCode, error instanceof Error ? error.message : `HTTP ${statusCode}`))
  })
  app.setNotFoundHandler((request, reply) => {
    try {
      checkUrl(pathOf(request))
    } catch (error) {
      return send(reply, errorAnswer(error))
    }
    const methods = allowedMethods(routes, pathOf(request))
    if (methods.length === 0) return send(reply, errorAnswer(httpError(404)), true)
    if (request.method !== 'OPTIONS') return send(reply, errorAnswer(httpError(405)), true)
    const allow = allowHeader(methods)
    reply
      .header('allow', allow.join(','))
      .header('content-type', 'text/plain')
      .send(Buffer.from(allow.join(', ')))
  })
  for (const route of routes) {
    app.route({
      method: route.method,
      url: route.path,
      // Before the body is read: one that nobody will understand needs no reading.
      onRequest: async (request, reply) => {
        try {
          checkUrl(request.raw.url ?? '')
          checkMediaTypes(
            request.headers['content-type'],
            route.text === undefined ? request.headers.accept : undefined,
          )
        } catch (error) {
          await send(reply, errorAnswer(error), !(error instanceof RestError) || error.status !== 400)
        }
      },
      handler: async (request, reply) => {
        try {
          if (hasUntypedBody(request)) throw httpError(415)
          const answer = await withinTime(
            Promise.resolve(route.handle(restRequest(request))),
            timeoutMs ?? REQUEST_TIMEOUT_MS,
          )
          if (answer.text !== undefined) return sendText(reply, answer.text, route.text ?? 'text/plain')
          return send(reply, answer)
        } catch (error) {
          return send(reply, failed(error, request))
        }
      },
    })
  }
  await app.ready()
  return app
}

/** @param bare without a content type, as the JVM's server answers before any resource is asked */
const send = (reply: FastifyReply, { status, body, location }: Answer, bare = false): FastifyReply => {
  reply.code(status)
  if (location !== undefined) reply.header('location', location)
  if (body === undefined) return reply.send()
  const bytes = Buffer.from(jsonText(body))
  if (!bare) return reply.header('content-type', 'application/json').send(bytes)
  // fastify would call bytes without a type an octet stream.
  reply.hijack()
  const { raw } = reply
  raw.writeHead(status, { 'content-length': bytes.length })
  raw.end(reply.request.method === 'HEAD' ? undefined : bytes)
  return reply
}

const sendText = (reply: FastifyReply, text: string, type: string): FastifyReply =>
  reply.code(200).header('content-type', type).send(Buffer.from(text))

const pathOf = (request: FastifyRequest): string => (request.raw.url ?? '/').split('?', 1)[0] ?? '/'

/**
 * What the JVM's server refuses before any resource is asked: an escaped slash, so that such a connector cannot be reached,
 * and an empty segment.
 */
const checkUrl = (url: string): void => {
  const path = url.split('?', 1)[0] ?? ''
  if (/%2f/i.test(path)) throw new RestError(400, 'Ambiguous URI path separator: %2F in the path')
  if (path.startsWith('/') && path.includes('//'))
    throw new RestError(400, 'Ambiguous URI empty segment: // in the path')
}

const hasUntypedBody = ({ headers, body }: FastifyRequest): boolean =>
  headers['content-type'] === undefined && body instanceof Buffer && body.length > 0

const TASK_NUMBER = /^[+-]?\d{1,10}$/

const restRequest = (request: FastifyRequest): RestRequest => {
  const params = request.params as Readonly<Record<string, string>>
  if (Object.values(params).includes('')) throw httpError(404)
  const task = params['task']
  if (task !== undefined && !(TASK_NUMBER.test(task) && Math.abs(Number(task)) < 2 ** 31)) throw httpError(404)
  return {
    param: (name) => params[name] ?? '',
    query: new URLSearchParams((request.raw.url ?? '').split('?').slice(1).join('?')),
    body: request.body instanceof Buffer ? request.body.toString() : undefined,
    origin: `${request.protocol}://${request.headers.host ?? 'localhost'}`,
  }
}

const withinTime = <T>(work: Promise<T>, timeoutMs: number): Promise<T> =>
  new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new RestError(500, 'Request timed out')), timeoutMs)
    timer.unref() // an open connection keeps the process alive, nothing else needs to
    work.then(resolve, reject).finally(() => clearTimeout(timer))
  })
