/**
 * Reads DER, and of BER what key stores contain: indefinite lengths and octet strings in pieces.
 * ```
 * tag 1 byte | length: < 0x80, or 0x80 + n and n bytes, or 0x80 (until 00 00) | content
 * ```
 */
export interface DerNode {
  readonly tag: number
  readonly content: Buffer
  /** Tag, length and content. */
  readonly whole: Buffer
}

export const DER = { integer: 0x02, octetString: 0x04, oid: 0x06, sequence: 0x30, set: 0x31 } as const

/** @throws Error when the bytes are not DER */
export const readDer = (bytes: Buffer): DerNode => readAt(bytes, 0).node

/** The nodes inside a sequence, a set or an explicit tag. */
export const derChildren = ({ content }: DerNode): DerNode[] => {
  const children: DerNode[] = []
  for (let at = 0; at < content.length; ) {
    const { node, end } = readAt(content, at)
    children.push(node)
    at = end
  }
  return children
}

/** The child at a place that must exist. */
export const derChild = (node: DerNode, index: number): DerNode => {
  const child = derChildren(node)[index]
  if (child === undefined) throw new Error('DER structure ends too early')
  return child
}

/** Bytes of an octet string, put together if it comes in pieces. */
export const derOctets = (node: DerNode): Buffer =>
  (node.tag & CONSTRUCTED) === 0 ? node.content : Buffer.concat(derChildren(node).map(derOctets))

export const derInteger = ({ content }: DerNode): number => Number.parseInt(content.toString('hex'), 16)

/** An object identifier in dotted form. */
export const derOid = ({ content }: DerNode): string => {
  const arcs: number[] = []
  let value = 0
  for (const byte of content) {
    value = value * 128 + (byte & 0x7f)
    if (byte < 0x80) {
      arcs.push(value)
      value = 0
    }
  }
  const first = Math.min(Math.floor((arcs[0] ?? 0) / 40), 2)
  return [first, (arcs[0] ?? 0) - first * 40, ...arcs.slice(1)].join('.')
}

const CONSTRUCTED = 0x20

const readAt = (bytes: Buffer, start: number): { node: DerNode; end: number } => {
  const tag = bytes.readUInt8(start)
  const first = bytes.readUInt8(start + 1)
  if (first === 0x80) return readIndefinite(bytes, start, tag)
  const lengthBytes = first < 0x80 ? 0 : first & 0x7f
  const length = lengthBytes === 0 ? first : bytes.readUIntBE(start + 2, lengthBytes)
  const from = start + 2 + lengthBytes
  const end = from + length
  if (end > bytes.length) throw new Error('DER structure ends too early')
  return { node: { tag, content: bytes.subarray(from, end), whole: bytes.subarray(start, end) }, end }
}

const readIndefinite = (bytes: Buffer, start: number, tag: number): { node: DerNode; end: number } => {
  let at = start + 2
  while (bytes.readUInt16BE(at) !== 0) at = readAt(bytes, at).end
  const end = at + 2
  return { node: { tag, content: bytes.subarray(start + 2, at), whole: bytes.subarray(start, end) }, end }
}
