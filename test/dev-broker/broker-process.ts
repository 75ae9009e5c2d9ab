import { type DevBrokerOptions, startDevBroker } from '../../src/dev-broker/start-broker.ts'

/** A broker of its own process, which a test can kill: prints its port. Argument: its options as JSON. */
const options = JSON.parse(process.argv[2] ?? '{}') as DevBrokerOptions
const broker = await startDevBroker({
  topicDefaults: { 'retention.ms': '-1' },
  log: (message) => console.error(message),
  ...options,
})
console.log(`port ${broker.port}`)
