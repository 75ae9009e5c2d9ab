import { errorCode } from '../../protocol/error-codes.ts'
import { apiVersions } from '../../protocol/messages/api-versions.ts'
import { noError } from '../broker-error.ts'
import { type Answer, encodeAnswer } from '../encode-answer.ts'
import { type Handler, type Handlers, handler } from '../handler.ts'

const rangesOf = (handlers: Handlers) =>
  [...handlers.values()]
    .map(({ api, versions: { from, to } }) => ({ apiKey: api.key, minVersion: from, maxVersion: to }))
    .sort((a, b) => a.apiKey - b.apiKey)

/** @param handlers all of them, this one included */
export const apiVersionsHandler = (handlers: Handlers): Handler =>
  handler(apiVersions, ({ clientSoftwareName, clientSoftwareVersion }, { version }) => {
    const pattern = /^[a-zA-Z0-9](?:[a-zA-Z0-9\-.]*[a-zA-Z0-9])?$/
    const isValid = version < 3 || (pattern.test(clientSoftwareName) && pattern.test(clientSoftwareVersion))
    if (!isValid) return { errorCode: errorCode('INVALID_REQUEST'), apiKeys: [] }
    return { errorCode: noError, apiKeys: rangesOf(handlers) }
  })

/** To a version that is newer than ours: in version 0, so that the client can ask again. */
export const unsupportedApiVersions = (correlationId: number, handlers: Handlers): Answer =>
  encodeAnswer(apiVersions, 0, correlationId, {
    errorCode: errorCode('UNSUPPORTED_VERSION'),
    apiKeys: rangesOf(handlers).filter(({ apiKey }) => apiKey === apiVersions.key),
  })
