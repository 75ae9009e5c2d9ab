import v8 from 'node:v8'
import { runInNewContext } from 'node:vm'
import { type DevBrokerOptions, startDevBroker } from '../../src/dev-broker/start-broker.ts'

/**
 * A broker of its own process, which a test can kill: prints its port. Argument: its options as JSON. SIGUSR2: prints the
 * bytes of memory that are in use after the garbage is collected.
 */
const options = JSON.parse(process.argv[2] ?? '{}') as DevBrokerOptions
const broker = await startDevBroker({
  topicDefaults: { 'retention.ms': '-1' },
  log: (message) => console.error(message),
  ...options,
})
console.log(`port ${broker.port}`)

v8.setFlagsFromString('--expose-gc')
const collectGarbage = runInNewContext('gc') as () => void
process.on('SIGUSR2', () => {
  collectGarbage()
  const { heapUsed, external } = process.memoryUsage()
  console.log(`in use ${heapUsed + external}`)
})
