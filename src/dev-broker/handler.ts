import type { Api, RequestHeader, RequestOf, ResponseInput } from '../protocol/message.ts'
import { decodeRequestBody, requestHeaderVersion } from '../protocol/message.ts'
import type { VersionRange } from '../protocol/message-field.ts'
import type { Reader } from '../protocol/reader.ts'
import type { Broker } from './broker.ts'
import type { ConnectionContext } from './connection-context.ts'
import { type Answer, encodeAnswer } from './encode-answer.ts'

/** What a handler knows beside the request. */
export interface RequestContext {
  readonly broker: Broker
  readonly version: number
  readonly clientId: string
  readonly connection: ConnectionContext
}

export interface Handler {
  readonly api: Api
  readonly versions: VersionRange
  /** @throws ProtocolError when the request is malformed */
  answer(
    reader: Reader,
    header: RequestHeader,
    parts: Omit<RequestContext, 'version' | 'clientId'>,
  ): Answer | Promise<Answer>
}

/** By api key. */
export type Handlers = ReadonlyMap<number, Handler>

/** What a handler answers. Nobody is ever throttled: that field is 0. */
export type ResponseBody<A extends Api> = Omit<ResponseInput<A>, 'throttleTimeMs'>

/** `undefined` is no answer at all (a produce request with acks 0). */
export type Handle<A extends Api> = (
  request: RequestOf<A>,
  context: RequestContext,
) => ResponseBody<A> | undefined | Promise<ResponseBody<A> | undefined>

/** @param maxVersion the highest version that is answered, when the tables know higher ones */
export const handler = <A extends Api>(api: A, handle: Handle<A>, maxVersion: number = api.versions.to): Handler => ({
  api,
  versions: { from: api.versions.from, to: maxVersion },
  answer: (reader, { apiVersion: version, correlationId, clientId }, parts) => {
    if (requestHeaderVersion(api, version) >= 2) skipTags(reader)
    const request = decodeRequestBody(api, version, reader)
    const encode = (response: ResponseBody<A> | undefined): Answer =>
      response === undefined ? [] : encodeAnswer(api, version, correlationId, response as ResponseInput<A>)
    const response = handle(request, { ...parts, version, clientId: clientId ?? '' })
    return response instanceof Promise ? response.then(encode) : encode(response)
  },
})

const skipTags = (reader: Reader): void => {
  for (let count = reader.uvarint(); count > 0; count--) {
    reader.uvarint()
    reader.take(reader.uvarint())
  }
}
