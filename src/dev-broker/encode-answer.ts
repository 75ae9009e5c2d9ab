import { type Api, encodeResponseBody, type ResponseInput, responseHeaderVersion } from '../protocol/message.ts'
import { Writer } from '../protocol/writer.ts'

/** A message on the wire, in parts. None: the request wants no answer. */
export type Answer = readonly Buffer[]

/** Smaller ones are copied: that costs less than a part of its own. */
const largeBytes = 4096

/** A response with size and header. Large byte fields (record batches) are parts of their own and are not copied. */
export const encodeAnswer = <A extends Api>(
  api: A,
  version: number,
  correlationId: number,
  body: ResponseInput<A>,
): Answer => {
  const writer = new Writer()
  const large: { readonly at: number; readonly bytes: Buffer }[] = []
  const copy = writer.raw.bind(writer)
  writer.raw = (bytes) => {
    if (bytes.length < largeBytes) copy(bytes)
    else large.push({ at: writer.position, bytes: Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length) })
  }
  writer.int32(0)
  writer.int32(correlationId)
  if (responseHeaderVersion(api, version) >= 1) writer.uvarint(0)
  encodeResponseBody(api, version, body, writer)
  const written = writer.written()
  written.writeInt32BE(
    large.reduce((sum, { bytes }) => sum + bytes.length, written.length - 4),
    0,
  )
  if (large.length === 0) return [written]
  const parts: Buffer[] = []
  let from = 0
  for (const { at, bytes } of large) {
    parts.push(written.subarray(from, at), bytes)
    from = at
  }
  if (from < written.length) parts.push(written.subarray(from))
  return parts
}
