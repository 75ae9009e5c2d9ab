import { startDevBroker } from '../../src/dev-broker/start-broker.ts'

/** A development broker of its own process, for the tests. Its one argument: options of it, as JSON. */
const broker = await startDevBroker({
  ...(JSON.parse(process.argv[2] ?? '{}') as object),
  topicDefaults: { 'retention.ms': '-1' }, // tests write records with timestamps years ago
  log: (message) => console.error(message),
})
process.once('SIGTERM', () => {
  void broker.close().then(() => process.exit(0))
})
