import {
  type Api,
  commonVersion,
  decodeResponseBody,
  encodeRequestBody,
  type RequestInput,
  type ResponseOf,
  requestHeaderVersion,
  responseHeaderVersion,
} from '../protocol/message.ts'
import { Reader } from '../protocol/reader.ts'
import { Writer } from '../protocol/writer.ts'
import type { KafkaConnections } from './connections.ts'
import { KafkaError } from './errors.ts'
import type { Lane } from './raw-request.ts'

export interface CallOptions {
  /** Highest version to use, when ours and the broker's would allow a higher one. */
  readonly maxVersion?: number
  readonly timeoutMs?: number
  /** Which of the broker's connections to use, when not the one for this kind of request. */
  readonly lane?: Lane
}

/** Asks a broker in the newest version of the table that both sides know. */
export const call = async <A extends Api>(
  connections: KafkaConnections,
  node: number,
  api: A,
  body: RequestInput<A>,
  options: CallOptions = {},
): Promise<ResponseOf<A>> => {
  const version = await versionFor(connections, node, api, options.maxVersion)
  const answer = await connections.request(node, {
    ...encoded(api, version, body, true),
    ...(options.timeoutMs === undefined ? {} : { timeoutMs: options.timeoutMs }),
    ...(options.lane === undefined ? {} : { lane: options.lane }),
  })
  return decodeResponseBody(api, version, new Reader(answer))
}

/** Sends what is not answered (produce with acks=0). */
export const tell = async <A extends Api>(
  connections: KafkaConnections,
  node: number,
  api: A,
  body: RequestInput<A>,
  options: CallOptions = {},
): Promise<void> => {
  const version = await versionFor(connections, node, api, options.maxVersion)
  await connections.request(node, { ...encoded(api, version, body, false), expectResponse: false })
}

const versionFor = async (
  connections: KafkaConnections,
  node: number,
  api: Api,
  max = Number.POSITIVE_INFINITY,
): Promise<number> => {
  const known = (await connections.apiVersions(node))[api.key]
  const version =
    known === undefined ? undefined : commonVersion(api, { ...known, maxVersion: Math.min(known.maxVersion, max) })
  if (version !== undefined) return version
  const offered = known === undefined ? 'none' : `${known.minVersion} to ${known.maxVersion}`
  const message = `Broker ${node} has no version of ${api.name} that we know (broker: ${offered}; we: ${api.versions.from} to ${api.versions.to})`
  throw new KafkaError('UNSUPPORTED_VERSION', message, { retriable: false })
}

/**
 * Long byte fields go to the socket as they are. They may change again once the answer is there: it comes after all was
 * read, and a request without an answer ends with its connection. Without an answer to wait for they are copied.
 */
const encoded = <A extends Api>(api: A, version: number, body: RequestInput<A>, uncopied: boolean) => {
  const writer = new Writer(1024, uncopied)
  encodeRequestBody(api, version, body, writer)
  return {
    apiKey: api.key,
    apiVersion: version,
    body: writer.pieces(),
    flexibleRequest: requestHeaderVersion(api, version) >= 2,
    flexibleResponse: responseHeaderVersion(api, version) >= 1,
  }
}
