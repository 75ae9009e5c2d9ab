import type { IncomingMessage, ServerResponse } from 'node:http'
import type { WorkerSettings } from '../config/worker-settings.ts'
import { createAuthorisation } from './basic-auth.ts'
import { createCors } from './cors.ts'
import { errorBody } from './errors.ts'
import type { Serve } from './listen.ts'
import { createResponseHeaders } from './response-headers.ts'

/** What every request meets first, whether there is somebody to answer or not. */
export interface FrontDoor {
  serve(request: IncomingMessage, response: ServerResponse): void
  /** Who answers from now on. */
  answerWith(serve: Serve): void
  /** Connections end with the answer that is under way. */
  close(): void
}

export const frontDoor = (settings: WorkerSettings, jaasFile: string | undefined): FrontDoor => {
  const addHeaders = createResponseHeaders(settings['response.http.headers.config'])
  const cors = createCors(settings['access.control.allow.origin'], settings['access.control.allow.methods'])
  const mayEnter = createAuthorisation(settings['rest.extension.classes'], jaasFile)
  let answer: Serve = notYet
  let closing = false
  return {
    serve(request: IncomingMessage, response: ServerResponse): void {
      addHeaders(response)
      cors?.(request, response)
      if (closing) response.setHeader('connection', 'close')
      if (request.headers.host === undefined && request.httpVersion === '1.1') {
        refuseWithoutHost(response)
      } else if (mayEnter === undefined || mayEnter(request.headers.authorization)) answer(request, response)
      else response.writeHead(401, { 'content-type': 'text/plain' }).end('User cannot access the resource.')
    },
    answerWith(serve: Serve): void {
      answer = serve
    },
    close(): void {
      closing = true
    },
  }
}

const refuseWithoutHost = (response: ServerResponse): void => {
  const body = JSON.stringify(errorBody(400, 'HTTP 400 Bad Request: the request needs a Host header').body)
  const headers = { 'content-type': 'application/json', 'content-length': body.length, connection: 'close' }
  response.writeHead(400, headers).end(body)
}

const notYet: Serve = (_request, response) => {
  response.writeHead(404).end('{"error_code":404,"message":"HTTP 404 Not Found"}')
}
