/** Sends bytes to an HTTP server and takes its answers apart, without any help that would hide what went over the wire. */
import { connect } from 'node:net'
import { setTimeout as delay } from 'node:timers/promises'

export interface RawAnswer {
  readonly status: number
  readonly headers: ReadonlyMap<string, string>
  readonly body: string
}

export interface RawConversation {
  readonly answers: readonly RawAnswer[]
  /** What came and is no answer. */
  readonly rest: string
  /** Milliseconds from the last byte sent to the end of the connection. */
  readonly ms: number
  /** This side had to end it. */
  readonly gaveUp: boolean
}

export interface SendOptions {
  readonly port: number
  /** This side ends the connection after so long without a sign of the other. */
  readonly giveUpMs: number
  /** In so many pieces, with a pause between them. Default 1. */
  readonly pieces?: number
  /** Tells the server that no more will come, as no client does that waits for an answer. Default false. */
  readonly endsAfterwards?: boolean
}

export const sendRaw = async (bytes: Buffer, options: SendOptions): Promise<RawConversation> => {
  const { port, giveUpMs, pieces = 1, endsAfterwards = false } = options
  const socket = connect(port, '127.0.0.1')
  const received: Buffer[] = []
  let gaveUp = false
  socket.setTimeout(giveUpMs, () => {
    gaveUp = true
    socket.destroy()
  })
  socket.on('data', (chunk) => received.push(chunk))
  socket.on('error', () => undefined) // the server may refuse before it has heard everything
  const closed = new Promise<void>((resolve) => socket.once('close', () => resolve()))
  const size = Math.ceil(bytes.length / pieces)
  for (let at = 0; at < bytes.length && !socket.destroyed; at += size) {
    if (at > 0) await delay(5)
    socket.write(bytes.subarray(at, at + size))
  }
  const sent = performance.now()
  if (endsAfterwards) socket.end()
  await closed
  return { ...answersIn(Buffer.concat(received).toString('latin1')), ms: performance.now() - sent, gaveUp }
}

const answersIn = (text: string): Pick<RawConversation, 'answers' | 'rest'> => {
  const answers: RawAnswer[] = []
  let at = 0
  while (at < text.length) {
    const end = text.indexOf('\r\n\r\n', at)
    const [first = '', ...lines] = text.slice(at, end < 0 ? text.length : end).split('\r\n')
    const status = Number(/^HTTP\/1\.1 (\d{3}) /.exec(first)?.[1])
    if (end < 0 || Number.isNaN(status)) break
    const headers = new Map(
      lines.map((line) => [line.slice(0, line.indexOf(':')).toLowerCase(), line.slice(line.indexOf(':') + 1).trim()]),
    )
    // An answer to HEAD names a length and has nothing: then the next answer, or the end, comes at once.
    const length = Number(headers.get('content-length') ?? 0)
    const start = end + 4
    const body = text.length === start || text.startsWith('HTTP/1.1 ', start) ? '' : text.slice(start, start + length)
    if (status !== 100) answers.push({ status, headers, body })
    at = start + body.length
  }
  return { answers, rest: text.slice(at) }
}
