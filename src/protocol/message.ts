import {
  type Fields,
  type FieldsIn,
  type FieldsOut,
  inVersions,
  parseVersions,
  type VersionRange,
  type Versions,
} from './message-field.ts'
import { readFields, writeFields } from './message-table.ts'
import { ProtocolError } from './protocol-error.ts'
import { Reader } from './reader.ts'
import { Writer } from './writer.ts'

/** One request and its response: see messages/, one file each. */
export interface Api<Request extends Fields = Fields, Response extends Fields = Fields> {
  readonly name: string
  readonly key: number
  /** Versions that the tables describe. */
  readonly versions: VersionRange
  /** From this version on lengths are compact and structures end with tagged fields. */
  readonly flexibleFrom: number
  readonly request: Request
  readonly response: Response
}

/** What decoding gives: every field, with its default where the version has none. */
export type RequestOf<A> = A extends Api<infer Request, Fields> ? FieldsOut<Request> : never
export type ResponseOf<A> = A extends Api<Fields, infer Response> ? FieldsOut<Response> : never
/** What encoding takes: fields that are not in all versions, or have a default, may be left out. */
export type RequestInput<A> = A extends Api<infer Request, Fields> ? FieldsIn<Request> : never
export type ResponseInput<A> = A extends Api<Fields, infer Response> ? FieldsIn<Response> : never

export const defineApi = <Request extends Fields, Response extends Fields>(definition: {
  readonly name: string
  readonly key: number
  readonly versions: Versions
  /** `none`, or for example `9+`. */
  readonly flexible: `${number}+` | 'none'
  readonly request: Request
  readonly response: Response
}): Api<Request, Response> => ({
  name: definition.name,
  key: definition.key,
  versions: parseVersions(definition.versions),
  flexibleFrom: definition.flexible === 'none' ? Number.POSITIVE_INFINITY : Number.parseInt(definition.flexible, 10),
  request: definition.request,
  response: definition.response,
})

const apiVersionsKey = 18

/** 1 has a client id, 2 tagged fields as well. */
export const requestHeaderVersion = (api: Api, version: number): number => (version >= api.flexibleFrom ? 2 : 1)

/** 1 has tagged fields. ApiVersions always has 0: who asks does not know yet what the broker can do. */
export const responseHeaderVersion = (api: Api, version: number): number =>
  api.key !== apiVersionsKey && version >= api.flexibleFrom ? 1 : 0

export const encodeRequestBody = <A extends Api>(
  api: A,
  version: number,
  body: RequestInput<A>,
  writer: Writer,
): void =>
  explaining(api, 'request', version, () =>
    writeFields(writer, api.request, body as FieldsIn<Fields>, format(api, version)),
  )

export const encodeResponseBody = <A extends Api>(
  api: A,
  version: number,
  body: ResponseInput<A>,
  writer: Writer,
): void =>
  explaining(api, 'response', version, () =>
    writeFields(writer, api.response, body as FieldsIn<Fields>, format(api, version)),
  )

/** Byte fields of the result are views of the reader's buffer. */
export const decodeRequestBody = <A extends Api>(api: A, version: number, reader: Reader): RequestOf<A> =>
  explaining(api, 'request', version, () => readFields(reader, api.request, format(api, version)) as RequestOf<A>)

export const decodeResponseBody = <A extends Api>(api: A, version: number, reader: Reader): ResponseOf<A> =>
  explaining(api, 'response', version, () => readFields(reader, api.response, format(api, version)) as ResponseOf<A>)

export interface RequestHeader {
  readonly apiKey: number
  readonly apiVersion: number
  readonly correlationId: number
  readonly clientId: string | null
}

/** A request as it goes on the wire: size, header, body. */
export const encodeRequest = <A extends Api>(
  api: A,
  version: number,
  header: Pick<RequestHeader, 'correlationId' | 'clientId'>,
  body: RequestInput<A>,
): Buffer => {
  const writer = new Writer()
  writer.int32(0)
  writer.int16(api.key)
  writer.int16(version)
  writer.int32(header.correlationId)
  writer.string(header.clientId)
  if (requestHeaderVersion(api, version) >= 2) writer.uvarint(0)
  encodeRequestBody(api, version, body, writer)
  return withSize(writer)
}

/** A response as it goes on the wire: size, header, body. */
export const encodeResponse = <A extends Api>(
  api: A,
  version: number,
  correlationId: number,
  body: ResponseInput<A>,
): Buffer => {
  const writer = new Writer()
  writer.int32(0)
  writer.int32(correlationId)
  if (responseHeaderVersion(api, version) >= 1) writer.uvarint(0)
  encodeResponseBody(api, version, body, writer)
  return withSize(writer)
}

/** The first fields of any request, without the size. They say which api it is. */
export const readRequestHeader = (reader: Reader): RequestHeader => ({
  apiKey: reader.int16(),
  apiVersion: reader.int16(),
  correlationId: reader.int32(),
  clientId: reader.string(),
})

/** A request without its size, once its api is known. */
export const decodeRequest = <A extends Api>(api: A, bytes: Buffer): { header: RequestHeader; body: RequestOf<A> } => {
  const reader = new Reader(bytes)
  const header = readRequestHeader(reader)
  if (requestHeaderVersion(api, header.apiVersion) >= 2) skipTags(reader)
  return { header, body: decodeRequestBody(api, header.apiVersion, reader) }
}

/** A response without its size. */
export const decodeResponse = <A extends Api>(
  api: A,
  version: number,
  bytes: Buffer,
): { correlationId: number; body: ResponseOf<A> } => {
  const reader = new Reader(bytes)
  const correlationId = reader.int32()
  if (responseHeaderVersion(api, version) >= 1) skipTags(reader)
  return { correlationId, body: decodeResponseBody(api, version, reader) }
}

/** The highest version that both the tables and the broker know, or undefined. */
export const commonVersion = (
  api: Api,
  broker: { readonly minVersion: number; readonly maxVersion: number },
): number | undefined => {
  const version = Math.min(api.versions.to, broker.maxVersion)
  return version >= Math.max(api.versions.from, broker.minVersion) ? version : undefined
}

const format = (api: Api, version: number) => {
  if (!inVersions(api.versions, version)) {
    throw new ProtocolError(`unknown version (known: ${api.versions.from} to ${api.versions.to})`)
  }
  return { version, flexible: version >= api.flexibleFrom }
}

const withSize = (writer: Writer): Buffer => {
  writer.buffer.writeInt32BE(writer.position - 4, 0)
  return writer.written()
}

const skipTags = (reader: Reader): void => {
  const count = reader.uvarint()
  for (let i = 0; i < count; i++) {
    reader.uvarint()
    reader.take(reader.uvarint())
  }
}

const explaining = <T>(api: Api, kind: string, version: number, work: () => T): T => {
  try {
    return work()
  } catch (error) {
    if (!(error instanceof ProtocolError)) throw error
    throw new ProtocolError(`${api.name} ${kind} version ${version}: ${error.message}`, { cause: error })
  }
}
