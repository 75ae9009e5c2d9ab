import { whyNoKafka } from './kafka-libs.ts'

/**
 * Why the tests of this run get the development broker in place of Apache Kafka; undefined: they get Apache Kafka.
 * `scripts/test.ts` decides for all files of a run and says why in CONNECT_TEST_DEV_BROKER; a file that is run by itself
 * finds out by itself. In CI a missing Apache Kafka is never replaced in silence: what needs it fails.
 */
export const whyDevBroker = async (): Promise<string | undefined> =>
  process.env['CONNECT_TEST_DEV_BROKER'] || whyNoPrograms()

const whyNoPrograms = async (): Promise<string | undefined> =>
  process.env['CI'] === 'true' && !process.env['CONNECT_TEST_DEV_BROKER'] ? undefined : whyNoKafka()

/**
 * For the `skip` of tests of what only Apache's broker can do: `const skip = await withoutApacheKafka()`, then
 * `test(name, { skip }, ...)`. False: the test can run.
 */
export const withoutApacheKafka = async (): Promise<string | false> => {
  const why = await whyDevBroker()
  return why !== undefined && `needs Apache Kafka: ${why}`
}

/** The same for tests that run Apache's JVM worker or its tools, on whichever broker. */
export const withoutApachePrograms = async (): Promise<string | false> => {
  const why = await whyNoPrograms()
  return why !== undefined && `needs Apache Kafka's own programs: ${why}`
}
