/** Messages as a PostgreSQL server sends them. */

/** A type, the length from there on, and the body. */
export const message = (type: string, body: Buffer): Buffer => {
  const head = Buffer.alloc(5)
  head.write(type, 0, 'latin1')
  head.writeInt32BE(body.length + 4, 1)
  return Buffer.concat([head, body])
}

export const dataRow = (values: readonly (string | null)[]): Buffer => {
  const count = Buffer.alloc(2)
  count.writeInt16BE(values.length)
  const parts = values.flatMap((value) => {
    const length = Buffer.alloc(4)
    const bytes = value === null ? Buffer.alloc(0) : Buffer.from(value)
    length.writeInt32BE(value === null ? -1 : bytes.length)
    return [length, bytes]
  })
  return message('D', Buffer.concat([count, ...parts]))
}
