/**
 * Bytes that do not follow Kafka's protocol, or a value that the protocol cannot carry: a truncated response, a CRC that
 * does not match, an unknown compression type. Repeating the same call gives the same error.
 */
export class ProtocolError extends Error {
  override readonly name = 'ProtocolError'
}
