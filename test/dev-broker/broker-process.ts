import { startDevBroker } from '../../src/dev-broker/start-broker.ts'

/** A broker of its own process, which a test can kill: prints its port. Arguments: data folder, port, `fsync` or nothing. */
const [, , dataDir, port, fsync] = process.argv
const broker = await startDevBroker({
  ...(dataDir && { dataDir }),
  port: Number(port ?? 0),
  fsync: fsync === 'fsync',
  topicDefaults: { 'retention.ms': '-1' },
  log: (message) => console.error(message),
})
console.log(`port ${broker.port}`)
