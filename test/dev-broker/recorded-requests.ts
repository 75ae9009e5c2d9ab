import { type AddressInfo, connect, createServer } from 'node:net'
import { newFrames } from '../../src/dev-broker/frames.ts'
import { play, scenarios } from './conformance.ts'

/** Every request of the conformance scenarios as it goes over the wire, with its size; `bootstrap` has answered them. */
export const recordedRequests = async (bootstrap: string): Promise<readonly Buffer[]> => {
  const requests: Buffer[] = []
  const port = Number(bootstrap.split(':').at(-1))
  const between = createServer((client) => {
    const frames = newFrames(() => 1e9)
    const broker = connect(port, '127.0.0.1')
    client.on('data', (chunk: Buffer) => {
      frames.push(chunk)
      for (let frame = frames.next(); frame !== undefined; frame = frames.next()) requests.push(withSize(frame))
      broker.write(chunk)
    })
    broker.pipe(client)
    client.on('close', () => broker.destroy())
    broker.on('close', () => client.destroy())
    for (const socket of [client, broker]) socket.on('error', () => undefined) // its close says enough
  })
  await new Promise<void>((resolve) => between.listen(0, '127.0.0.1', resolve))
  try {
    const { port: ours } = between.address() as AddressInfo
    await Promise.all(Object.values(scenarios).map((scenario) => play(`127.0.0.1:${ours}`, scenario)))
  } finally {
    between.close()
  }
  return requests
}

const withSize = (frame: Buffer): Buffer => {
  const size = Buffer.alloc(4)
  size.writeInt32BE(frame.length)
  return Buffer.concat([size, frame])
}
